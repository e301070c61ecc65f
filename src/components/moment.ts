const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const relatively = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

/** A calendar's date and a clock's time, as they are read in one time zone. `month` counts from 1. */
type Reading = { year: number; month: number; day: number; clock: string }

/** The zone that the device is set to. */
export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC'

/** 24 Feb 2027 */
export const dayOf = (at: string, zone: string): string => dateText(read(Date.parse(at), zone))

/** The exact time in UTC, for those who compare it with a log. */
export const exactly = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`

/** 24 Feb 2027, 21:05:09, by the reader's clock; then in UTC, unless that is their clock. */
export function exactlyHere(at: string, zone: string): string {
  if (zone === 'UTC') return exactly(at)
  const here = read(Date.parse(at), zone)
  return `${dateText(here)}, ${here.clock} (${exactly(at)})`
}

/**
 * How long ago, or in how long, as a calendar counts: days by midnights, months by their dates. So 31 January
 * to 28 February is a month, and a day on which clocks are put forward is a whole one. What is to come is
 * rounded down, as what was is: nobody is promised more time than there is.
 * @param now in milliseconds since 1970
 */
export function fromNow(at: string, now: number, zone: string): string {
  const then = Date.parse(at)
  const [earlier, later] = then < now ? [then, now] : [now, then]
  const say = (count: number, unit: Intl.RelativeTimeFormatUnit) =>
    relatively.format(then < now ? -count : count, unit)
  const gone = later - earlier
  if (gone < MINUTE_MS) return then < now ? 'just now' : 'in a moment'
  if (gone < HOUR_MS) return say(Math.floor(gone / MINUTE_MS), 'minute')
  const [from, to] = [read(earlier, zone), read(later, zone)]
  const days = daysBetween(from, to)
  // A day on which clocks are put back has 25 hours.
  if (gone < DAY_MS || days === 0) return say(Math.floor(gone / HOUR_MS), 'hour')
  const months = monthsBetween(from, to)
  if (months < 2) return say(days, 'day')
  return months < 24 ? say(months, 'month') : say(Math.floor(months / 12), 'year')
}

/** After how many milliseconds `fromNow` may say something else of a moment: the older it is, the later. */
export function lookAgainIn(at: string, now: number): number {
  const far = Math.abs(Date.parse(at) - now)
  if (far < HOUR_MS) return MINUTE_MS / 4
  return far < DAY_MS ? 5 * MINUTE_MS : 30 * MINUTE_MS
}

const dateText = ({ year, month, day }: Reading) => `${day} ${MONTHS[month - 1]} ${year}`

/** The zone's offset takes no part in it: midnights are counted, not hours. */
const daysBetween = (from: Reading, to: Reading): number =>
  Math.round((asUtc(to.year, to.month, to.day) - asUtc(from.year, from.month, from.day)) / DAY_MS)

/** Whole ones. The last day of a shorter month completes a month that began on a later date. */
function monthsBetween(from: Reading, to: Reading): number {
  const begun = (to.year - from.year) * 12 + to.month - from.month
  const isLastDay = new Date(asUtc(to.year, to.month, to.day) + DAY_MS).getUTCDate() === 1
  return to.day >= from.day || isLastDay ? begun : begun - 1
}

/** `Date.UTC` takes the years before 100 for those of the 20th century. */
const asUtc = (year: number, month: number, day: number): number =>
  new Date(0).setUTCFullYear(year, month - 1, day)

const readers = new Map<string, Intl.DateTimeFormat>()

function read(at: number, zone: string): Reading {
  const parts = Object.fromEntries(
    readerFor(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  )
  const { year, month, day, hour, minute, second } = parts
  return { year: Number(year), month: Number(month), day: Number(day), clock: `${hour}:${minute}:${second}` }
}

/** Making one takes longer than all that it is used for on a page. */
function readerFor(zone: string): Intl.DateTimeFormat {
  const known = readers.get(zone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  readers.set(zone, made)
  return made
}
