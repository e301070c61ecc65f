import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Order } from '@/contracts/api-key-filter'
import { MAX_TOTAL, type Total, type Cursors } from '@/contracts/page'
import type { Actor } from './actor'
import { inTurn } from './counting-turns'
import { tookTooLong } from './db/outage'
import { settings } from './settings'
import { invalid } from './errors'

/**
 * The query that a cursor belongs to: a list of one club, its order and its filters. It works only for the
 * same query; the size of a page may differ, and whether its rows are counted.
 */
export type Question = { list: string; clubId: string } & Record<string, unknown>

const IV_BYTES = 12
const TAG_BYTES = 16

/**
 * A cursor: the values at which a page ended, never a row, since positioning on a row would tell whether a
 * foreign id exists. Sealed, so that nobody can read it, make one up or use it for another query. The same
 * place in the same list always makes the same cursor.
 */
export function sealCursor(question: Question, place: unknown): string {
  const [{ encrypting, deriving }] = keys()
  const [bound, text] = [textOf(question), JSON.stringify(place)]
  const iv = createHmac('sha256', deriving).update(`${bound}\n${text}`).digest().subarray(0, IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', encrypting, iv).setAAD(Buffer.from(bound))
  const sealed = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return sealed.toString('base64url')
}

/** Where a page begins: past a place, or before it, which is read backwards. */
export type Start<Place> = { place: Place; isBack: boolean }

/** The cursor of the page that ends before a place. */
const sealCursorBack = (question: Question, place: unknown): string => sealCursor(question, { before: place })

/** @throws Refusal `validation_failed` naming `cursor`: made up, or of another list, club, order or filter */
export function openCursor<Place>(
  question: Question,
  cursor: string | undefined,
  place: z.ZodType<Place>,
): Start<Place> | null {
  if (cursor === undefined) return null
  try {
    const sealed = Buffer.from(cursor, 'base64url')
    // The decoder skips what is not base64, but a cursor has only one spelling.
    if (sealed.toString('base64url') === cursor) {
      const opened: unknown = JSON.parse(unseal(sealed, textOf(question)))
      const back = z.strictObject({ before: place }).safeParse(opened)
      return back.success
        ? { place: back.data.before, isBack: true }
        : { place: place.parse(opened), isBack: false }
    }
  } catch {
    // Refused below, without the reason: that would tell whose cursor this is.
  }
  throw invalid([{ path: 'cursor', message: 'is not a cursor of this list' }])
}

/** The order in which a page is read: the list's, or from its end. */
export const readOrder = (order: Order, start: Start<unknown> | null): Order =>
  start?.isBack ? (order === 'asc' ? 'desc' : 'asc') : order

/**
 * Cuts rows that were read with `limit + 1` to a page, in the list's order.
 * @param start where they were read from
 * @param placeAt the place of a row
 */
export function cutPage<Row>(
  question: Question,
  { rows, limit, start }: { rows: readonly Row[]; limit: number; start: Start<unknown> | null },
  placeAt: (row: Row) => unknown,
): { shown: Row[] } & Cursors {
  const shown = rows.slice(0, limit)
  const isBack = start?.isBack ?? false
  if (isBack) shown.reverse()
  const [first, last, isCut] = [shown[0], shown.at(-1), rows.length > limit]
  const hasNext = last !== undefined && (isBack || isCut)
  const hasPrevious = first !== undefined && (isBack ? isCut : start !== null)
  return {
    shown,
    nextCursor: hasNext ? sealCursor(question, placeAt(last)) : null,
    ...(hasPrevious && { previousCursor: sealCursorBack(question, placeAt(first)) }),
  }
}

/** @throws when it is sealed under none of our secrets, or for another question */
function unseal(sealed: Buffer, bound: string): string {
  const [now, before] = keys()
  try {
    return unsealWith(now, sealed, bound)
  } catch (error) {
    if (!before) throw error
    return unsealWith(before, sealed, bound)
  }
}

function unsealWith({ encrypting }: Keys, sealed: Buffer, bound: string): string {
  const iv = sealed.subarray(0, IV_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', encrypting, iv, { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.from(bound)).setAuthTag(sealed.subarray(-TAG_BYTES))
  return decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
}

/** Absent fields do not count, nor does the order of the others. */
const textOf = ({ limit: _limit, cursor: _cursor, count: _count, ...question }: Question): string =>
  JSON.stringify(
    Object.entries(question)
      .filter(([, value]) => value !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )

type Keys = { encrypting: Buffer; deriving: Buffer }
/** The keys that seal, and those of the other secret during a rotation of secrets. */
type AllKeys = readonly [now: Keys, before?: Keys]
const shared = globalThis as typeof globalThis & { clubkeysCursorKeys?: AllKeys }

/**
 * From the secret that all processes of an installation share, so that each opens every cursor. Without one,
 * a process opens only its own.
 */
function keys(): AllKeys {
  if (shared.clubkeysCursorKeys) return shared.clubkeysCursorKeys
  const [secret, before] = settings().secrets
  const now = keysOf(secret ?? randomBytes(32))
  const all: AllKeys = before === undefined ? [now] : [now, keysOf(before)]
  return (shared.clubkeysCursorKeys = all)
}

function keysOf(secret: string | Buffer): Keys {
  const derive = (what: string) => Buffer.from(hkdfSync('sha256', secret, '', `clubkeys cursor ${what}`, 32))
  return { encrypting: derive('encrypting'), deriving: derive('deriving') }
}

const instant = z.iso.datetime().transform((text) => new Date(text))
const position = z.tuple([instant, z.uuid()]).transform(([at, id]) => ({ at, id }))

type Timed<Field extends string> = Record<Field, Date> & { id: string }

/**
 * How a page of a list is read that is sorted by time and then by id: in which order, past which place, and
 * how its rows become the page.
 * @throws Refusal `validation_failed` naming `cursor`
 */
export function listByTime<Field extends string>(
  question: Question,
  { cursor, limit }: { cursor?: string | undefined; limit: number },
  field: Field,
  order: Order,
) {
  const start = openCursor(question, cursor, position)
  const way = readOrder(order, start)
  return {
    where: start ? past(field, start.place, way) : ({} as { AND?: never }),
    orderBy: [{ [field]: way }, { id: way }] as [Record<Field, Order>, { id: Order }],
    take: limit + 1,
    page: <Row extends Timed<Field>, Item>(rows: readonly Row[], item: (row: Row) => Item) => {
      const placeAt = (row: Row) => [row[field].toISOString(), row.id]
      const { shown, ...ways } = cutPage(question, { rows, limit, start }, placeAt)
      return { data: shown.map(item), ...ways }
    },
  }
}

/**
 * The rows past a place in a list sorted by `field` and then by id, as a filter. The bound on the field alone
 * is implied by the rest, but lets an index begin there: a later page costs no more than the first.
 */
export function past<Field extends string>(
  field: Field,
  { at, id }: { at: Date | string; id: string },
  order: Order,
  idField = 'id',
) {
  const [beyond, from] = order === 'asc' ? (['gt', 'gte'] as const) : (['lt', 'lte'] as const)
  return {
    AND: [
      { [field]: { [from]: at } },
      { OR: [{ [field]: { [beyond]: at } }, { [field]: at, [idField]: { [beyond]: id } }] },
    ],
  } as { AND: { [Name in Field]?: object }[] }
}

/**
 * How many rows a list has on all pages together, where the query asks for it. Counting ends at a bound, the
 * database ends what takes too long, and few count at once: none of it is a reason to refuse the page itself.
 * @param count counts so many of them at most
 */
export async function totalOf(
  actor: Pick<Actor, 'clubId' | 'userId'>,
  query: { count?: 'true' | 'false' | undefined },
  count: (most: number) => Promise<number>,
): Promise<Total> {
  if (query.count !== 'true') return {}
  try {
    const found = await inTurn(actor, () => count(MAX_TOTAL + 1))
    if (found === null) return UNCOUNTED
    return { total: Math.min(found, MAX_TOTAL), totalIsExact: found <= MAX_TOTAL }
  } catch (error) {
    if (!tookTooLong(error)) throw error
    return UNCOUNTED
  }
}
const UNCOUNTED: Total = { total: null, totalIsExact: false }
