import type { ClubPolicy, Policy, UpdateClubPolicyBody } from '@/contracts/club-policy'
import { appendAudit } from '../audit/append'
import { difference } from '../audit/changes'
import type { Actor } from '../auth/actor'
import { requireFresh } from '../auth/fresh'
import { requireStillValid } from '../auth/still-valid'
import { verifiedKeys } from '../auth/verified-keys'
import { db } from '../db/client'
import { forbidden, invalid } from '../errors'
import { uncounted } from '../limits/changes'
import {
  clubCeiling,
  keyCeiling,
  rateColumns,
  rateWithin,
  requireUnderCeiling,
  usualKeyRate,
} from '../limits/rate'
import { readPolicy, withOutside } from './get-policy'

/**
 * Changes the policy for keys to come, and says what lies outside it. Keys that exist stay as they are:
 * no key is shortened behind its owner's back. Its limits are for all keys at once.
 * @throws Refusal `forbidden` (no admin who is signed in), `validation_failed` (default and maximum
 *   contradict), `reauthentication_required`
 */
export async function updateClubPolicy(
  actor: Actor,
  { preview = false, ...asked }: UpdateClubPolicyBody,
  countMaking = uncounted,
): Promise<ClubPolicy> {
  if (!actor.ability.can('update', 'Club')) throw forbidden('Only an admin of the club changes its settings.')
  requireUnderCeiling(asked.keyRateLimit, keyCeiling(), 'keyRateLimit')
  requireUnderCeiling(asked.rateLimit, clubCeiling(), 'rateLimit')
  if (preview) return withOutside(actor, merged(await readPolicy(db(), actor), asked))
  requireFresh(actor)
  const after = await db().$transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 FROM "Club" WHERE "id" = ${actor.clubId}::uuid FOR NO KEY UPDATE`
    await requireStillValid(tx, actor)
    const before = await readPolicy(tx, actor)
    const after = merged(before, asked)
    const changes = difference(before, after)
    if (Object.keys(changes).length === 0) return after
    if (loosens(before, after)) await countMaking()
    await tx.club.update({ where: { id: actor.clubId }, data: columns(after, changes), select: { id: true } })
    await appendAudit(tx, actor, {
      action: 'club.policy',
      targetId: actor.clubId,
      changes,
    })
    return after
  })
  verifiedKeys().forget([actor.clubId])
  return withOutside(actor, after)
}

/** Only of what changed: the rest is shown cut down to the operator's ceilings, but stored as it was. */
function columns({ keyRateLimit, rateLimit, ...policy }: Policy, changes: object) {
  const plain = Object.entries(policy).filter(([name]) => name in changes)
  return {
    ...Object.fromEntries(plain),
    ...('keyRateLimit' in changes && {
      keyRateLimit: keyRateLimit?.limit ?? null,
      keyRateWindow: keyRateLimit?.windowSeconds ?? null,
    }),
    ...('rateLimit' in changes && rateColumns(rateLimit)),
  }
}

function merged(before: Policy, asked: Omit<UpdateClubPolicyBody, 'preview'>): Policy {
  const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined))
  const after: Policy = { ...before, ...given }
  if (after.defaultKeyDays <= after.maxKeyDays) return after
  // The one that was given is the one that is wrong.
  if (asked.defaultKeyDays === undefined) {
    throw invalid([
      { path: 'maxKeyDays', message: `must be at least defaultKeyDays, which is ${after.defaultKeyDays}` },
    ])
  }
  throw invalid([
    { path: 'defaultKeyDays', message: `must be at most maxKeyDays, which is ${after.maxKeyDays}` },
  ])
}

/** Whether a policy lets keys do or live more in any way. */
const loosens = (before: Policy, after: Policy): boolean =>
  after.defaultKeyDays > before.defaultKeyDays ||
  after.maxKeyDays > before.maxKeyDays ||
  (after.allowNonExpiringKeys && !before.allowNonExpiringKeys) ||
  after.maxLiveKeysPerMember > before.maxLiveKeysPerMember ||
  !rateWithin(after.keyRateLimit ?? usualKeyRate(), before.keyRateLimit ?? usualKeyRate()) ||
  !rateWithin(after.rateLimit ?? clubCeiling(), before.rateLimit ?? clubCeiling())
