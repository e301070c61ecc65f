'use client'

import dynamic from 'next/dynamic'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import type { ApiKey } from '@/contracts/api-key'
import { apart } from '@/contracts/unseen'
import { useSession } from '../session/context'
import { useToast } from '../ui/toast'
import type { KeyActions, Undo } from './actions'
import type { KeyMaking } from './create-key-dialog'
import type { AskedCommand } from './key-command-dialog'
import type { KeyCommand } from './key-menu'

// Come with the first command: a page that is only read does without them.
const KeyCommandDialog = dynamic(async () => (await import('./key-command-dialog')).KeyCommandDialog, {
  ssr: false,
})

type Props = {
  making: KeyMaking
  actions: Omit<KeyActions, 'create' | 'createHoney'>
  /** How many live keys go back to each key. */
  made: Readonly<Record<string, number>>
  /** Where to go when a key is gone; null: stay. */
  afterDelete: string | null
}

/**
 * What can be done to a key, the same from the list and from its page. @returns `run`, and the dialog that it
 * opened
 */
export function useKeyCommands({ making, actions, made, afterDelete }: Props) {
  const [asked, ask] = useState<AskedCommand | null>(null)
  const { act } = useSession()
  const toast = useToast()
  const router = useRouter()
  const close = () => ask(null)
  const done = (text: string, undo?: Undo) => {
    close()
    toast(text, undo && { undo: () => act(undo) })
    router.refresh()
  }
  const run = async (command: KeyCommand, key: ApiKey) => {
    if (command === 'enable' && key.leaked) return ask({ command: 'enable-leaked', key })
    if (command !== 'disable' && command !== 'enable') return ask({ command, key })
    // What undoes the disabling of a leaked key was said before, when that key was enabled.
    const despite = key.leaked ? ({ despiteLeak: true } as const) : {}
    const set = (disabled: boolean) => (attempt: string) =>
      actions.update({ id: key.id, disabled, ...(!disabled && despite) }, attempt)
    const outcome = await act(set(command === 'disable'))
    if (outcome.ok) return done(`“${apart(key.name)}” is ${command}d.`, set(command === 'enable'))
    toast(outcome.message, { refused: true })
    router.refresh()
  }
  const deleted = (text: string) => {
    if (afterDelete === null) return done(text)
    toast(text)
    // In the place of the dialog: Back does not lead to what is gone by way of it.
    router.replace(afterDelete)
  }
  return {
    run: (command: KeyCommand, key: ApiKey) => void run(command, key),
    dialog: asked && (
      <KeyCommandDialog
        {...{ asked, making, actions, made, close, done, deleted }}
        onRotated={() => router.refresh()}
      />
    ),
    done,
  }
}

/**
 * Only a person who may see its token (the owner, or an admin for a service account) and may put all of its
 * scopes into a key.
 */
export const mayRotate = ({ owners }: KeyMaking, { owner, scopes }: ApiKey): boolean =>
  owners.some(({ id, scopes: held }) => id === owner.id && scopes.every((scope) => held.includes(scope)))
