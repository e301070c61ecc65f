import type { ClubPolicy, Policy } from '@/contracts/club-policy'
import type { Actor } from '../actor'
import { keptMaking } from '../auth/making-policy'
import { db, type Transaction } from '../db/client'
import { forbidden } from '../errors'
import { keptClubRate, keptKeyRate } from '../limits/rate'
import { keptPolicyOf } from '../policy-row'
import { outsidePolicy } from './outside-policy'

/**
 * The club's policy for new keys, and what lies outside it.
 * @throws Refusal `forbidden` (no admin who is signed in)
 */
export async function getClubPolicy(actor: Actor): Promise<ClubPolicy> {
  if (!actor.ability.can('read', 'Club')) throw forbidden('Only an admin of the club sees its settings.')
  return withOutside(actor, await readPolicy(db(), actor))
}

/** The policy as it stands, its limits cut down to the operator's ceilings. */
export async function readPolicy(tx: Transaction, { clubId }: Actor): Promise<Policy> {
  const row = await keptPolicyOf(tx, clubId)
  const { keyRateLimit, keyRateWindow, rateLimit, rateWindow, ...policy } = row
  return {
    ...policy,
    ...keptMaking(row),
    onLeak: keptOnLeak(row),
    keyRateLimit: keptKeyRate({ rateLimit: keyRateLimit, rateWindow: keyRateWindow }),
    rateLimit: keptClubRate({ rateLimit, rateWindow }),
  }
}

/** Only what is known to be gentler is. */
export const keptOnLeak = ({ onLeak }: { onLeak: string }): Policy['onLeak'] =>
  onLeak === 'disable' ? 'disable' : 'revoke'

/** A policy, with the keys and owners that it would not allow. */
export const withOutside = async (actor: Actor, policy: Policy): Promise<ClubPolicy> => ({
  ...policy,
  outside: await outsidePolicy(actor, policy),
})
