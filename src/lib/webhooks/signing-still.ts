import type { Actor } from '../actor'
import { db } from '../db/client'
import { accessible } from '../permissions/ability'
import { openSecret } from './secret'

/**
 * The ids of those endpoints that this caller may change and whose secret still is this one: one that was
 * rotated since is nobody's to have.
 * @param secrets by the id of the endpoint; others' ids find nothing
 */
export async function signingStill(
  actor: Actor,
  secrets: Readonly<Record<string, string>>,
): Promise<string[]> {
  const ids = Object.entries(secrets).flatMap(([id, secret]) => (secret.startsWith('whsec_') ? [id] : []))
  if (ids.length === 0) return []
  const rows = await db().webhookEndpoint.findMany({
    where: { AND: [accessible(actor, 'update', 'WebhookEndpoint'), { id: { in: ids } }] },
    select: { id: true, secret: true },
  })
  return rows.flatMap(({ id, secret }) => (openSecret(id, secret)?.secret === secrets[id] ? [id] : []))
}
