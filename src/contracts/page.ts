import { z } from 'zod'

const DEFAULT_LIMIT = 20
export const MAX_LIMIT = 100
const MAX_CURSOR = 1024

/**
 * `?limit=` and `?cursor=` of every list. A cursor is opaque to callers and belongs to its list, order and
 * filters.
 */
export const pageQuery = {
  limit: z
    .string()
    .regex(/^[0-9]{1,3}$/, { error: `must be a whole number from 1 to ${MAX_LIMIT}` })
    .meta({ type: 'integer', minimum: 1, maximum: MAX_LIMIT, pattern: undefined })
    .transform(Number)
    .pipe(z.number().min(1).max(MAX_LIMIT))
    .default(DEFAULT_LIMIT)
    .meta({ description: 'How many rows a page has at most.' }),
  cursor: z.string().min(1).max(MAX_CURSOR).optional().meta({
    description: '`nextCursor` of the page before, with the same order and filters. Omitted: the first page.',
  }),
}

/** `{ data, nextCursor }`: `nextCursor` is null on the last page. */
export const page = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({ data: z.array(item), nextCursor: z.string().nullable() })

export type Page<Item> = { data: Item[]; nextCursor: string | null }
