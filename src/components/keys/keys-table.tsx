'use client'

import { Bot } from 'lucide-react'
import Link from 'next/link'
import type { ReactNode } from 'react'
import type { ApiKey } from '@/contracts/api-key'
import { apart } from '@/contracts/unseen'
import { Sparkline } from '../ui/chart'
import { ACTIONS, Cell, MenuCell, Row, Table, type Column } from '../ui/table'
import { OnDay, When } from '../when'
import type { Viewer } from './actions'
import type { KeyFilters } from './filters'
import { sortColumn } from './key-columns'
import { KeyMenu, type KeyCommand } from './key-menu'
import { KeyStatus } from './key-status'
import { TokenEnds } from './token-ends'
import type { Selection } from './use-selection'

export type Listed = {
  keys: ApiKey[]
  /** What each did on each of the last days; null: not this person’s to see. */
  calls: Readonly<Record<string, readonly number[]>> | null
  viewer: Viewer
  given: KeyFilters
}

type Props = Listed & {
  mayRotate: (key: ApiKey) => boolean
  selection: Selection
  run: (command: KeyCommand, key: ApiKey) => void
}

export function KeysTable({ keys, calls, viewer, given, mayRotate, selection, run }: Props) {
  const here = `/clubs/${viewer.club}/keys`
  const columns: Column[] = [
    { name: 'Select', head: <SelectAll selection={selection} />, className: 'pr-0!' },
    sortColumn(here, given, 'Name', 'name'),
    'Status',
    ...(viewer.seesEveryone ? ['Owner'] : []),
    ...(calls ? [{ name: '7 days', head: '7 days', className: 'max-lg:hidden' }] : []),
    sortColumn(here, given, 'Last used', 'lastUsedAt'),
    sortColumn(here, given, 'Expires', 'expiresAt'),
    ACTIONS,
  ]
  return (
    <Table label="Keys" columns={columns}>
      {keys.map((key) => (
        <KeyRow
          key={key.id}
          apiKey={key}
          days={calls && (calls[key.id] ?? null)}
          viewer={viewer}
          box={<SelectKey apiKey={key} selection={selection} />}
          menu={
            <KeyMenu
              apiKey={key}
              page={`${here}/${key.id}`}
              mayRotate={mayRotate(key)}
              run={(command) => run(command, key)}
            />
          }
        />
      ))}
    </Table>
  )
}

type RowProps = {
  apiKey: ApiKey
  days: readonly number[] | null
  viewer: Viewer
  box: ReactNode
  menu: ReactNode
}

function KeyRow({ apiKey, days, viewer, box, menu }: RowProps) {
  const { owner, lastUsedAt } = apiKey
  return (
    <Row>
      <Cell className="max-md:absolute max-md:top-3.5 max-md:left-4 md:w-8 md:pr-0!">{box}</Cell>
      <Cell className="max-md:col-span-full max-md:pr-9 max-md:pl-8 md:max-w-44 lg:max-w-64">
        <Name apiKey={apiKey} club={viewer.club} />
      </Cell>
      <Cell label="Status">
        <KeyStatus apiKey={apiKey} />
      </Cell>
      {viewer.seesEveryone && (
        <Cell label="Owner" className="md:max-w-28 lg:max-w-36">
          <Owner owner={owner} />
        </Cell>
      )}
      {days !== null && (
        <Cell className="max-lg:hidden!">
          <Sparkline values={days} label={callsIn(days)} />
        </Cell>
      )}
      <Cell label="Last used">
        {lastUsedAt ? <When at={lastUsedAt} /> : <span className="text-quiet">Never</span>}
      </Cell>
      <Cell label="Expires" className="md:whitespace-nowrap">
        <End apiKey={apiKey} />
      </Cell>
      <MenuCell>{menu}</MenuCell>
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
        title={name}
        className="block w-fit max-w-full truncate rounded leading-5 font-medium underline-offset-4 hover:underline"
      >
        {name}
      </Link>
      <span className="flex items-center gap-2 truncate font-mono text-xs leading-4 text-quiet md:*:py-0">
        <TokenEnds apiKey={apiKey} />
      </span>
    </div>
  )
}

const BOX = 'block size-4.5 accent-accent disabled:invisible'

function SelectAll({ selection: { chosen, choosable, chooseAll } }: Pick<Props, 'selection'>) {
  return (
    <input
      type="checkbox"
      aria-label="Select all on this page"
      className={BOX}
      disabled={choosable === 0}
      checked={chosen.size > 0 && chosen.size === choosable}
      ref={(box) => {
        if (box) box.indeterminate = chosen.size > 0 && chosen.size < choosable
      }}
      onChange={(event) => chooseAll(event.target.checked)}
    />
  )
}

/** A revoked key has nothing left to be done with others. */
function SelectKey({
  apiKey: { id, name, status },
  selection,
}: { apiKey: ApiKey } & Pick<Props, 'selection'>) {
  return (
    <input
      type="checkbox"
      aria-label={`Select ${apart(name)}`}
      className={BOX}
      disabled={status === 'revoked'}
      checked={selection.chosen.has(id)}
      onChange={(event) => selection.choose(id, event.target.checked)}
    />
  )
}

function Owner({ owner: { name, kind } }: Pick<ApiKey, 'owner'>) {
  return (
    <span className="flex items-center gap-1.5" title={name}>
      {kind === 'service' && <Bot aria-label="Service account" size={14} className="shrink-0 text-quiet" />}
      <span className="truncate">{name}</span>
    </span>
  )
}

function callsIn(days: readonly number[]): string {
  const total = days.reduce((sum, count) => sum + count, 0)
  return `${total.toLocaleString('en')} ${total === 1 ? 'call' : 'calls'} in ${days.length} days`
}

/** When it ends, or, for a key that was ended, when that was. What is near is said as near. */
function End({ apiKey: { expiresAt, revokedAt, status } }: { apiKey: ApiKey }) {
  if (revokedAt) {
    return (
      <span className="text-quiet">
        Ended <When at={revokedAt} />
      </span>
    )
  }
  if (!expiresAt) return <span className="text-quiet">Never</span>
  return status === 'expiring' ? <When at={expiresAt} /> : <OnDay at={expiresAt} />
}
