import type { KeyUsageQuery, Usage, UsageCounts, UsageQuery } from '@/contracts/usage'
import { seesHoney, type Actor } from '../actor'
import { db } from '../db/client'
import { forbidden, notFound } from '../errors'
import { accessible, seesAllUsage } from '../permissions/ability'
import { sumOfClub, sumOfKeys, type StepCounts } from './sums'
import { spanOf, stepOf, stepsIn, type Span } from './steps'

/**
 * What the keys of the club did that the caller may see: all of them for an admin, else their own. A key or
 * an owner that is not among them did nothing.
 * @throws Refusal `validation_failed` naming `from` or `to`; `forbidden`
 */
export async function getUsage(actor: Actor, { keyId, ownerId, ...asked }: UsageQuery): Promise<Usage> {
  requireRight(actor)
  const span = spanOf(asked)
  const { clubId, userId } = actor
  if (seesAllUsage(actor) && keyId === undefined && ownerId === undefined)
    return show(span, await sumOfClub(clubId, span))
  const whose = seesAllUsage(actor) ? ownerId : userId
  if (ownerId !== undefined && whose !== ownerId) return show(span, [])
  return show(span, await sumOfKeys(clubId, span, { ownerId: whose ?? undefined, keyId }))
}

/** @throws Refusal `not_found`, the same for a foreign id and a missing one; `validation_failed` */
export async function getApiKeyUsage(
  actor: Actor,
  { id, ...asked }: { id: string } & KeyUsageQuery,
): Promise<Usage> {
  requireRight(actor)
  const key = await db().apiKey.findFirst({
    where: { id, ...accessible(actor, 'read-usage', 'ApiKey'), ...(!seesHoney(actor) && { honey: false }) },
    select: { id: true },
  })
  if (!key) throw notFound()
  return usageOfKey(actor, id, asked)
}

/** The same, by days unless asked otherwise, of a key whose usage the caller may see: find that out before. */
export async function usageOfKey(
  { clubId }: Actor,
  keyId: string,
  asked: KeyUsageQuery = {},
): Promise<Usage> {
  const span = spanOf(asked)
  return show(span, await sumOfKeys(clubId, span, { keyId }))
}

function requireRight({ ability }: Actor): void {
  if (!ability.can('read-usage', 'ApiKey')) throw forbidden('Nothing here is yours to see.', ['usage:read'])
}

const NOTHING: UsageCounts = { requests: 0, denied: 0, limited: 0, errors: 0 }

function show(span: Span, sums: StepCounts[]): Usage {
  const known = new Map(sums.map(({ at, ...counts }) => [at.getTime(), counts]))
  const total = { ...NOTHING }
  const data = stepsIn(span).map((from) => {
    const counts = known.get(from.getTime()) ?? NOTHING
    for (const field of ['requests', 'denied', 'limited', 'errors'] as const) total[field] += counts[field]
    return { from: from.toISOString(), to: stepOf(from, span.by, 1).toISOString(), ...counts }
  })
  return { data, total }
}
