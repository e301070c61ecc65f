import type { Role } from '@/contracts/permissions'
import type { Transaction } from '../db/client'
import { forbidden, notFound } from '../errors'
import type { Actor } from './actor'

/**
 * Whether a person who is signed in still is who they were when their request came in. Whoever left, lost a
 * role or was signed out while it waited leaves nothing behind: a member they invite, a service account or
 * its key would outlive them. Ask once the transaction holds what it waited for. Keys and operators are not
 * its matter.
 * @throws Refusal `not_found`, `forbidden` (a role is gone)
 */
export async function requireStanding(tx: Transaction, { clubId, userId, roles, via }: Actor): Promise<void> {
  if (via.kind !== 'session') return
  const { ofHost } = via
  if (ofHost && !(await ofHost.stillValid(tx))) throw notFound()
  const [live] = await tx.$queryRaw<{ roles: Role[] }[]>`
    SELECT m."roles"::text[] AS "roles" FROM "Membership" m
    JOIN "User" u ON u."id" = m."userId" LEFT JOIN "LoginSession" s ON s."userId" = m."userId" AND s."id" = ${ofHost ? null : via.sessionId}::uuid
    WHERE m."clubId" = ${clubId}::uuid AND m."userId" = ${userId}::uuid AND m."status" = 'ACTIVE' AND u."disabledAt" IS NULL
      AND (${ofHost !== undefined} OR (s."id" IS NOT NULL AND s."revokedAt" IS NULL))`
  if (!live) throw notFound()
  if (roles.some((role) => !live.roles.includes(role))) throw forbidden('Your roles have changed meanwhile.')
}
