'use client'

import { useRouter } from 'next/navigation'
import { useState, type ReactNode } from 'react'
import type { ApiKey } from '@/contracts/api-key'
import type { Outcome } from '../outcome'
import { useSession } from '../session/context'
import { useToast } from '../ui/toast'
import type { KeyActions } from './actions'
import { AddressesDialog } from './addresses-dialog'
import type { KeyMaking } from './create-key-dialog'
import { DeleteKeyDialog } from './delete-key-dialog'
import { EndDialog } from './end-dialog'
import type { KeyCommand } from './key-menu'
import { MetadataDialog } from './metadata-dialog'
import { RateDialog } from './rate-dialog'
import { RenameKeyDialog } from './rename-key-dialog'
import { RevokeKeyDialog } from './revoke-key-dialog'
import { RotateKeyDialog } from './rotate-key-dialog'
import { ScopesDialog } from './scopes-dialog'

type Props = {
  making: KeyMaking
  actions: Omit<KeyActions, 'create'>
  /** How many live keys go back to each key. */
  made: Readonly<Record<string, number>>
  /** Where to go when a key is gone; null: stay. */
  afterDelete: string | null
}
type Asked = { command: Exclude<KeyCommand, 'disable' | 'enable'>; key: ApiKey } | null

/**
 * What can be done to a key, the same from the list and from its page. @returns `run`, and the dialog that it
 * opened
 */
export function useKeyCommands({ making, actions, made, afterDelete }: Props) {
  const [asked, ask] = useState<Asked>(null)
  const { act } = useSession()
  const toast = useToast()
  const router = useRouter()
  const close = () => ask(null)
  const done = (text: string, undo?: () => Promise<Outcome<unknown>>) => {
    close()
    toast(text, undo && { undo: () => act(undo) })
    router.refresh()
  }
  const run = async (command: KeyCommand, key: ApiKey) => {
    if (command !== 'disable' && command !== 'enable') return ask({ command, key })
    const set = (disabled: boolean) => actions.update({ id: key.id, disabled })
    const outcome = await act(() => set(command === 'disable'))
    if (outcome.ok) return done(`“${key.name}” is ${command}d.`, () => set(command === 'enable'))
    toast(outcome.message, { refused: true })
    router.refresh()
  }
  const deleted = (text: string) => {
    if (afterDelete === null) return done(text)
    toast(text)
    // In the place of the dialog: Back does not lead to what is gone by way of it.
    router.replace(afterDelete)
  }
  const setting = { update: actions.update, onClose: close, onDone: done }
  const dialogs: Record<NonNullable<Asked>['command'], (apiKey: ApiKey) => ReactNode> = {
    rotate: (apiKey) => (
      <RotateKeyDialog
        {...making}
        apiKey={apiKey}
        rotate={actions.rotate}
        onRotated={() => router.refresh()}
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
    delete: (apiKey) => (
      <DeleteKeyDialog apiKey={apiKey} remove={actions.remove} onClose={close} onDone={deleted} />
    ),
  }
  return {
    run: (command: KeyCommand, key: ApiKey) => void run(command, key),
    dialog: asked && dialogs[asked.command](asked.key),
    done,
  }
}

/**
 * Only a person who may see its token (the owner, or an admin for a service account) and may put all of its
 * scopes into a key.
 */
export const mayRotate = ({ owners }: KeyMaking, { owner, scopes }: ApiKey): boolean =>
  owners.some(({ id, scopes: held }) => id === owner.id && scopes.every((scope) => held.includes(scope)))
