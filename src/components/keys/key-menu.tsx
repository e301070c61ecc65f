'use client'

import { Ellipsis } from 'lucide-react'
import { useRouter } from 'next/navigation'
import type { ApiKey } from '@/contracts/api-key'
import { apart } from '@/contracts/unseen'
import { Menu, MenuItem, MenuSeparator } from '../ui/menu'

export type KeyCommand =
  | 'rotate'
  | 'scopes'
  | 'rename'
  | 'end'
  | 'addresses'
  | 'rate'
  | 'metadata'
  | 'disable'
  | 'enable'
  | 'enable-leaked'
  | 'revoke'
  | 'delete'

type Props = {
  apiKey: ApiKey
  /** The address of its page, where everything else is set. */
  page: string
  mayRotate: boolean
  run: (command: KeyCommand) => void
}

export function KeyMenu({ apiKey, page, mayRotate, run }: Props) {
  const { status, name, honey } = apiKey
  const router = useRouter()
  const revoked = status === 'revoked'
  const dead = revoked || status === 'expired'
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label={`Actions for ${apart(name)}`}
          className="grid size-11 place-items-center rounded-lg text-quiet hover:bg-well hover:text-ink data-[state=open]:bg-well md:size-8"
        >
          <Ellipsis aria-hidden size={18} />
        </button>
      }
    >
      <MenuItem onSelect={() => router.push(page)}>View</MenuItem>
      {mayRotate && canRotate(apiKey) && <MenuItem onSelect={() => run('rotate')}>Rotate…</MenuItem>}
      {!dead && status !== 'disabled' && <MenuItem onSelect={() => run('disable')}>Disable</MenuItem>}
      {!dead && !honey && status === 'disabled' && <MenuItem onSelect={() => run('enable')}>Enable</MenuItem>}
      <MenuSeparator />
      {!revoked && (
        <MenuItem danger onSelect={() => run('revoke')}>
          Revoke…
        </MenuItem>
      )}
      {dead && (
        <MenuItem danger onSelect={() => run('delete')}>
          Delete…
        </MenuItem>
      )}
    </Menu>
  )
}

/** Where rotating it would be refused, it is not offered. */
export const canRotate = ({ status, replacedById }: ApiKey): boolean =>
  (status === 'active' || status === 'expiring') && replacedById === null
