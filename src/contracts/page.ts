import { z } from 'zod'

const DEFAULT_LIMIT = 20
export const MAX_LIMIT = 100
const MAX_CURSOR = 1024
/** The largest number that is counted: more rows say no more to a reader, and take longer. */
export const MAX_TOTAL = 100_000

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
    .meta({ description: `How many rows a page has at most; ${DEFAULT_LIMIT} unless it is given.` }),
  cursor: z.string().min(1).max(MAX_CURSOR).optional().meta({
    description:
      '`nextCursor` of the page before, or `previousCursor` of the page after, with the same order and filters. Omitted: the first page.',
  }),
  count: z.enum(['true', 'false']).optional().meta({
    description: '`true`: the answer also has `total`. Ask with the first page only: it costs a statement.',
  }),
}

/**
 * `{ data, nextCursor }`: `nextCursor` is null on the last page, and `previousCursor` absent on the first. With `?count=true` also `total` and
 * `totalIsExact`.
 */
export const page = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({
    data: z.array(item),
    nextCursor: z.string().nullable(),
    previousCursor: z.string().optional().meta({ description: 'Of the page before, where there is one.' }),
    total: z
      .number()
      .int()
      .min(0)
      .max(MAX_TOTAL)
      .nullable()
      .optional()
      .meta({
        description: `With \`count=true\`: how many rows the filters find on all pages together, as far as the caller may see them; at most ${MAX_TOTAL}. null: they could not be counted in time, or too many are being counted now.`,
      }),
    totalIsExact: z.boolean().optional().meta({
      description: 'With `total`. false: there are more, or nobody knows.',
    }),
  })

export type Page<Item> = { data: Item[] } & Cursors & Total
/** The cursors of the pages around a page. */
export type Cursors = { nextCursor: string | null; previousCursor?: string | undefined }
export type Total = { total?: number | null | undefined; totalIsExact?: boolean | undefined }
