import { z } from 'zod'
import { BIDI_CONTROL, HIDDEN, NEEDED, PILED } from './unseen'

export const EMPTY = 'must not be empty'

// Postgres text cannot hold U+0000 and UTF-8 cannot hold a lone surrogate: both must end as a 422 here, not
// as a 500 there. Cc holds U+0080..9F too: a terminal takes U+009B for the start of an escape sequence.
// U+2028 and U+2029 break lines.
const CONTROL = /[\p{Cc}\u2028\u2029]/u
const CONTROL_EXCEPT_NEWLINE_AND_TAB = /[^\P{Cc}\n\t]/u

/** The most marks that text in any language puts on one character (UAX 15, stream-safe text). */
const MAX_MARKS = 30
/** Normalising sorts a run of marks, which takes seconds for a body full of them. */
const PILED_MARKS = new RegExp(`\\p{M}{${MAX_MARKS + 1}}`, 'u')

/** Where a long text may break in languages that write no spaces. */
const BREAKS = /[\u00ad\u200b\u2060]/gu

const hidesNothing =
  (...allowed: readonly RegExp[]) =>
  (text: string): boolean =>
    !HIDDEN.test(text) ||
    !HIDDEN.test([...NEEDED, ...allowed].reduce((rest, each) => rest.replace(each, ''), text))

/** A letter, a digit, a sign or a symbol, except blank ones (in Braille, music, hieroglyphs). */
const VISIBLE =
  /(?!\p{Default_Ignorable_Code_Point}|[\u2800\ufffc\u{1d159}\u{13441}\u{13442}])[\p{L}\p{N}\p{P}\p{S}]/u

/**
 * One line of text that people read, a name, a title, a reason: trimmed, and in Unicode's form NFC, so that
 * texts that look alike are alike. It needs a visible character, and nothing that hides or misleads.
 * @param max the greatest length, in Unicode code points (what Postgres' `char_length` counts)
 */
export const line = (max: number) =>
  kept(max, CONTROL, 'must be one line without control characters')
    .trim()
    .refine((text) => !PILED.test(text), {
      error: 'must not pile up more marks on a letter than any language does',
    })
    .refine(turnsNothing, TURNS)
    .refine(hidesNothing(), HIDES)
    .refine((text) => VISIBLE.test(text), {
      error: ({ input }) => (input === '' ? EMPTY : 'must hold at least 1 character that can be seen'),
    })

/** Text of several lines in NFC: 1..`max` code points, no control characters but newline and tab. */
export const prose = (max: number) =>
  kept(max, CONTROL_EXCEPT_NEWLINE_AND_TAB, 'must not contain control characters')
    .min(1)
    .refine(turnsNothing, TURNS)
    .refine(hidesNothing(BREAKS), HIDES)

const turnsNothing = (text: string): boolean => !BIDI_CONTROL.test(text)
const TURNS = { error: 'must not contain characters that turn the direction of text' }
const HIDES = { error: 'must not contain characters that nobody sees' }

/** Text that can be stored, in the form in which it is stored. */
function kept(max: number, refused: RegExp, message: string) {
  return z
    .string()
    .meta({ minLength: 1, maxLength: max })
    .refine((text) => text.isWellFormed() && !refused.test(text), { error: message, abort: true })
    .refine((text) => !PILED_MARKS.test(text), {
      error: `must not pile more than ${MAX_MARKS} marks on a character`,
      abort: true,
    })
    .normalize('NFC')
    .refine((text) => codePoints(text, max) <= max, {
      error: `must hold at most ${max} characters`,
      abort: true,
    })
}

/** Whether Postgres can store a text at all. */
export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\u0000')

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

const HOST_ID_MAX = 255
const HOST_ID = /^(?!\s)\P{Cc}+(?<!\s)$/u
const UTF_8 = new TextEncoder()

/**
 * The id of a club or a user, or of any other row of the app's, as that app writes it: 1 to 255 bytes in
 * UTF-8, no control character, none that hides or misleads, no space at either end. Compared letter by
 * letter.
 */
export const hostId = z
  .string()
  .min(1)
  .max(HOST_ID_MAX)
  .refine((text) => HOST_ID.test(text), { error: 'must be an id as this API gives them' })
  .refine((text) => text.isWellFormed(), { error: 'must be well-formed Unicode' })
  .refine((text) => UTF_8.encode(text).length <= HOST_ID_MAX, {
    error: `must hold at most ${HOST_ID_MAX} bytes`,
  })
  .refine((text) => !PILED.test(text), { error: 'must be an id as this API gives them' })
  .refine(turnsNothing, TURNS)
  .refine(hidesNothing(), HIDES)

/** How a club is named in paths and in `X-Club`. */
export const slug = z.string().regex(/^(?=.{2,40}$)[a-z0-9](-?[a-z0-9])*$/, {
  error: 'must be 2 to 40 of a-z, 0-9 and single hyphens between them',
})

const EARLIEST = Date.UTC(1900, 0, 1)
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/**
 * An RFC 3339 instant in any offset, parsed to a `Date`. Finer than a millisecond is refused, because it
 * would be cut silently.
 */
export const instant = z.iso
  .datetime({
    offset: true,
    abort: true,
    error: 'must be an RFC 3339 date and time such as 2026-01-31T18:00:00Z',
  })
  .regex(/:\d{2}(\.\d{1,3})?(Z|[+-]\d{2}:\d{2})$/, {
    abort: true,
    error: 'must give seconds, with at most 3 decimals',
  })
  .transform((text) => new Date(text))
  .refine((date) => date.getTime() >= EARLIEST && date.getTime() <= LATEST, {
    error: 'must lie between the years 1900 and 9999',
  })
  // The API document would show the expressions alone.
  .meta({
    format: 'date-time',
    description: 'RFC 3339 in any offset, such as 2027-01-31T18:00:00Z; to the millisecond at most.',
  })

/** The same instant as answers give it: RFC 3339, UTC. */
export const timestamp = z.iso.datetime()
