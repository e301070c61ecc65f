import { z } from 'zod'

// Postgres text cannot hold U+0000 and UTF-8 cannot hold a lone surrogate: both must end as a 422 here, not
// as a 500 there. Cc holds U+0080..9F too: a terminal takes U+009B for the start of an escape sequence.
// U+2028 and U+2029 break lines.
const CONTROL = /[\p{Cc}\u2028\u2029]/u
const CONTROL_EXCEPT_NEWLINE_AND_TAB = /[^\P{Cc}\n\t]/u

/**
 * One line of text a person typed: trimmed, 1..`max` characters, no control characters.
 * @param max the greatest length, in Unicode code points (what Postgres' `char_length` counts)
 */
export const line = (max: number) =>
  bounded(max, CONTROL, 'must be one line without control characters').trim().min(1)

/** Text of several lines: 1..`max` code points, no control characters but newline and tab. */
export const prose = (max: number) =>
  bounded(max, CONTROL_EXCEPT_NEWLINE_AND_TAB, 'must not contain control characters').min(1)

function bounded(max: number, refused: RegExp, message: string) {
  return z
    .string()
    .meta({ maxLength: max })
    .refine((text) => text.isWellFormed() && !refused.test(text), { error: message })
    .refine((text) => codePoints(text, max) <= max, { error: `must be at most ${max} characters` })
}

/** Stops counting at `limit + 1`, so that a huge body costs no more than a refused one. */
function codePoints(text: string, limit: number): number {
  let count = 0
  for (const _ of text) if (++count > limit) break
  return count
}

/**
 * A UUID, in lower case as this API issues them (RFC 9562 §4): in another spelling it would not be the id
 * that memory knows.
 */
export const id = z.uuid().toLowerCase()

const EARLIEST = Date.UTC(1900, 0, 1)
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/**
 * An RFC 3339 instant in any offset, parsed to a `Date`. Finer than a millisecond is refused, because it
 * would be cut silently.
 */
export const instant = z.iso
  .datetime({ offset: true, error: 'must be an RFC 3339 date and time such as 2026-01-31T18:00:00Z' })
  .regex(/:\d{2}(\.\d{1,3})?(Z|[+-]\d{2}:\d{2})$/, { error: 'must give seconds, with at most 3 decimals' })
  .transform((text) => new Date(text))
  .refine((date) => date.getTime() >= EARLIEST && date.getTime() <= LATEST, {
    error: 'must lie between the years 1900 and 9999',
  })

/** The same instant as answers give it: RFC 3339, UTC. */
export const timestamp = z.iso.datetime()
