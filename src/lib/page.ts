import { z } from 'zod'
import { invalid } from './errors'

// A cursor carries the sort values of the last row seen, not a reference to a row: positioning on a row would
// tell whether a foreign id exists.
const position = z.tuple([z.string(), z.uuid()])
export type Position = { at: Date; id: string }

/** @throws Refusal `validation_failed` naming `cursor` */
export function readCursor(cursor: string | undefined): Position | null {
  if (cursor === undefined) return null
  try {
    const [at, id] = position.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')))
    const date = readInstant(at)
    if (date) return { at: date, id }
  } catch {
    // Answered below, like any other cursor that this API did not make.
  }
  throw invalid([{ path: 'cursor', message: 'is not a cursor of this list' }])
}

/** An instant as cursors carry it, spelt in one way only. @throws RangeError for what is none */
export function readInstant(text: string): Date | null {
  const date = new Date(text)
  return date.toISOString() === text && date.getUTCFullYear() >= 1900 && date.getUTCFullYear() <= 9999
    ? date
    : null
}

/** Cuts rows fetched with `limit + 1` to a page. */
export function toPage<Row, Item>(
  rows: Row[],
  limit: number,
  at: (row: Row) => Position,
  item: (row: Row) => Item,
) {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const nextCursor = rows.length > limit && last ? writeCursor(at(last)) : null
  return { data: shown.map(item), nextCursor }
}

function writeCursor({ at, id }: Position): string {
  return Buffer.from(JSON.stringify([at.toISOString(), id])).toString('base64url')
}
