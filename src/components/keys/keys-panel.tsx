'use client'

import dynamic from 'next/dynamic'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useState, type ReactNode } from 'react'
import type { ApiKey } from '@/contracts/api-key'
import { PageTitle } from '../shell/header'
import { Button } from '../ui/button'
import { EmptyState } from '../ui/empty-state'
import type { KeyActions, Viewer } from './actions'
import type { KeyMaking } from './create-key-dialog'
import { mayRotate, useKeyCommands } from './key-commands'
import type { KeyFilters } from './filters'
import { SelectableKeys } from './selection'

const CreateKeyDialog = dynamic(async () => (await import('./create-key-dialog')).CreateKeyDialog, {
  ssr: false,
})

type Props = {
  keys: ApiKey[]
  viewer: Viewer
  making: KeyMaking
  actions: Omit<KeyActions, 'create' | 'createHoney'>
  /** How many live keys go back to each. */
  made: Readonly<Record<string, number>>
  /** What the page was asked for; null where it shows every key. */
  filter: KeyFilters | null
  /** Whether there were others on pages before. */
  later: boolean
  /** The bar to ask by. */
  children: ReactNode
}

export function KeysPanel({ keys, viewer, making, actions, made, filter, later, children }: Props) {
  const [creating, setCreating] = useState(false)
  const { run, dialog, done } = useKeyCommands({ making, actions, made, afterDelete: null })
  const router = useRouter()
  // Where the policy lets this person make none, none is offered.
  const create = making.owners.length > 0 && (
    <Button look="primary" onClick={() => setCreating(true)}>
      Create key
    </Button>
  )
  return (
    <>
      <PageTitle
        title={viewer.seesEveryone ? 'Keys' : 'My keys'}
        lead={lead(viewer)}
        action={create && (keys.length > 0 || later || filter) ? create : null}
      />
      {children}
      {keys.length > 0 ? (
        <SelectableKeys
          {...{ keys, viewer, filter, run, done }}
          revokeMany={actions.revokeMany}
          mayRotate={(key) => mayRotate(making, key)}
        />
      ) : (
        <NoKeys filtered={filter !== null} later={later} create={create} />
      )}
      {creating && (
        <CreateKeyDialog {...making} onCreated={() => router.refresh()} onClose={() => setCreating(false)} />
      )}
      {dialog}
    </>
  )
}

const lead = ({ seesEveryone }: Viewer) =>
  seesEveryone
    ? 'Every key of the club. A key can do no more than its owner can, and stops when its owner leaves.'
    : 'A key can do no more than you can, and stops when you leave the club.'

function NoKeys({ filtered, later, create }: { filtered: boolean; later: boolean; create: ReactNode }) {
  if (filtered) {
    return (
      <EmptyState title="Nothing matches">
        {later ? 'You have seen all that do.' : 'No key is as you asked. Ask for less, or show every key.'}
      </EmptyState>
    )
  }
  if (later) return <EmptyState title="No older keys">You have seen them all.</EmptyState>
  return (
    <EmptyState title="No keys yet" action={create}>
      Make one for each app or script that calls the API, so that you can end one without breaking the others.
      The{' '}
      <Link
        href="/docs/quick-start"
        prefetch={false}
        className="font-medium text-accent underline underline-offset-4"
      >
        quick start
      </Link>{' '}
      shows the first call.
    </EmptyState>
  )
}
