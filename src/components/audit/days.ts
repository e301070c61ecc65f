/** The events of one day, under what people call it. */
export type AuditDay<Event> = { day: string; events: Event[] }

const LONG = new Intl.DateTimeFormat('en-GB', {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
})
const DAY_MS = 86_400_000

/** Splits a list that is sorted by time into days (UTC, as the log's exact times are). */
export function byDay<Event extends { at: string }>(
  events: readonly Event[],
  today: string,
): AuditDay<Event>[] {
  const days: AuditDay<Event>[] = []
  for (const event of events) {
    const day = dayName(event.at, today)
    const last = days.at(-1)
    if (last?.day === day) last.events.push(event)
    else days.push({ day, events: [event] })
  }
  return days
}

function dayName(at: string, today: string): string {
  const day = at.slice(0, 10)
  if (day === today.slice(0, 10)) return 'Today'
  if (day === new Date(Date.parse(today) - DAY_MS).toISOString().slice(0, 10)) return 'Yesterday'
  return LONG.format(new Date(at))
}
