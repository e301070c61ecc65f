'use client'

import { Ellipsis } from 'lucide-react'
import { Menu, MenuItem, MenuSeparator } from '../ui/menu'
import type { ListedMember } from './actions'

export type MemberCommand = 'roles' | 'invite-again' | 'hand-over' | 'suspend' | 'reinstate' | 'remove'

export function MemberMenu({ member, run }: { member: ListedMember; run: (command: MemberCommand) => void }) {
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label={`Actions for ${member.user.name}`}
          className="grid size-11 place-items-center rounded-lg text-quiet hover:bg-well hover:text-ink data-[state=open]:bg-well xl:size-8"
        >
          <Ellipsis aria-hidden size={18} />
        </button>
      }
    >
      <MenuItem onSelect={() => run('roles')}>Change roles…</MenuItem>
      {member.status === 'ACTIVE' && (
        <MenuItem onSelect={() => run('invite-again')}>Send invitation again…</MenuItem>
      )}
      {member.keys !== 0 && <MenuItem onSelect={() => run('hand-over')}>Hand keys over…</MenuItem>}
      {member.status === 'SUSPENDED' ? (
        <MenuItem onSelect={() => run('reinstate')}>Reinstate</MenuItem>
      ) : (
        <MenuItem onSelect={() => run('suspend')}>Suspend…</MenuItem>
      )}
      <MenuSeparator />
      <MenuItem danger onSelect={() => run('remove')}>
        Remove…
      </MenuItem>
    </Menu>
  )
}
