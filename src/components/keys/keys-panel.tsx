'use client'

import { useRouter } from 'next/navigation'
import { useState, type ReactNode } from 'react'
import type { ApiKey } from '@/contracts/api-key'
import { PageTitle } from '../shell/header'
import { Button } from '../ui/button'
import { EmptyState } from '../ui/empty-state'
import type { KeyActions, Viewer } from './actions'
import { CreateKeyDialog, type KeyMaking } from './create-key-dialog'
import { mayRotate, useKeyCommands } from './key-commands'
import { KeysTable } from './keys-table'

type Props = {
  keys: ApiKey[]
  viewer: Viewer
  making: KeyMaking
  actions: Omit<KeyActions, 'create'>
  /** How many live keys go back to each. */
  made: Readonly<Record<string, number>>
  later: boolean
}

export function KeysPanel({ keys, viewer, making, actions, made, later }: Props) {
  const [creating, setCreating] = useState(false)
  const { run, dialog } = useKeyCommands({ making, actions, made, afterDelete: null })
  const router = useRouter()
  const create = (
    <Button look="primary" onClick={() => setCreating(true)}>
      Create key
    </Button>
  )
  return (
    <>
      <PageTitle title={viewer.seesEveryone ? 'Keys' : 'My keys'} lead={lead(viewer)} action={keys.length > 0 || later ? create : null} />
      {keys.length > 0 ? (
        <KeysTable keys={keys} viewer={viewer} mayRotate={(key) => mayRotate(making, key)} run={run} />
      ) : (
        <NoKeys later={later} create={create} />
      )}
      {creating && <CreateKeyDialog {...making} onCreated={() => router.refresh()} onClose={() => setCreating(false)} />}
      {dialog}
    </>
  )
}

const lead = ({ seesEveryone }: Viewer) =>
  seesEveryone
    ? 'Every key of the club. A key can do no more than its owner can, and stops when its owner leaves.'
    : 'A key can do no more than you can, and stops when you leave the club.'

function NoKeys({ later, create }: { later: boolean; create: ReactNode }) {
  if (later) return <EmptyState title="No older keys">You have seen them all.</EmptyState>
  return (
    <EmptyState title="No keys yet" action={create}>
      Make one for each app or script that calls the API, so that you can end one without breaking the others.
    </EmptyState>
  )
}
