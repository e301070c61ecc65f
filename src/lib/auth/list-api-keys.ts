import type { ApiKey, ListApiKeysQuery } from '@/contracts/api-key'
import type { Page } from '@/contracts/page'
import { db, type Prisma } from '../db/client'
import type { Actor } from './actor'
import { apiKeySelect, showApiKey } from './api-key-view'
import { matchingKeys } from './key-filter'
import { orderOf, readPlace, writePlace, type Place, type Sorting } from './key-order'

type Query = Pick<ListApiKeysQuery, 'limit'> & Partial<ListApiKeysQuery>

/**
 * The keys the caller may see that match, newest first unless sorted otherwise. Those that lack the value
 * sorted by come last, whatever the direction.
 * @throws Refusal `validation_failed` naming `cursor`
 */
export async function listApiKeys(actor: Actor, query: Query): Promise<Page<ApiKey>> {
  const sorting = orderOf(query.sort, query.order)
  const after = readPlace(query.cursor, sorting)
  const where = await matchingKeys(actor, 'read', query)
  const wanted = query.limit + 1
  const rows =
    after?.value === null
      ? []
      : await find([where, sorting.having ?? {}, ...past(sorting, after)], sorting.orderBy, wanted)
  if (sorting.lacking && rows.length < wanted) {
    const past = after?.value === null ? { id: { [sorting.past]: after.id } } : {}
    rows.push(...(await find([where, sorting.lacking, past], { id: sorting.order }, wanted - rows.length)))
  }
  const last = rows.length > query.limit ? rows[query.limit - 1] : undefined
  return {
    data: rows.slice(0, query.limit).map(showApiKey),
    nextCursor: last ? writePlace(sorting, last) : null,
  }
}

function past({ is, past }: Sorting, after: Place | null): Prisma.ApiKeyWhereInput[] {
  if (!after?.value) return []
  const { value, id } = after
  return [{ OR: [is({ [past]: value }), { AND: [is({ equals: value }), { id: { [past]: id } }] }] }]
}

type OrderBy = Prisma.ApiKeyOrderByWithRelationInput | Prisma.ApiKeyOrderByWithRelationInput[]

function find(conditions: Prisma.ApiKeyWhereInput[], orderBy: OrderBy, take: number) {
  return db().apiKey.findMany({
    relationLoadStrategy: 'join',
    where: { AND: conditions },
    orderBy,
    take,
    select: apiKeySelect,
  })
}
