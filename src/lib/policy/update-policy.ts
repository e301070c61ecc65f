import type { ClubPolicy, Policy, UpdateClubPolicyBody } from '@/contracts/club-policy'
import { definition } from '@/contracts/definition'
import { appendAudit } from '../audit/append'
import { difference } from '../audit/changes'
import type { Actor } from '../actor'
import { requireFresh } from '../auth/fresh'
import { requireStillValid } from '../auth/still-valid'
import { verifiedKeys } from '../auth/verified-keys'
import { barred, mayMake, sorted } from '../auth/making-policy'
import { db, Prisma } from '../db/client'
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
import { lockPolicy } from '../policy-row'
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
    await lockPolicy(tx, actor.clubId, 'FOR NO KEY UPDATE')
    await requireStillValid(tx, actor)
    const before = await readPolicy(tx, actor)
    const after = merged(before, asked)
    const changes = difference(before, after)
    if (Object.keys(changes).length === 0) return after
    if (loosens(before, after)) await countMaking()
    const where = { clubId: actor.clubId }
    await tx.clubPolicy.update({ where, data: columns(after, changes), select: { clubId: true } })
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
function columns(after: Policy, changes: object) {
  const { keyRateLimit, rateLimit, keyMakers, keyScopes, ...numbers } = after
  const plain = Object.entries(numbers).filter(([name]) => name in changes)
  return {
    ...Object.fromEntries(plain),
    ...('keyMakers' in changes && { keyMakers: keyMakers === null ? Prisma.DbNull : [...keyMakers] }),
    ...('keyScopes' in changes && { keyScopes: keyScopes === null ? Prisma.DbNull : sorted(keyScopes) }),
    ...('keyRateLimit' in changes && {
      keyRateLimit: keyRateLimit?.limit ?? null,
      keyRateWindow: keyRateLimit?.windowSeconds ?? null,
    }),
    ...('rateLimit' in changes && rateColumns(rateLimit)),
  }
}

function merged(before: Policy, { keyScopes, ...asked }: Omit<UpdateClubPolicyBody, 'preview'>): Policy {
  const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined))
  const bound = keyScopes && Object.keys(keyScopes).length > 0 ? sorted(keyScopes) : null
  const after: Policy = { ...before, ...given, ...(keyScopes !== undefined && { keyScopes: bound }) }
  requireOrder(after, asked, 'defaultKeyDays', 'maxKeyDays')
  requireOrder(after, asked, 'minKeyDays', 'defaultKeyDays')
  return after
}

type Days = 'minKeyDays' | 'defaultKeyDays' | 'maxKeyDays'

/** Of two that contradict, the one that was given is the one that is wrong. */
function requireOrder(after: Policy, asked: { [Name in Days]?: number | undefined }, less: Days, more: Days) {
  if (after[less] <= after[more]) return
  if (asked[less] !== undefined)
    throw invalid([{ path: less, message: `must be at most ${more}, which is ${after[more]}` }])
  throw invalid([{ path: more, message: `must be at least ${less}, which is ${after[less]}` }])
}

/** Whether a policy lets keys do or live more in any way. */
const loosens = (before: Policy, after: Policy): boolean =>
  after.defaultKeyDays > before.defaultKeyDays ||
  after.maxKeyDays > before.maxKeyDays ||
  after.minKeyDays < before.minKeyDays ||
  letsMore(before, after) ||
  (after.onLeak === 'disable' && before.onLeak === 'revoke') ||
  (after.allowNonExpiringKeys && !before.allowNonExpiringKeys) ||
  after.maxLiveKeysPerMember > before.maxLiveKeysPerMember ||
  !rateWithin(after.keyRateLimit ?? usualKeyRate(), before.keyRateLimit ?? usualKeyRate()) ||
  !rateWithin(after.rateLimit ?? clubCeiling(), before.rateLimit ?? clubCeiling())

/** Whether some role may make keys, or put a scope into one, that could not before. */
function letsMore(before: Policy, after: Policy): boolean {
  const { roles, scopes } = definition()
  return [...roles.keys()].some((role) => {
    const [was, is] = [barred(before, [role], [...scopes.keys()]), barred(after, [role], [...scopes.keys()])]
    return (mayMake(after, [role]) && !mayMake(before, [role])) || was.some((scope) => !is.includes(scope))
  })
}
