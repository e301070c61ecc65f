import { makeClub, makeKey, makeMember } from '../../__tests__/support/club'
import { operatorActor } from '@/lib/auth/actor'
import { db } from '@/lib/db/client'
import { postEvents } from '@/lib/events/post'
import { createWebhook } from '@/lib/webhooks/create'

const TYPES = ['api_key.updated']
const PATIENCE_MS = 20_000

export type Key = { clubId: string; id: string }

/** A club's keys to tell of: one as the product makes it, and as many like it, since nobody uses them. */
export async function clubWithKeys(count: number): Promise<Key[]> {
  const { id: clubId } = await makeClub()
  const { id } = await makeKey(await makeMember(clubId, ['COACH']))
  await db().$executeRaw`
    INSERT INTO "ApiKey" ("id", "clubId", "userId", "name", "digest", "start", "last4", "scopes", "updatedAt", "expiresAt")
    SELECT gen_random_uuid(), k."clubId", k."userId", k."name", sha256(convert_to(gen_random_uuid()::text, 'UTF8')),
      k."start", k."last4", k."scopes", now(), k."expiresAt"
    FROM "ApiKey" k CROSS JOIN generate_series(2, ${count}::int) WHERE k."id" = ${id}::uuid`
  return db().apiKey.findMany({ where: { clubId }, select: { clubId: true, id: true } })
}

/** One after the other, round and round. */
export function pick(keys: readonly Key[], n: number): Key {
  const key = keys[n % keys.length]
  if (!key) throw new Error('there are no keys')
  return key
}

export const addWebhook = (clubId: string, url: string) =>
  createWebhook(operatorActor(clubId, null, 'chaos'), { url, types: TYPES })

/** An event for each of these ids, in their order and in one transaction, however busy the machine is. */
export const postOf = (clubId: string, ids: readonly string[]) =>
  db().$transaction(
    (tx) =>
      postEvents(
        tx,
        { clubId, actor: { kind: 'system', name: null } },
        ids.map((subjectId) => ({ type: 'api_key.updated', subjectId, changes: {} })),
      ),
    { maxWait: PATIENCE_MS, timeout: PATIENCE_MS },
  )
