import type { ApiKeyFilter } from '@/contracts/api-key-filter'
import { db, type Prisma, type Transaction } from '../db/client'
import { accessible } from '../permissions/ability'
import { keptPolicyOf } from '../policy-row'
import { seesHoney, type Actor } from '../actor'
import { stepOf } from '../usage/steps'
import { havingStatus } from './api-key-view'
import { beyondPolicy } from './key-lifetime'
import { keptMaking } from './making-policy'
import { metadataTerms } from './metadata-terms'

/** The matching keys to which the caller may do `action`, as a filter. */
export async function matchingKeys(
  actor: Actor,
  action: 'read' | 'revoke',
  filter: ApiKeyFilter,
  tx: Transaction = db(),
): Promise<Prisma.ApiKeyWhereInput> {
  const { q, status, ownerId, scope, usedSince, unusedSince, imported, leaked, metadata, policy } = filter
  const { expiresBefore, neverExpires, failedSince } = filter
  const outside = policy && (await outsideOf(tx, actor))
  return {
    AND: [
      accessible(actor, action, 'ApiKey'),
      ...(seesHoney(actor) ? [] : [{ honey: false }]),
      ...(q === undefined ? [] : [called(q)]),
      ...(status === undefined ? [] : [havingStatus(status)]),
      ...(ownerId === undefined ? [] : [{ userId: ownerId }]),
      ...(scope === undefined ? [] : [{ scopes: { has: scope } }]),
      ...(usedSince === undefined ? [] : [{ use: { lastUsedAt: { gte: usedSince } } }]),
      ...(unusedSince === undefined ? [] : [unused(unusedSince)]),
      ...(expiresBefore === undefined ? [] : [{ expiresAt: { lt: expiresBefore } }]),
      ...(neverExpires === undefined ? [] : [{ expiresAt: null }]),
      ...(failedSince === undefined ? [] : [failed(actor, failedSince)]),
      ...(imported === undefined ? [] : [{ imported: imported === 'true' }]),
      ...(leaked === undefined ? [] : [{ leakedAt: { not: null } }]),
      ...(metadata === undefined ? [] : having(metadataTerms(actor.clubId, metadata))),
      ...(outside ? [outside] : []),
    ],
  }
}

/** One of the terms of each value. */
function having(terms: readonly string[][]): Prisma.ApiKeyWhereInput[] {
  const certain = terms.flatMap((some) => (some.length === 1 ? some : []))
  const others = terms.filter(({ length }) => length > 1)
  return [
    ...(certain.length > 0 ? [{ metadataTerms: { hasEvery: certain } }] : []),
    ...others.map((some) => ({ metadataTerms: { hasSome: some } })),
  ]
}

function called(q: string): Prisma.ApiKeyWhereInput {
  return {
    OR: [
      { name: { contains: literally(q), mode: 'insensitive' } },
      { start: { startsWith: literally(q) } },
      { last4: q },
    ],
  }
}

/** Prisma does not escape LIKE's special characters. */
const literally = (text: string) => text.replace(/[\\%_]/g, '\\$&')

/** A key that was made after `since` had no time to be used. */
const unused = (since: Date): Prisma.ApiKeyWhereInput => ({
  createdAt: { lt: since },
  OR: [{ use: null }, { use: { lastUsedAt: { lt: since } } }],
})

/** Whoever may not see what a key does must not learn it by this filter either. Usage is kept by the hour. */
const failed = (actor: Actor, since: Date): Prisma.ApiKeyWhereInput => ({
  AND: [
    accessible(actor, 'read-usage', 'ApiKey'),
    {
      usage: {
        some: {
          clubId: actor.clubId,
          hour: { gte: stepOf(since, 'hour') },
          OR: [{ denied: { gt: 0 } }, { errors: { gt: 0 } }],
        },
      },
    },
  ],
})

async function outsideOf(tx: Transaction, { clubId }: Actor): Promise<Prisma.ApiKeyWhereInput> {
  const policy = await keptPolicyOf(tx, clubId)
  return beyondPolicy({ ...policy, ...keptMaking(policy) })
}
