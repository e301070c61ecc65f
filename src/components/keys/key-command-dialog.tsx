'use client'

import type { ReactNode } from 'react'
import type { ApiKey } from '@/contracts/api-key'
import type { KeyActions, Undo } from './actions'
import { AddressesDialog } from './addresses-dialog'
import type { KeyMaking } from './create-key-dialog'
import { DeleteKeyDialog } from './delete-key-dialog'
import { EnableLeakedDialog } from './enable-leaked-dialog'
import { EndDialog } from './end-dialog'
import type { KeyCommand } from './key-menu'
import { MetadataDialog } from './metadata-dialog'
import { RateDialog } from './rate-dialog'
import { RenameKeyDialog } from './rename-key-dialog'
import { RevokeKeyDialog } from './revoke-key-dialog'
import { RotateKeyDialog } from './rotate-key-dialog'
import { ScopesDialog } from './scopes-dialog'

/** A command that asks something before it is carried out, and the key that it is about. */
export type AskedCommand = { command: Exclude<KeyCommand, 'disable' | 'enable'>; key: ApiKey }

type Props = {
  asked: AskedCommand
  making: KeyMaking
  actions: Omit<KeyActions, 'create' | 'createHoney'>
  made: Readonly<Record<string, number>>
  close: () => void
  done: (text: string, undo?: Undo) => void
  deleted: (text: string) => void
  onRotated: () => void
}

export function KeyCommandDialog({ asked, making, actions, made, close, done, deleted, onRotated }: Props) {
  const setting = { update: actions.update, onClose: close, onDone: done }
  const dialogs: Record<AskedCommand['command'], (apiKey: ApiKey) => ReactNode> = {
    rotate: (apiKey) => (
      <RotateKeyDialog
        {...making}
        apiKey={apiKey}
        rotate={actions.rotate}
        onRotated={onRotated}
        onClose={close}
      />
    ),
    scopes: (apiKey) => <ScopesDialog apiKey={apiKey} owners={making.owners} {...setting} />,
    end: (apiKey) => <EndDialog apiKey={apiKey} policy={making.policy} {...setting} />,
    addresses: (apiKey) => <AddressesDialog apiKey={apiKey} {...setting} />,
    rate: (apiKey) => <RateDialog apiKey={apiKey} {...setting} />,
    metadata: (apiKey) => <MetadataDialog apiKey={apiKey} {...setting} />,
    rename: (apiKey) => <RenameKeyDialog apiKey={apiKey} {...setting} />,
    revoke: (apiKey) => (
      <RevokeKeyDialog
        apiKey={apiKey}
        made={made[apiKey.id] ?? 0}
        revoke={actions.revoke}
        onClose={close}
        onDone={done}
      />
    ),
    'enable-leaked': (apiKey) => <EnableLeakedDialog apiKey={apiKey} {...setting} />,
    delete: (apiKey) => (
      <DeleteKeyDialog apiKey={apiKey} remove={actions.remove} onClose={close} onDone={deleted} />
    ),
  }
  return dialogs[asked.command](asked.key)
}
