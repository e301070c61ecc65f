const HOUR_MS = 3_600_000

/**
 * The last millisecond of a day in a time zone, whatever its clocks do that night.
 * @param day as `2027-02-24`
 */
export function endOfDay(day: string, timeZone: string): Date {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' })
  const isOver = (at: number) => format.format(at) > day
  // No zone is further from UTC than 14 hours. The day is over at the second of them, and not at the first.
  const midnight = Date.parse(`${day}T24:00:00Z`)
  let [before, after] = [midnight - 15 * HOUR_MS, midnight + 15 * HOUR_MS]
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2)
    if (isOver(middle)) after = middle
    else before = middle
  }
  return new Date(before)
}
