import type { ReactNode } from 'react'
import type { AuditEvent } from '@/contracts/audit-event'
import type { AuditTexts } from '@/contracts/definition'
import { Exactly, When } from '../when'
import { idTitle, sentenceOf } from './sentence'

type NamedEvent = AuditEvent & { targetName: string | undefined }
type Change = AuditEvent['changes'][string]

/** Newest first, a line each; a line opens to tell the rest. */
export function AuditList({ events, texts }: { events: readonly NamedEvent[]; texts: AuditTexts }) {
  return (
    <ol aria-label="Audit log" className="overflow-hidden rounded-xl border border-line bg-raised">
      {events.map((event) => (
        <li key={event.id} className="border-line not-first:border-t">
          <details className="group">
            <summary className="flex min-h-12 list-none flex-col gap-x-4 px-4 py-3 -outline-offset-2 hover:bg-well sm:flex-row sm:items-baseline [&::-webkit-details-marker]:hidden">
              <span className="min-w-0 text-sm break-words sm:flex-1">
                <Sentence {...{ event, texts }} />
              </span>
              <span className="shrink-0 text-sm text-quiet">
                <When at={event.at} />
              </span>
              <span className="hidden w-14 shrink-0 text-right text-sm text-accent sm:inline">
                <span className="group-open:hidden">Details</span>
                <span className="hidden group-open:inline">Close</span>
              </span>
            </summary>
            <Rest {...{ event, texts }} />
          </details>
        </li>
      ))}
    </ol>
  )
}

type Line = { event: NamedEvent; texts: AuditTexts }

function Sentence({ event, texts }: Line) {
  const { who, verb, thing, name, through } = sentenceOf(texts, event, event.targetName)
  return (
    <>
      <strong className="font-semibold">{who}</strong>{' '}
      <span className="text-quiet">{`${verb} ${thing}`}</span>{' '}
      {name && <strong className="font-semibold">{name}</strong>}{' '}
      {through && <span className="text-quiet">{through}</span>}
    </>
  )
}

function Rest({ event, texts }: Line) {
  const { at, changes, target, address, userAgent, requestId } = event
  const facts: [string, ReactNode][] = [
    ['When', <Exactly key="at" at={at} />],
    ...Object.entries(changes).map(([field, value]): [string, string] => [label(field), saying(value)]),
    ['Address', address],
    ['User agent', userAgent],
    ['Request id', requestId],
    [idTitle(texts, target.type), target.id],
  ]
  return (
    <dl className="grid gap-x-6 gap-y-2 border-t border-line bg-well/60 px-4 py-4 text-sm sm:grid-cols-[9rem_1fr]">
      {facts.map(
        ([name, value]) =>
          value !== null && (
            <div key={name} className="grid sm:col-span-2 sm:grid-cols-subgrid">
              <dt className="text-quiet">{name}</dt>
              <dd className="min-w-0 break-words">{value}</dd>
            </div>
          ),
      )}
    </dl>
  )
}

/** `keysRevoked` → "Keys revoked". */
function label(field: string): string {
  const words = field.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** The new value, after the old one if there was one. */
function saying({ from, to }: Change): string {
  return from === null ? plain(to) : `${plain(from)} → ${plain(to)}`
}

function plain(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'none'
  if (typeof value === 'string') return value
  return Array.isArray(value) ? value.map(plain).join(', ') : JSON.stringify(value)
}
