'use client'

import { ArrowLeft, Ellipsis } from 'lucide-react'
import Link from 'next/link'
import type { ApiKey } from '@/contracts/api-key'
import { apart } from '@/contracts/unseen'
import { useLastAsked } from '../list/last-asked'
import { Button } from '../ui/button'
import { Menu, MenuItem, MenuSeparator } from '../ui/menu'
import { Name } from '../ui/name'
import { canRotate, type KeyCommand } from './key-menu'
import { KeyStatus } from './key-status'
import { TokenEnds } from './token-ends'

type Props = {
  apiKey: ApiKey
  back: { href: string; title: string }
  rotatable: boolean
  run: (command: KeyCommand) => void
}

/** Which key this is, and what ends or replaces it. */
export function KeyHead({ apiKey, back, rotatable, run }: Props) {
  const list = useLastAsked(back.href)
  return (
    <div className="grid gap-2">
      <Link
        href={list}
        prefetch={false}
        className="-my-2 flex w-fit items-center gap-1.5 rounded py-2 text-sm text-quiet hover:text-ink"
      >
        <ArrowLeft aria-hidden size={15} /> {back.title}
      </Link>
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-4">
        <div className="grid min-w-0 gap-1">
          <h1 className="text-2xl font-semibold tracking-tight wrap-anywhere">
            <Name>{apiKey.name}</Name>
          </h1>
          <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-quiet">
            <KeyStatus apiKey={apiKey} />
            <span className="flex items-center gap-2 font-mono">
              <TokenEnds apiKey={apiKey} />
            </span>
          </p>
        </div>
        <Commands apiKey={apiKey} rotatable={rotatable} run={run} />
      </div>
    </div>
  )
}

function Commands({ apiKey, rotatable, run }: Omit<Props, 'back'>) {
  const { status, name, honey } = apiKey
  const revoked = status === 'revoked'
  const dead = revoked || status === 'expired'
  return (
    <div className="flex flex-wrap items-center gap-2">
      {rotatable && canRotate(apiKey) && <Button onClick={() => run('rotate')}>Rotate</Button>}
      {status === 'disabled' && !honey && <Button onClick={() => run('enable')}>Enable</Button>}
      {!dead && status !== 'disabled' && <Button onClick={() => run('disable')}>Disable</Button>}
      {!revoked && (
        <Button className="text-bad!" onClick={() => run('revoke')}>
          Revoke
        </Button>
      )}
      <Menu
        trigger={
          <button
            type="button"
            aria-label={`Actions for ${apart(name)}`}
            className="grid size-11 place-items-center rounded-lg text-quiet hover:bg-well hover:text-ink data-[state=open]:bg-well sm:size-9"
          >
            <Ellipsis aria-hidden size={18} />
          </button>
        }
      >
        {!revoked && <MenuItem onSelect={() => run('rename')}>Rename…</MenuItem>}
        {!revoked && <MenuItem onSelect={() => run('metadata')}>Metadata…</MenuItem>}
        {status === 'expired' && <MenuSeparator />}
        {dead && (
          <MenuItem danger onSelect={() => run('delete')}>
            Delete…
          </MenuItem>
        )}
      </Menu>
    </div>
  )
}
