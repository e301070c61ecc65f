import type { ReactNode } from 'react'
import type { AuditEvent } from '@/contracts/audit-event'
import type { AuditTexts, Words } from '@/contracts/definition'
import { exactly } from '../moment'
import { Name } from '../ui/name'
import { Exactly, When } from '../when'
import { fieldName, valueInWords } from './changes-in-words'
import { byDay } from './days'
import { idTitle, sentenceOf } from './sentence'

type NamedEvent = AuditEvent & { targetName: string | undefined }
type Change = AuditEvent['changes'][string]
type Vocabulary = { texts: AuditTexts; roles: Words['roles'] }
type Props = Vocabulary & {
  events: readonly NamedEvent[]
  /** The moment at which the page was asked for. */ today: string
}

/** Newest first, day by day, a line each; a line opens to tell the rest. */
export function AuditList({ events, today, ...words }: Props) {
  return (
    <div className="grid gap-6">
      {byDay(events, today).map(({ day, events: ofDay }) => (
        <section key={day} aria-label={day} className="grid gap-2">
          <h2 className="text-sm font-semibold text-quiet">{day}</h2>
          <AuditLines events={ofDay} {...words} />
        </section>
      ))}
    </div>
  )
}

/** Without the days: where few are shown beside something else. */
export const AuditLines = ({ events, ...words }: Vocabulary & Pick<Props, 'events'>) => (
  <ol className="overflow-hidden rounded-xl border border-line bg-raised">
    {events.map((event) => (
      <li key={event.id} className="border-line not-first:border-t">
        <Line {...{ event, ...words }} />
      </li>
    ))}
  </ol>
)

type LineProps = Vocabulary & { event: NamedEvent }

function Line({ event, ...words }: LineProps) {
  return (
    <details className="group">
      <summary className="flex min-h-12 list-none flex-col gap-x-4 px-4 py-3 -outline-offset-2 hover:bg-well sm:flex-row sm:items-baseline [&::-webkit-details-marker]:hidden">
        <span className="min-w-0 text-sm break-words sm:flex-1 lg:truncate">
          <Sentence {...{ event, ...words }} />
        </span>
        <span className="flex shrink-0 flex-wrap gap-x-3 text-sm text-quiet sm:justify-end">
          {event.address && <span className="tabular-nums">{event.address}</span>}
          <span className="sm:w-28 sm:text-right">
            <When at={event.at} />
          </span>
        </span>
        <span className="hidden w-14 shrink-0 text-right text-sm text-accent sm:inline">
          <span className="group-open:hidden">Details</span>
          <span className="hidden group-open:inline">Close</span>
        </span>
      </summary>
      <Rest {...{ event, ...words }} />
    </details>
  )
}

function Sentence({ event, texts, roles }: LineProps) {
  const { who, verb, thing, name, detail, through } = sentenceOf(texts, event, event.targetName, roles)
  return (
    <>
      <strong className="font-semibold">
        <Name>{who}</Name>
      </strong>{' '}
      <span className="text-quiet">{`${verb} ${thing}`}</span>
      {name && (
        <>
          {' '}
          <strong className="font-semibold">
            <Name>{name}</Name>
          </strong>
        </>
      )}
      {detail && <span>{detail.startsWith(':') ? detail : ` ${detail}`}</span>}
      {through && <span className="text-quiet"> {through}</span>}
    </>
  )
}

function Rest({ event, texts, roles }: LineProps) {
  const { at, changes, target, address, userAgent, requestId } = event
  const facts: [string, ReactNode][] = [
    ['When', <Exactly key="at" at={at} />],
    ...Object.entries(changes).map(([field, value]): [string, string] => [
      label(field),
      saying(roles, field, value),
    ]),
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

/** "Keys revoked". */
function label(field: string): string {
  const words = fieldName(field)
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** The new value, after the old one if there was one. */
function saying(roles: Words['roles'], field: string, { from, to }: Change): string {
  const [before, after] = [from, to].map((value) => plain(roles, field, value))
  return from === null ? `${after}` : `${before} → ${after}`
}

/** Exact, where the sentence is brief: instants to the second, ids and texts as they are. */
function plain(roles: Words['roles'], field: string, value: unknown): string {
  if (typeof value !== 'string') return valueInWords(roles, field, value)
  return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? exactly(value) : value
}
