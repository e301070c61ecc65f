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
  if (typeof value !== 'object' || value === null) return [`${place}=${String(value)}`]
  return Object.entries(value).flatMap(([name, inner]: [string, Json]) => valuesIn(`${place}/${name}`, inner))
}
