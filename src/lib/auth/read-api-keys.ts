import type { ApiKey } from '@/contracts/api-key'
import type { Page } from '@/contracts/page'
import { db } from '../db/client'
import { notFound } from '../errors'
import { readCursor, toPage } from '../page'
import { accessible } from '../permissions/ability'
import type { Actor } from './actor'
import { apiKeySelect, showApiKey } from './api-key-view'

/**
 * The keys the caller may see, newest first.
 * @throws Refusal `validation_failed` naming `cursor`
 */
export async function listApiKeys(actor: Actor, input: { limit: number; cursor?: string | undefined }): Promise<Page<ApiKey>> {
  const after = readCursor(input.cursor)
  const rows = await db().apiKey.findMany({
    relationLoadStrategy: 'join',
    where: {
      ...accessible(actor, 'read', 'ApiKey'),
      ...(after && { OR: [{ createdAt: { lt: after.at } }, { createdAt: after.at, id: { lt: after.id } }] }),
    },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: input.limit + 1,
    select: apiKeySelect,
  })
  return toPage(
    rows,
    input.limit,
    (row) => ({ at: row.createdAt, id: row.id }),
    (row) => showApiKey(row),
  )
}

/** @throws Refusal `not_found`, the same for a foreign id and a missing one */
export async function getApiKey(actor: Actor, { id }: { id: string }): Promise<ApiKey> {
  const row = await db().apiKey.findFirst({
    relationLoadStrategy: 'join',
    where: { id, ...accessible(actor, 'read', 'ApiKey') },
    select: apiKeySelect,
  })
  if (!row) throw notFound()
  return showApiKey(row)
}
