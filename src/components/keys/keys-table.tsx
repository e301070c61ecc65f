'use client'

import { Bot } from 'lucide-react'
import Link from 'next/link'
import type { ReactNode } from 'react'
import type { ApiKey } from '@/contracts/api-key'
import type { Scope } from '@/contracts/permissions'
import { apart } from '@/contracts/unseen'
import { ACTIONS, Cell, Row, Table } from '../ui/table'
import { Day, When } from '../when'
import type { Viewer } from './actions'
import { KeyMenu, type KeyCommand } from './key-menu'
import { KeyStatus } from './key-status'
import { TokenEnds } from './token-ends'

type Props = {
  keys: ApiKey[]
  viewer: Viewer
  mayRotate: (key: ApiKey) => boolean
  chosen: ReadonlySet<string>
  choose: (id: string, on: boolean) => void
  run: (command: KeyCommand, key: ApiKey) => void
}

export function KeysTable({ keys, viewer, mayRotate, chosen, choose, run }: Props) {
  const columns = [
    'Name',
    'Status',
    'Scopes',
    ...(viewer.seesEveryone ? ['Owner'] : []),
    'Created',
    'Last used',
    'Expires',
    ACTIONS,
  ]
  return (
    <div className="xl:overflow-hidden xl:rounded-xl xl:border xl:border-line xl:bg-raised xl:pt-3">
      <Table label="Keys" columns={columns}>
        {keys.map((key) => (
          <KeyRow
            key={key.id}
            apiKey={key}
            viewer={viewer}
            box={<SelectKey apiKey={key} chosen={chosen.has(key.id)} choose={(on) => choose(key.id, on)} />}
            menu={<KeyMenu apiKey={key} mayRotate={mayRotate(key)} run={(command) => run(command, key)} />}
          />
        ))}
      </Table>
    </div>
  )
}

type RowProps = { apiKey: ApiKey; viewer: Viewer; box: ReactNode; menu: ReactNode }

function KeyRow({ apiKey, viewer, box, menu }: RowProps) {
  const { scopes, owner, createdAt, lastUsedAt } = apiKey
  return (
    <Row>
      <Cell className="max-xl:col-span-full max-xl:pr-10 xl:max-w-64">
        <div className="flex items-start gap-3">
          {box}
          <Name apiKey={apiKey} club={viewer.club} />
        </div>
      </Cell>
      <Cell label="Status">
        <KeyStatus apiKey={apiKey} />
      </Cell>
      <Cell label="Scopes">
        <ScopeSummary scopes={scopes} />
      </Cell>
      {viewer.seesEveryone && (
        <Cell label="Owner" className="xl:max-w-36">
          <Owner owner={owner} />
        </Cell>
      )}
      <Cell label="Created">
        <When at={createdAt} />
      </Cell>
      <Cell label="Last used">
        {lastUsedAt ? <When at={lastUsedAt} /> : <span className="text-quiet">Never</span>}
      </Cell>
      <Cell label="Expires">
        <End apiKey={apiKey} />
      </Cell>
      <Cell className="max-xl:absolute max-xl:top-1.5 max-xl:right-1.5 xl:w-8 xl:py-2! xl:text-right">
        {menu}
      </Cell>
    </Row>
  )
}

function Name({ apiKey, club }: { apiKey: ApiKey; club: string }) {
  const { id, name } = apiKey
  return (
    <div className="min-w-0">
      <Link
        href={`/clubs/${club}/keys/${id}`}
        prefetch={false}
        className="block w-fit max-w-full truncate rounded font-semibold underline-offset-4 hover:underline max-xl:text-base"
      >
        {name}
      </Link>
      <span className="flex items-center gap-2 truncate font-mono text-xs text-quiet">
        <TokenEnds apiKey={apiKey} />
      </span>
    </div>
  )
}

/** A revoked key has nothing left to be done with others. */
function SelectKey({
  apiKey: { name, status },
  chosen,
  choose,
}: {
  apiKey: ApiKey
  chosen: boolean
  choose: (on: boolean) => void
}) {
  return (
    <input
      type="checkbox"
      aria-label={`Select ${apart(name)}`}
      className="mt-1 size-4.5 shrink-0 accent-accent disabled:invisible xl:mt-0.5"
      disabled={status === 'revoked'}
      checked={chosen}
      onChange={(event) => choose(event.target.checked)}
    />
  )
}

function Owner({ owner: { name, kind } }: Pick<ApiKey, 'owner'>) {
  return (
    <span className="flex items-center gap-1.5">
      {kind === 'service' && <Bot aria-label="Service account" size={14} className="shrink-0 text-quiet" />}
      <span className="truncate">{name}</span>
    </span>
  )
}

/** When it ends, or, for a key that was ended, when that was. */
function End({ apiKey: { expiresAt, revokedAt } }: { apiKey: ApiKey }) {
  if (revokedAt) {
    return (
      <span className="text-quiet">
        Ended <When at={revokedAt} />
      </span>
    )
  }
  return expiresAt ? <Day at={expiresAt} /> : <span className="text-quiet">Never</span>
}

/** The first, and how many more: the key's page names all. */
function ScopeSummary({ scopes }: { scopes: readonly Scope[] }) {
  const [first, ...more] = scopes
  return (
    <span title={scopes.join('\n')} className="xl:whitespace-nowrap">
      <code className="font-mono text-xs break-words">{first}</code>
      {more.length > 0 && <span className="text-xs text-quiet"> and {more.length} more</span>}
    </span>
  )
}
