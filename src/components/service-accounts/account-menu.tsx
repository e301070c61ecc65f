'use client'

import { Ellipsis } from 'lucide-react'
import { apart } from '@/contracts/unseen'
import { Menu, MenuItem, MenuSeparator } from '../ui/menu'
import type { ListedAccount } from './actions'

export type AccountCommand = 'key' | 'edit' | 'suspend' | 'reinstate' | 'remove'

type Props = {
  account: ListedAccount
  /** Whether the viewer can make a key for it. */
  mayMakeKey: boolean
  run: (command: AccountCommand) => void
}

export function ServiceAccountMenu({ account, mayMakeKey, run }: Props) {
  const suspended = account.status === 'SUSPENDED'
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label={`Actions for ${apart(account.user.name)}`}
          className="grid size-11 place-items-center rounded-lg text-quiet hover:bg-well hover:text-ink data-[state=open]:bg-well md:size-8"
        >
          <Ellipsis aria-hidden size={18} />
        </button>
      }
    >
      {!suspended && mayMakeKey && <MenuItem onSelect={() => run('key')}>Create key…</MenuItem>}
      <MenuItem onSelect={() => run('edit')}>Name and roles…</MenuItem>
      {suspended ? (
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
