import { amountOf } from '@/contracts/words'
import type { Prisma } from '../db/client'
import { invalid } from '../errors'
import type { Actor } from '../actor'
import { liveKeys } from './api-key-view'
import { beyondMaking, type MakingPolicy } from './making-policy'

const DAY_MS = 24 * 3600 * 1000

type Policy = {
  defaultKeyDays: number
  minKeyDays: number
  maxKeyDays: number
  allowNonExpiringKeys: boolean
}
type Life = {
  /**
   * How long it lives when nothing is asked, in milliseconds, `null`: for ever. Brought within what is
   * allowed, never refused.
   */
  usual?: number | null
  /** When the key was made; left out: it is made now. */
  madeAt?: Date
}

/**
 * When a new key ends: as asked, or after the usual life; always within the club's policy and the life of the
 * key that makes it.
 * @param asked `undefined`: the usual; `null`: never
 * @throws Refusal `validation_failed` naming `expiresAt`
 */
export function keyLifetime(
  actor: Actor,
  policy: Policy,
  asked: Date | null | undefined,
  { usual = policy.defaultKeyDays * DAY_MS, madeAt }: Life = {},
): Date | null {
  const now = Date.now()
  const first = new Date((madeAt?.getTime() ?? now) + policy.minKeyDays * DAY_MS)
  const makerEnds = actor.via.kind === 'api_key' ? actor.via.expiresAt : null
  if (asked === undefined) {
    const life = Math.min(usual ?? policy.defaultKeyDays * DAY_MS, policy.maxKeyDays * DAY_MS)
    const bounded = earlier(new Date(Math.max(now + life, first.getTime())), makerEnds)
    const ends = usual === null && policy.allowNonExpiringKeys ? makerEnds : bounded
    if (ends && ends < first) throw refuse(`${atLeast(policy)}, and a key cannot make a key that outlives it`)
    return ends
  }
  if (asked === null) {
    if (!policy.allowNonExpiringKeys) throw refuse('this club does not allow keys that never expire')
    if (makerEnds) throw refuse('a key cannot make a key that outlives it')
    return null
  }
  if (asked.getTime() <= now) throw refuse('must be in the future')
  if (asked < first) throw refuse(atLeast(policy))
  if (asked.getTime() > now + policy.maxKeyDays * DAY_MS)
    throw refuse(`must be within ${amountOf(policy.maxKeyDays, 'day')}`)
  if (makerEnds && asked > makerEnds) throw refuse('a key cannot make a key that outlives it')
  return asked
}

const atLeast = ({ minKeyDays }: Policy) => `keys of this club live at least ${amountOf(minKeyDays, 'day')}`

/** The earlier of an end and one that may never come. */
export const earlier = (a: Date, b: Date | null): Date => (b && b < a ? b : a)

/** The keys that count towards a member's maximum: all live ones except those in their grace. */
export const countedKeys = () => ({ ...liveKeys(), replacedById: null }) satisfies Prisma.ApiKeyWhereInput

/**
 * Live keys that could not be made now: they end later than the policy allows or never where it wants an end,
 * or hold what their owner may not put into a key. Short lives end by themselves. As a filter.
 */
export function beyondPolicy({
  maxKeyDays,
  allowNonExpiringKeys,
  ...making
}: Pick<Policy, 'maxKeyDays' | 'allowNonExpiringKeys'> & MakingPolicy): Prisma.ApiKeyWhereInput {
  const tooLate = { expiresAt: { gt: new Date(Date.now() + maxKeyDays * DAY_MS) } }
  const unending = allowNonExpiringKeys ? [] : [{ expiresAt: null }]
  return { AND: [liveKeys(), { honey: false }, { OR: [tooLate, ...unending, ...beyondMaking(making)] }] }
}

const refuse = (message: string) => invalid([{ path: 'expiresAt', message }])
