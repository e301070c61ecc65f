import { MAX_AFFECTED_SHOWN } from '@/contracts/bounds'
import type { AffectedKey, MemberImpact, MemberImpactQuery } from '@/contracts/offboarding'
import type { Role, Scope } from '@/contracts/permissions'
import type { Actor } from '../actor'
import { apiKeySelect, liveKeys, showApiKey, type ApiKeyRow } from '../auth/api-key-view'
import { db, type Prisma } from '../db/client'
import { notFound } from '../errors'
import { accessible } from '../permissions/ability'
import { effectiveScopes, isAdmin, keptScopes, scopesOf } from '../permissions/scopes'
import { addedWebhooks } from './added-webhooks'
import { memberSelect, PERSON, type MemberRow } from './member-view'

const DAYS_30_MS = 30 * 24 * 3600 * 1000

/**
 * What a change would do to a member's keys: which would lose something, and how much each was used. So
 * nobody has to remove a member and learn from what breaks. How many, and the first of them; and which webhooks
 * they leave behind. Changes nothing.
 * @throws Refusal `not_found`
 */
export async function foreseeImpact(
  actor: Actor,
  { id, act, roles }: { id: string } & MemberImpactQuery,
): Promise<MemberImpact> {
  const where = { AND: [accessible(actor, 'update', 'Membership'), PERSON, { id }] }
  const member = await db().membership.findFirst({
    relationLoadStrategy: 'join',
    where,
    select: memberSelect,
  })
  if (!member) throw notFound()
  const left = act === 'roles' ? (roles ?? []) : []
  const affected = affectedKeys(actor, member, act === 'roles' ? { left } : null)
  const [count, rows, webhooks] = await Promise.all([
    db().apiKey.count({ where: affected }),
    lastUsedOf(actor.clubId, affected),
    isAdmin(left) ? [] : addedWebhooks(actor, member.user.id),
  ])
  const requests = await countRequests(rows.map((row) => row.id))
  const keys = rows.map((row) => show(actor, row, lost(row, member.roles, left), requests.get(row.id) ?? 0))
  return { count, keys, webhooks }
}

/**
 * @param narrowed null: every live key is affected; else those that need what the remaining roles do not
 *   grant
 */
function affectedKeys(actor: Actor, member: MemberRow, narrowed: { left: readonly Role[] } | null) {
  const kept = scopesOf(narrowed?.left ?? [])
  const gone = scopesOf(member.roles).filter((scope) => !kept.includes(scope))
  return {
    AND: [accessible(actor, 'read', 'ApiKey'), liveKeys(), narrowed ? { scopes: { hasSome: gone } } : {}],
    userId: member.user.id,
  } satisfies Prisma.ApiKeyWhereInput
}

/** The first of them by last use; then, among those never used, the newest. */
async function lastUsedOf(clubId: string, affected: Prisma.ApiKeyWhereInput): Promise<ApiKeyRow[]> {
  const used = await db().apiKeyUse.findMany({
    relationLoadStrategy: 'join',
    where: { clubId, apiKey: affected },
    orderBy: [{ lastUsedAt: 'desc' }, { apiKeyId: 'desc' }],
    take: MAX_AFFECTED_SHOWN,
    select: { apiKey: { select: apiKeySelect } },
  })
  const unused = await db().apiKey.findMany({
    relationLoadStrategy: 'join',
    where: { AND: [affected, { use: null }] },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: MAX_AFFECTED_SHOWN - used.length,
    select: apiKeySelect,
  })
  return [...used.map(({ apiKey }) => apiKey), ...unused]
}

function lost(row: ApiKeyRow, before: readonly Role[], left: readonly Role[]): Scope[] {
  const kept = effectiveScopes(keptScopes(row.scopes), left)
  return effectiveScopes(keptScopes(row.scopes), before).filter((scope) => !kept.includes(scope))
}

async function countRequests(ids: string[]): Promise<Map<string, number>> {
  const sums = await db().apiKeyUsage.groupBy({
    by: ['apiKeyId'],
    where: { apiKeyId: { in: ids }, hour: { gte: new Date(Date.now() - DAYS_30_MS) } },
    _sum: { requests: true },
  })
  return new Map(sums.map(({ apiKeyId, _sum }) => [apiKeyId, _sum.requests ?? 0]))
}

function show(actor: Actor, row: ApiKeyRow, scopesLost: Scope[], requests30d: number): AffectedKey {
  const recently = row.scopeUses
    .filter(({ lastUsedAt }) => lastUsedAt.getTime() >= Date.now() - DAYS_30_MS)
    .map(({ scope }) => scope)
  const scopesInUse = scopesLost.filter((scope) => recently.includes(scope))
  const { id, name, start, last4, status, scopes, expiresAt, lastUsedAt, replacedById } = showApiKey(
    row,
    actor,
  )
  return {
    id,
    name,
    start,
    last4,
    status,
    scopes,
    expiresAt,
    lastUsedAt,
    replacedById,
    requests30d,
    scopesLost,
    scopesInUse,
  }
}
