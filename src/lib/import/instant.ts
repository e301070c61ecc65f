const EARLIEST = Date.UTC(1900, 0, 1)
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/**
 * RFC 3339, and what databases print: a space for the T, more decimals, an offset in hours. Never without a
 * zone.
 */
const WRITTEN = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(\.\d{1,9})? ?(Z|UTC|[+-]\d{2}(?::?\d{2})?)$/i
/** Ten digits are seconds until the year 2286, thirteen are milliseconds. */
const COUNTED = /^(\d{10})(\d{3})?(?:\.\d{1,9})?$/

/**
 * An instant as other systems write it, to the millisecond; null where a text is none, or leaves its zone
 * open.
 */
export function instantIn(text: string): Date | null {
  const time = COUNTED.test(text) ? counted(text) : written(text)
  return time !== null && time >= EARLIEST && time <= LATEST ? new Date(time) : null
}

function counted(text: string): number {
  const [, seconds = '', milliseconds] = COUNTED.exec(text) ?? []
  return (
    Number(seconds) * 1000 +
    (milliseconds === undefined
      ? Math.floor(Number(`0${/\.\d+$/.exec(text)?.[0] ?? ''}`) * 1000)
      : Number(milliseconds))
  )
}

function written(text: string): number | null {
  const [, date, time, fraction = '', zone = ''] = WRITTEN.exec(text) ?? []
  if (date === undefined || time === undefined) return null
  const offset = /^[+-]/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(3).replace(':', '') || '00'}` : 'Z'
  const instant = Date.parse(`${date}T${time}${fraction.slice(0, 4)}${offset}`)
  if (Number.isNaN(instant)) return null
  // A 31st of June would be the first of July.
  const asUtc = new Date(`${date}T00:00:00Z`)
  return Number.isNaN(asUtc.getTime()) || !asUtc.toISOString().startsWith(date) ? null : instant
}
