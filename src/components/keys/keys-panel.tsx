'use client'

import { useRouter } from 'next/navigation'
import { useState, type ReactNode } from 'react'
import type { ApiKey } from '@/contracts/api-key'
import { Button } from '../ui/button'
import { EmptyState } from '../ui/empty-state'
import { PageTitle } from '../shell/header'
import { useSession } from '../session/context'
import type { KeyActions, Viewer } from './actions'
import { CreateKeyDialog, type KeyMaking } from './create-key-dialog'
import { DeleteKeyDialog } from './delete-key-dialog'
import { KeyDetails } from './key-details'
import type { KeyCommand } from './key-menu'
import { KeysTable } from './keys-table'
import { RenameKeyDialog } from './rename-key-dialog'
import { RevokeKeyDialog } from './revoke-key-dialog'

type Props = { keys: ApiKey[]; viewer: Viewer; making: KeyMaking; actions: Omit<KeyActions, 'create'>; later: boolean }
type Open = { command: 'create' } | { command: Exclude<KeyCommand, 'disable' | 'enable'>; key: ApiKey } | null

export function KeysPanel({ keys, viewer, making, actions, later }: Props) {
  const [open, setOpen] = useState<Open>(null)
  const { act, say } = useSession()
  const router = useRouter()
  const refresh = () => router.refresh()
  const close = () => setOpen(null)
  const done = (text: string) => {
    close()
    say(text)
    refresh()
  }
  const run = async (command: KeyCommand, key: ApiKey) => {
    if (command !== 'disable' && command !== 'enable') return setOpen({ command, key })
    const outcome = await act(() => actions.update({ id: key.id, disabled: command === 'disable' }))
    done(outcome.ok ? `“${key.name}” is ${command}d.` : outcome.message)
  }
  const create = (
    <Button look="primary" onClick={() => setOpen({ command: 'create' })}>
      Create key
    </Button>
  )
  return (
    <>
      <PageTitle title={viewer.seesEveryone ? 'Keys' : 'My keys'} lead={lead(viewer)} action={keys.length > 0 || later ? create : null} />
      {keys.length > 0 ? (
        <KeysTable keys={keys} viewer={viewer} run={(command, key) => void run(command, key)} />
      ) : (
        <NoKeys later={later} create={create} />
      )}
      {open?.command === 'create' && <CreateKeyDialog {...making} onCreated={refresh} onClose={close} />}
      {open?.command === 'details' && <KeyDetails apiKey={open.key} viewer={viewer} onClose={close} />}
      {open?.command === 'rename' && <RenameKeyDialog apiKey={open.key} update={actions.update} onClose={close} onDone={done} />}
      {open?.command === 'revoke' && <RevokeKeyDialog apiKey={open.key} revoke={actions.revoke} onClose={close} onDone={done} />}
      {open?.command === 'delete' && <DeleteKeyDialog apiKey={open.key} remove={actions.remove} onClose={close} onDone={done} />}
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
