import { redact } from './redact'

/** What Postgres cannot store, what a terminal obeys (U+009B), what breaks lines or turns text around. */
const NEVER_SHOWN = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu

/**
 * What is kept of a User-Agent, a stranger's text that admins read later, in lists and exports.
 * @param most characters
 */
export const userAgentKept = (text: string | null | undefined, most: number): string | null =>
  text ? redact(text.slice(0, most).toWellFormed().replace(NEVER_SHOWN, '')) || null : null
