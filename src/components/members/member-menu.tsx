'use client'

import { Ellipsis } from 'lucide-react'
import { apart } from '@/contracts/unseen'
import { Menu, MenuItem, MenuSeparator } from '../ui/menu'
import type { ListedMember } from './actions'

/** What gets a member in, once more. */
export type LinkCommand = 'invite-again' | 'invitation-link' | 'password-link'
export type MemberCommand =
  LinkCommand | 'roles' | 'hand-over' | 'suspend' | 'reinstate' | 'remove' | 'withdraw'

type Props = {
  member: ListedMember
  /** Whether this installation sends mail. */
  mails: boolean
  run: (command: MemberCommand) => void
}

export function MemberMenu({ member, mails, run }: Props) {
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label={`Actions for ${apart(member.user.name)}`}
          className="grid size-11 place-items-center rounded-lg text-quiet hover:bg-well hover:text-ink data-[state=open]:bg-well md:size-8"
        >
          <Ellipsis aria-hidden size={18} />
        </button>
      }
    >
      <MenuItem onSelect={() => run('roles')}>Change roles…</MenuItem>
      {member.invitation ? (
        <>
          {mails && <MenuItem onSelect={() => run('invite-again')}>Send invitation again…</MenuItem>}
          <MenuItem onSelect={() => run('invitation-link')}>New invitation link…</MenuItem>
        </>
      ) : (
        member.status === 'ACTIVE' && (
          <MenuItem onSelect={() => run('password-link')}>
            {mails ? 'Send password link…' : 'New password link…'}
          </MenuItem>
        )
      )}
      {member.keys !== 0 && <MenuItem onSelect={() => run('hand-over')}>Hand keys over…</MenuItem>}
      {member.status === 'SUSPENDED' ? (
        <MenuItem onSelect={() => run('reinstate')}>Reinstate</MenuItem>
      ) : (
        <MenuItem onSelect={() => run('suspend')}>Suspend…</MenuItem>
      )}
      <MenuSeparator />
      {member.invitation ? (
        <MenuItem danger onSelect={() => run('withdraw')}>
          Withdraw invitation…
        </MenuItem>
      ) : (
        <MenuItem danger onSelect={() => run('remove')}>
          Remove…
        </MenuItem>
      )}
    </Menu>
  )
}
