import { redact } from './redact'

/** What Postgres cannot store, what a terminal obeys (U+009B), what breaks lines, turns text around or hides in it. */
const NEVER_SHOWN = /[\p{Cc}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\p{Cf}\u2028\u2029]/gu

/**
 * What is kept of a User-Agent, a stranger's text that admins read later, in lists and exports.
 * @param most characters
 */
export const userAgentKept = (text: string | null | undefined, most: number): string | null =>
  text ? redact(text.slice(0, most).toWellFormed().replace(NEVER_SHOWN, '')) || null : null
