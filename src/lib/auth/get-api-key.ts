import type { ApiKey } from '@/contracts/api-key'
import { db } from '../db/client'
import { notFound } from '../errors'
import { accessible } from '../permissions/ability'
import { seesHoney, type Actor } from '../actor'
import { apiKeySelect, showApiKey } from './api-key-view'

/** @throws Refusal `not_found`, the same for a foreign id and a missing one */
export async function getApiKey(actor: Actor, { id }: { id: string }): Promise<ApiKey> {
  const row = await db().apiKey.findFirst({
    relationLoadStrategy: 'join',
    where: { id, ...accessible(actor, 'read', 'ApiKey'), ...(!seesHoney(actor) && { honey: false }) },
    select: apiKeySelect,
  })
  if (!row) throw notFound()
  return showApiKey(row, actor)
}
