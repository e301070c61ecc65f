'use client'

import { PageTitle } from '../shell/header'
import { Button } from '../ui/button'
import type { Heir, ListedMember, MemberActions } from './actions'
import { InviteDialog } from './invite-dialog'
import { MemberDialog } from './member-dialog'
import type { MemberCommand } from './member-menu'
import { MembersTable } from './members-table'
import { useMemberCommands } from './use-member-commands'

type Managing = { actions: MemberActions; heirs: readonly Heir[]; accountsPath: string }

/** `managing` is null for viewers who may look but not change. */
type Props = { members: ListedMember[]; self: string; managing: Managing | null }

export function MembersPanel({ members, self, managing }: Props) {
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
      <MembersTable members={members} self={self} run={command} />
      {managing && open === 'invite' && (
        <InviteDialog invite={managing.actions.invite} onInvited={refresh} onClose={close} />
      )}
      {command && open !== null && open !== 'invite' && (
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

const LEAD = 'Who is in the club, and what they may do. A change takes effect at once, on their keys too.'
