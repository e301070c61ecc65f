'use client'

import { Ellipsis } from 'lucide-react'
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

type Props = { apiKey: ApiKey; mayRotate: boolean; run: (command: KeyCommand) => void }

export function KeyMenu({ apiKey, mayRotate, run }: Props) {
  const { status, name, honey } = apiKey
  const revoked = status === 'revoked'
  const dead = revoked || status === 'expired'
  const isSet = !dead && !honey
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label={`Actions for ${apart(name)}`}
          className="grid size-11 place-items-center rounded-lg text-quiet hover:bg-well hover:text-ink data-[state=open]:bg-well xl:size-8"
        >
          <Ellipsis aria-hidden size={18} />
        </button>
      }
    >
      {mayRotate && canRotate(apiKey) && <MenuItem onSelect={() => run('rotate')}>Rotate…</MenuItem>}
      {isSet && <MenuItem onSelect={() => run('scopes')}>Change scopes…</MenuItem>}
      {!revoked && <MenuItem onSelect={() => run('rename')}>Rename…</MenuItem>}
      {isSet && <MenuItem onSelect={() => run('end')}>Expiry…</MenuItem>}
      {isSet && <MenuItem onSelect={() => run('addresses')}>Addresses…</MenuItem>}
      {isSet && <MenuItem onSelect={() => run('rate')}>Limit…</MenuItem>}
      {isSet && status !== 'disabled' && <MenuItem onSelect={() => run('disable')}>Disable</MenuItem>}
      {isSet && status === 'disabled' && <MenuItem onSelect={() => run('enable')}>Enable</MenuItem>}
      {!revoked && <MenuSeparator />}
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
