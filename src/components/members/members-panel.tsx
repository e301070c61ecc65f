'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import type { Refused } from '../outcome'
import { useSession } from '../session/context'
import { PageTitle } from '../shell/header'
import { Button } from '../ui/button'
import type { ListedMember, MemberActions } from './actions'
import { InviteDialog } from './invite-dialog'
import { LeavingDialog } from './leaving-dialog'
import type { MemberCommand } from './member-menu'
import { MembersTable } from './members-table'
import { RolesDialog } from './roles-dialog'

/** `actions` is null for those who may look, not change. */
type Props = { members: ListedMember[]; self: string; actions: MemberActions | null }
type Open = { command: 'invite' } | { command: Exclude<MemberCommand, 'reinstate'>; member: ListedMember } | null

export function MembersPanel({ members, self, actions }: Props) {
  const [open, setOpen] = useState<Open>(null)
  const { act, say } = useSession()
  const router = useRouter()
  const close = () => setOpen(null)
  const done = (text: string) => {
    close()
    say(text)
    router.refresh()
  }
  const reinstate = async (member: ListedMember) => {
    const outcome = await act(async () => actions?.update({ id: member.id, status: 'ACTIVE' }) ?? NOT_ALLOWED)
    done(outcome.ok ? `${member.user.name} is back.` : outcome.message)
  }
  const run = (command: MemberCommand, member: ListedMember) =>
    command === 'reinstate' ? void reinstate(member) : setOpen({ command, member })
  return (
    <>
      <PageTitle
        title="Members"
        lead={
          actions ? 'Who is in the club, and what they may do. A change takes effect at once, on their keys too.' : 'Who is in the club.'
        }
        action={
          actions && (
            <Button look="primary" onClick={() => setOpen({ command: 'invite' })}>
              Invite member
            </Button>
          )
        }
      />
      <MembersTable members={members} self={self} run={actions && run} />
      {actions && open?.command === 'invite' && <InviteDialog invite={actions.invite} onInvited={() => router.refresh()} onClose={close} />}
      {actions && open?.command === 'roles' && <RolesDialog member={open.member} update={actions.update} onClose={close} onDone={done} />}
      {actions && (open?.command === 'suspend' || open?.command === 'remove') && (
        <LeavingDialog command={open.command} member={open.member} actions={actions} onClose={close} onDone={done} />
      )}
    </>
  )
}

const NOT_ALLOWED: Refused = { ok: false, code: 'forbidden', message: 'Only an admin can do this.', errors: [] }
