import type { Transaction } from '../db/client'
import { forbidden, notFound } from '../errors'
import { liveRoles } from '../people/member'
import type { Actor } from './actor'

/**
 * Whether a person who is signed in still is who they were when their request came in. Whoever left, lost a
 * role or was signed out while it waited leaves nothing behind: a member they invite, a service account or
 * its key would outlive them. Ask once the transaction holds what it waited for. Keys and operators are not
 * its matter.
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
