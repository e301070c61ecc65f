import type { Cells, Field } from './row'

/**
 * The longest line that is a row and no mistake, in characters: metadata of 4 KB, quoted twice, with all
 * else.
 */
export const LONGEST_ROW = 65_536

/** Which column holds a field. */
export type Columns = { readonly [Name in Field]?: string }
/** A row of a file; `fault`: it is none, and the next one may be. */
export type FoundRow = { line: number; cells: Cells } | { line: number; fault: string }
export type Layout = {
  columns: Columns
  /** Columns that must be there, or no row could be imported. */
  needed: readonly Field[]
  /** Columns that were asked for by their names. */
  asked: readonly Field[]
  delimiter: string
}

/** A field that is empty is absent. */
export function put(cells: Cells, field: Field, value: string | undefined): void {
  const text = value?.trim()
  if (text) cells[field] = text
}
