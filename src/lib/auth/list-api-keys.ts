import type { ApiKey, ListApiKeysQuery } from '@/contracts/api-key'
import type { Page } from '@/contracts/page'
import { db, type Prisma } from '../db/client'
import { IN_ANY_ORDER } from '../db/in-any-order'
import { cutPage, openCursor, totalOf, type Question } from '../page'
import type { Actor } from '../actor'
import { apiKeySelect, showApiKey, type ApiKeyRow } from './api-key-view'
import { matchingKeys } from './key-filter'
import { keyPlace, placeOf, sortingOf, stepsFrom, type KeyStep } from './key-order'
import { listByLastUse } from './list-by-last-use'
import { metadataTerms } from './metadata-terms'

type Query = Pick<ListApiKeysQuery, 'limit'> & Partial<ListApiKeysQuery>

/**
 * The matching keys that the caller may see, newest first unless sorted otherwise. Keys without the sort
 * value come last, whatever the direction. If a key is used while somebody reads page by page, it is neither
 * lost nor shown twice.
 * @throws Refusal `validation_failed` naming `cursor`
 */
export async function listApiKeys(actor: Actor, query: Query): Promise<Page<ApiKey>> {
  const { sort, order } = sortingOf(query.sort, query.order)
  const { clubId } = actor
  // In whatever order it asks for them.
  const metadata = query.metadata && metadataTerms(clubId, query.metadata)
  const question: Question = { ...query, metadata, list: 'api-keys', clubId, sort, order }
  const where = await matchingKeys(actor, 'read', query)
  const total = () =>
    totalOf(actor, query, (take) => db().apiKey.count({ where, take, orderBy: IN_ANY_ORDER }))
  if (sort === 'lastUsedAt')
    return { ...(await listByLastUse(question, where, { ...query, actor, order })), ...(await total()) }
  const start = openCursor(question, query.cursor, keyPlace)
  const steps = stepsFrom(sort, order, start)
  const wanted = query.limit + 1
  const rows: ApiKeyRow[] = []
  for (const step of steps)
    if (rows.length < wanted) rows.push(...(await find(where, step, wanted - rows.length)))
  const cut = { rows, limit: query.limit, start }
  const { shown, ...ways } = cutPage(question, cut, (row) => placeOf(row, sort))
  return { data: shown.map((row) => showApiKey(row, actor)), ...ways, ...(await total()) }
}

function find(matching: Prisma.ApiKeyWhereInput, { where, orderBy }: KeyStep, take: number) {
  return db().apiKey.findMany({
    relationLoadStrategy: 'join',
    where: { AND: [matching, where] },
    orderBy,
    take,
    select: apiKeySelect,
  })
}
