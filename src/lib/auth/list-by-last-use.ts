import type { ApiKey } from '@/contracts/api-key'
import type { Order } from '@/contracts/api-key-filter'
import type { Page } from '@/contracts/page'
import { db, type Prisma } from '../db/client'
import { cutPage, openCursor, past, readOrder, type Question, type Start } from '../page'
import type { Actor } from '../actor'
import { apiKeySelect, showApiKey, type ApiKeyRow } from './api-key-view'
import {
  PARTS,
  snapshotSchema,
  takeSnapshot,
  usedSince,
  usePlace,
  writtenBefore,
  type Moved,
  type Part,
  type Place,
  type Reading,
  type Window,
} from './use-snapshot'

const cursorSchema = usePlace.extend({ snapshot: snapshotSchema })

const MOVED_AT_ONCE = 2_000

type Asked = { actor: Actor; limit: number; cursor?: string | undefined; order: Order }
type Found = { row: ApiKeyRow; place: Place }

/**
 * Every key in the order of last uses as it was when the first page was read. So a key that is used meanwhile
 * keeps its place: it is neither skipped nor shown twice. It shows its last use as it is now.
 * @throws Refusal `validation_failed` naming `cursor`
 */
export async function listByLastUse(
  question: Question,
  where: Prisma.ApiKeyWhereInput,
  { actor, limit, cursor, order }: Asked,
): Promise<Page<ApiKey>> {
  const start = openCursor(question, cursor, cursorSchema)
  const reading = {
    clubId: actor.clubId,
    order: readOrder(order, start),
    where,
    snapshot: start?.place.snapshot ?? (await takeSnapshot()),
  }
  const rows: Found[] = []
  for (const part of partsFrom(start)) {
    if (rows.length > limit) break
    const after = start?.place.part === part ? start.place : null
    rows.push(...(await readPart(reading, part, after, limit + 1 - rows.length)))
  }
  const placeAt = ({ place }: Found) => ({ ...place, snapshot: reading.snapshot })
  const { shown, ...ways } = cutPage(question, { rows, limit, start }, placeAt)
  return { data: shown.map(({ row }) => showApiKey(row, actor)), ...ways }
}

function partsFrom(start: Start<Place> | null): readonly Part[] {
  const parts = start?.isBack ? PARTS.toReversed() : PARTS
  return start ? parts.slice(parts.indexOf(start.place.part)) : parts
}

type Matching = Reading & { where: Prisma.ApiKeyWhereInput }

async function readPart(reading: Matching, part: Part, after: Place | null, take: number): Promise<Found[]> {
  const stayed = await READ_STAYED[part](reading, after, take)
  const until = stayed[take - 1]?.place ?? null
  const moved = await readMoved(reading, part, { after, until, take })
  const direction = reading.order === 'asc' ? 1 : -1
  // One that was used between the two readings is in both, at the same place.
  const each = new Map([...stayed, ...moved].map((one) => [one.row.id, one]))
  return [...each.values()].sort((a, b) => direction * compare(a.place, b.place)).slice(0, take)
}

/** The keys of this part whose place has not changed since. */
const READ_STAYED: Record<Part, (reading: Matching, after: Place | null, take: number) => Promise<Found[]>> =
  {
    used: async ({ clubId, order, where, snapshot }, after, take) => {
      const uses = await db().apiKeyUse.findMany({
        relationLoadStrategy: 'join',
        where: {
          AND: [
            { clubId },
            writtenBefore(snapshot),
            after?.at ? past('lastUsedAt', { at: new Date(after.at), id: after.id }, order, 'apiKeyId') : {},
            { apiKey: where },
          ],
        },
        orderBy: [{ lastUsedAt: order }, { apiKeyId: order }],
        take,
        select: { lastUsedAt: true, apiKey: { select: apiKeySelect } },
      })
      return uses.map(({ lastUsedAt, apiKey: row }) => found('used', row, lastUsedAt))
    },
    unused: async ({ order, where }, after, take) => {
      const rows = await db().apiKey.findMany({
        relationLoadStrategy: 'join',
        where: {
          AND: [where, { use: null }, after ? { id: { [order === 'asc' ? 'gt' : 'lt']: after.id } } : {}],
        },
        orderBy: { id: order },
        take,
        select: apiKeySelect,
      })
      return rows.map((row) => found('unused', row, null))
    },
    incessant: () => Promise.resolve([]),
  }

/**
 * The keys that were used since, in the places that they had. A query by the Prisma client decides which of
 * them match.
 */
async function readMoved(reading: Matching, part: Part, { after, until, take }: Window): Promise<Found[]> {
  const matching: Found[] = []
  for (let from = after; matching.length < take;) {
    const moved = await usedSince(reading, part, { after: from, until, take: MOVED_AT_ONCE })
    matching.push(...(await thoseMatching(reading, part, moved)))
    const last = moved.at(-1)
    if (!last || moved.length < MOVED_AT_ONCE) break
    from = { part, id: last.id, at: last.at?.toISOString() ?? null }
  }
  return matching
}

async function thoseMatching({ where }: Matching, part: Part, moved: Moved[]): Promise<Found[]> {
  if (moved.length === 0) return []
  const rows = await db().apiKey.findMany({
    relationLoadStrategy: 'join',
    where: { AND: [where, { id: { in: moved.map(({ id }) => id) } }] },
    select: apiKeySelect,
  })
  const byId = new Map(rows.map((row) => [row.id, row]))
  return moved.flatMap(({ id, at }) => {
    const row = byId.get(id)
    return row ? [found(part, row, at)] : []
  })
}

const found = (part: Part, row: ApiKeyRow, at: Date | null): Found => ({
  row,
  place: { part, at: at?.toISOString() ?? null, id: row.id },
})

function compare(a: Place, b: Place): number {
  const [x, y] = [`${a.at ?? ''} ${a.id}`, `${b.at ?? ''} ${b.id}`]
  return x < y ? -1 : x > y ? 1 : 0
}
