/** The time zones that this server offers, by IANA name. */
export const TIME_ZONES: ReadonlySet<string> = new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])

/** As the time zone database writes them: a name in another case would be another text for the same zone. */
const WRITTEN = /^[A-Z][A-Za-z_]+(\/[A-Z][A-Za-z_-]+){1,2}$/

/** Whether a text names a time zone: one that is offered, or another name of one (Asia/Kolkata, Asia/Calcutta). */
export function isTimeZone(name: string): boolean {
  if (TIME_ZONES.has(name)) return true
  if (!WRITTEN.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
