import type { AffectedKey, MemberImpact, MemberImpactQuery } from '@/contracts/offboarding'
import type { Role, Scope } from '@/contracts/permissions'
import type { Actor } from '../auth/actor'
import { apiKeySelect, liveKeys, showApiKey, type ApiKeyRow } from '../auth/api-key-view'
import { db } from '../db/client'
import { notFound } from '../errors'
import { accessible } from '../permissions/ability'
import { effectiveScopes, keptScopes } from '../permissions/scopes'
import { memberSelect, PERSON } from './member-view'

const DAYS_30_MS = 30 * 24 * 3600 * 1000

/**
 * What would become of a member's keys: those that would lose something, and how much each was used, so that
 * nobody is removed and finds out from what breaks. Changes nothing.
 * @throws Refusal `not_found`
 */
export async function memberImpact(
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
  const rows = (await liveKeysOf(actor, member.user.id)).map((row) => ({
    row,
    scopesLost: lost(row, member.roles, left),
  }))
  const affected = rows.filter(({ scopesLost }) => act !== 'roles' || scopesLost.length > 0)
  const requests = await countRequests(affected.map(({ row }) => row.id))
  const keys = affected.map(({ row, scopesLost }) => show(row, scopesLost, requests.get(row.id) ?? 0))
  return { keys: keys.sort((a, b) => lastUse(b) - lastUse(a)) }
}

function liveKeysOf(actor: Actor, userId: string): Promise<ApiKeyRow[]> {
  return db().apiKey.findMany({
    relationLoadStrategy: 'join',
    where: { AND: [accessible(actor, 'read', 'ApiKey'), liveKeys()], userId },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    select: apiKeySelect,
  })
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

function show(row: ApiKeyRow, scopesLost: Scope[], requests30d: number): AffectedKey {
  const recently = row.scopeUses
    .filter(({ lastUsedAt }) => lastUsedAt.getTime() >= Date.now() - DAYS_30_MS)
    .map(({ scope }) => scope)
  const scopesInUse = scopesLost.filter((scope) => recently.includes(scope))
  const { id, name, start, last4, status, scopes, expiresAt, lastUsedAt, replacedById } = showApiKey(row)
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

const lastUse = ({ lastUsedAt }: AffectedKey) => (lastUsedAt === null ? 0 : Date.parse(lastUsedAt))
