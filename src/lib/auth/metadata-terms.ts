import { hash } from 'node:crypto'
import type { Json, MetadataFilter } from '@/contracts/metadata'

const TERM_BYTES = 15

/**
 * What the database keeps of a key whose metadata has these values, one term for each: as the function
 * `metadata_terms` makes them. A list has each of its values.
 */
export const metadataTerms = (clubId: string, filter: MetadataFilter): string[] =>
  valuesIn(clubId, filter)
    .map((text) => hash('sha256', text, 'buffer').subarray(0, TERM_BYTES).toString('base64'))
    .sort()

function valuesIn(place: string, value: Json): string[] {
  if (typeof value !== 'object' || value === null) return [`${place}=${written(value)}`]
  return Object.entries(value).flatMap(([name, inner]: [string, Json]) => valuesIn(`${place}/${name}`, inner))
}

/** The database writes every number without an exponent. */
function written(value: string | number | boolean | null): string {
  const [digits = '', zeros] = typeof value === 'number' ? String(value).split('e-') : [String(value)]
  if (zeros === undefined) return digits
  return `${digits.startsWith('-') ? '-' : ''}0.${'0'.repeat(Number(zeros) - 1)}${digits.replaceAll(/[-.]/g, '')}`
}
