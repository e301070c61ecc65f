import { hash } from 'node:crypto'
import type { Json, MetadataFilter } from '@/contracts/metadata'

const TERM_BYTES = 15

/**
 * What the database keeps of a key whose metadata has these values, for each of them one of some terms: as
 * the function `metadata_terms` makes them. A list has each of its values.
 */
export const metadataTerms = (clubId: string, filter: MetadataFilter): string[][] =>
  valuesIn(clubId, filter)
    .map((texts) => texts.map(termOf))
    .sort(([a = ''], [b = '']) => (a < b ? -1 : 1))

const termOf = (text: string): string =>
  hash('sha256', text, 'buffer').subarray(0, TERM_BYTES).toString('base64')

function valuesIn(place: string, value: Json): string[][] {
  if (typeof value !== 'object' || value === null)
    return [[...new Set(readings(value).map(written))].map((text) => `${place}=${text}`)]
  return Object.entries(value).flatMap(([name, inner]: [string, Json]) => valuesIn(`${place}/${name}`, inner))
}

/** RFC 8259 §6. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/** Text that is a number stands for that number, too, in whatever way JSON wrote it: `1E5` for 100000. */
function readings(value: string | number | boolean | null): (string | number | boolean | null)[] {
  return typeof value === 'string' && NUMBER.test(value) && isExact(value) ? [value, Number(value)] : [value]
}

/** Whether a text is one of the numbers that metadata may hold: others would be rounded to one of them. */
function isExact(text: string): boolean {
  const number = Number(text)
  if (!Number.isFinite(number) || (Number.isInteger(number) && !Number.isSafeInteger(number))) return false
  const [kept = ''] = number.toExponential().split('e', 1)
  return significant(text.split(/e/i, 1)[0] ?? '') === significant(kept)
}

/** Without sign, point and the zeros around it. */
const significant = (mantissa: string): string =>
  mantissa.replaceAll(/[-.]/g, '').replace(/^0+/, '').replace(/0+$/, '')

/** The database writes every number without an exponent. */
function written(value: string | number | boolean | null): string {
  const [digits = '', zeros] = typeof value === 'number' ? String(value).split('e-') : [String(value)]
  if (zeros === undefined) return digits
  return `${digits.startsWith('-') ? '-' : ''}0.${'0'.repeat(Number(zeros) - 1)}${digits.replaceAll(/[-.]/g, '')}`
}
