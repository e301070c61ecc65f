import type { AuditEvent } from '@/contracts/audit-event'
import type { AuditTexts, Words } from '@/contracts/definition'
import { exactly } from '../moment'
import { AuditLine, type AuditLineProps } from './audit-line'
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
        <AuditLine {...inWords(event, words)} />
      </li>
    ))}
  </ol>
)

function inWords(event: NamedEvent, { texts, roles }: Vocabulary): AuditLineProps {
  const { at, changes, target, address, userAgent, requestId, targetName } = event
  const facts: [string, string | null][] = [
    ...Object.entries(changes).map(([field, value]): [string, string] => [
      label(field),
      saying(roles, field, value),
    ]),
    ['Address', address],
    ['User agent', userAgent],
    ['Request id', requestId],
    [idTitle(texts, target.type), target.id],
  ]
  return {
    at,
    address,
    sentence: sentenceOf(texts, event, targetName, roles),
    facts: facts.filter((fact): fact is [string, string] => fact[1] !== null),
  }
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
