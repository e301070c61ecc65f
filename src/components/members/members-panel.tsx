'use client'

import { apart } from '@/contracts/unseen'
import { ListHeading, Pager, type Paging } from '../list/pager'
import { PageTitle } from '../shell/header'
import { Button } from '../ui/button'
import { EmptyState } from '../ui/empty-state'
import type { Heir, ListedMember, MemberActions } from './actions'
import { InviteDialog } from './invite-dialog'
import { MemberDialog } from './member-dialog'
import type { MemberCommand } from './member-menu'
import { MemberSearch, type FilterProps } from './member-search'
import { MembersTable } from './members-table'
import { useMemberCommands } from './use-member-commands'

type Managing = {
  actions: MemberActions
  heirs: readonly Heir[]
  accountsPath: string
  /** Whether this installation sends mail. */
  mails: boolean
}

type Props = {
  members: ListedMember[]
  self: string
  filters: FilterProps
  paging: Paging
  keysPath: string
  /** null for viewers who may look but not change. */
  managing: Managing | null
}

export function MembersPanel({ members, self, filters, paging, keysPath, managing }: Props) {
  const { open, setOpen, close, refresh, done, run } = useMemberCommands()
  const command =
    managing &&
    ((command: MemberCommand, member: ListedMember) => void run(managing.actions, command, member))
  const invite = (
    <Button look="primary" onClick={() => setOpen('invite')}>
      Invite member
    </Button>
  )
  return (
    <>
      <PageTitle title="Members" lead={managing ? LEAD : 'Who is in the club.'} action={managing && invite} />
      <MemberSearch {...filters} />
      <div className="grid grid-cols-1 gap-3">
        <ListHeading paging={paging} />
        {members.length > 0 ? (
          <MembersTable {...{ members, self, keysPath }} mails={managing?.mails ?? false} run={command} />
        ) : (
          <EmptyState title="No members found">{emptyText(filters.given)}</EmptyState>
        )}
        <Pager {...paging} />
      </div>
      {managing && open === 'invite' && (
        <InviteDialog invite={managing.actions.invite} onInvited={refresh} onClose={close} />
      )}
      {managing && command && open !== null && open !== 'invite' && (
        <MemberDialog
          {...managing}
          asked={open}
          ask={setOpen}
          run={command}
          onChanged={refresh}
          onClose={close}
          onDone={done}
        />
      )}
    </>
  )
}

function emptyText({ q, show }: FilterProps['given']): string {
  if (q !== undefined) return `Nobody’s name or email holds “${apart(q)}”${show ? ' among these' : ''}.`
  return show === 'invited' ? 'Nobody has an open invitation.' : 'Nobody is suspended.'
}

const LEAD = 'Who is in the club, and what they may do. A change takes effect at once, on their keys too.'
