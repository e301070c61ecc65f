'use client'

import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useState, type ReactNode } from 'react'
import type { Role } from '@/contracts/permissions'
import { apart } from '@/contracts/unseen'
import { CreateKeyDialog, type KeyMaking } from '../keys/create-key-dialog'
import { ListHeading, Pager, type Paging } from '../list/pager'
import { useSession } from '../session/context'
import { PageTitle } from '../shell/header'
import { Button } from '../ui/button'
import { EmptyState } from '../ui/empty-state'
import { useToast } from '../ui/toast'
import { AccountDialog } from './account-dialog'
import type { AccountCommand } from './account-menu'
import { AccountsTable } from './accounts-table'
import type { ServiceAccountActions, ListedAccount } from './actions'
import { EndingDialog } from './ending-dialog'

type Props = {
  accounts: ListedAccount[]
  /** What the viewer may give an account: the roles they hold themselves. */
  own: readonly Role[]
  actions: ServiceAccountActions
  making: KeyMaking
  keysPath: string
  paging: Paging
}
type Open =
  { command: 'create' } | { command: Exclude<AccountCommand, 'reinstate'>; account: ListedAccount } | null

export function AccountsPanel({ accounts, own, actions, making, keysPath, paging }: Props) {
  const [open, setOpen] = useState<Open>(null)
  const { act } = useSession()
  const toast = useToast()
  const router = useRouter()
  const later = paging.previous !== null
  const close = () => setOpen(null)
  const done = (text: string) => {
    close()
    toast(text)
    router.refresh()
  }
  const run = async (command: AccountCommand, account: ListedAccount) => {
    if (command !== 'reinstate') return setOpen({ command, account })
    const outcome = await act((attempt) => actions.update({ id: account.id, status: 'ACTIVE' }, attempt))
    if (outcome.ok) return done(`${apart(account.user.name)} is back.`)
    toast(outcome.message, { refused: true })
    router.refresh()
  }
  const create = (
    <Button look="primary" onClick={() => setOpen({ command: 'create' })}>
      Create service account
    </Button>
  )
  return (
    <>
      <PageTitle title="Service accounts" lead={LEAD} action={accounts.length > 0 || later ? create : null} />
      <div className="grid grid-cols-1 gap-3">
        <ListHeading paging={paging} />
        {accounts.length > 0 ? (
          <AccountsTable
            {...{ accounts, keysPath }}
            mayMakeFor={new Set(making.owners.map(({ id }) => id))}
            run={(command, account) => void run(command, account)}
          />
        ) : (
          <NoAccounts later={later} create={create} />
        )}
        <Pager {...paging} />
      </div>
      {open?.command === 'create' && <AccountDialog {...{ own, actions }} onClose={close} onDone={done} />}
      {open?.command === 'edit' && (
        <AccountDialog {...{ own, actions }} account={open.account} onClose={close} onDone={done} />
      )}
      {open?.command === 'key' && (
        <CreateKeyDialog
          {...making}
          chosen={open.account.user.id}
          onCreated={() => router.refresh()}
          onClose={close}
        />
      )}
      {(open?.command === 'suspend' || open?.command === 'remove') && (
        <EndingDialog
          command={open.command}
          account={open.account}
          actions={actions}
          onClose={close}
          onDone={done}
        />
      )}
    </>
  )
}

const LEAD = 'Users of the club’s own, without a login. Their keys stay when the people who made them leave.'

function NoAccounts({ later, create }: { later: boolean; create: ReactNode }) {
  if (later) return <EmptyState title="No more service accounts">You have seen them all.</EmptyState>
  return (
    <EmptyState title="No service accounts yet" action={create}>
      Make one for what no person should own, such as the scoreboard or the website: its keys go on when a
      coach leaves.{' '}
      <Link
        href="/docs/service-accounts"
        prefetch={false}
        className="font-medium text-accent underline underline-offset-4"
      >
        How they work
      </Link>
    </EmptyState>
  )
}
