import type { Transaction } from '../db/client'
import { forbidden, notFound } from '../errors'
import { liveRoles } from '../people/member'
import type { Actor } from '../actor'

/**
 * Whether a person who is signed in still is who they were when their request came in. A person who left,
 * lost a role or signed out while the request waited must change nothing: a member they invite, a service
 * account or its key would outlast them. Call it after the transaction has its locks. Keys and operators are
 * checked elsewhere.
 * @throws Refusal `not_found`, `forbidden` (a role is gone)
 */
export async function requireStillValid(
  tx: Transaction,
  { clubId, userId, roles, via }: Actor,
): Promise<void> {
  if (via.kind !== 'session' || userId === null) return
  if (via.stillValid && !(await via.stillValid(tx))) throw notFound()
  const live = await liveRoles(tx, { clubId, userId })
  if (!live) throw notFound()
  if (roles.some((role) => !live.includes(role))) throw forbidden('Your roles have changed meanwhile.')
}
