import { createHash } from 'node:crypto'
import { RateLimiterPrisma, RateLimiterRes } from 'rate-limiter-flexible'
import { isStorable } from '@/contracts/text'
import { db } from '../db/client'
import { networkOf } from '../limits/network'
import { log } from '../log'
import { verifyPassword } from './password'

const WINDOW_SECONDS = 15 * 60

type Attempt = { email: string; password: string; address: string | null }
export type SignIn =
  | { ok: true; userId: string; passwordHash: string }
  | { ok: false; reason: 'refused' }
  | { ok: false; reason: 'slow_down'; retryAfterSeconds: number }

/**
 * Checks an email and a password. Nothing in the answer or its time tells whether the account exists: an
 * unknown one is slowed and verified like a known one (OWASP ASVS 6.3.8).
 */
export async function signInWithPassword({ email, password, address }: Attempt): Promise<SignIn> {
  const account = email.trim().toLowerCase()
  sweep()
  const limits = attemptLimits(account, address)
  const retryAfterSeconds = await spend(limits)
  if (retryAfterSeconds !== null) return { ok: false, reason: 'slow_down', retryAfterSeconds }
  // Text that the database cannot hold is nobody's address; it takes as long as any other.
  const known = isStorable(account) ? account : ''
  const user = await db().user.findUnique({
    where: { email: known },
    select: { id: true, passwordHash: true, disabledAt: true },
  })
  const matches = await verifyPassword(user?.passwordHash ?? null, password)
  if (!user?.passwordHash || !matches || user.disabledAt) return { ok: false, reason: 'refused' }
  await giveBack(limits)
  return { ok: true, userId: user.id, passwordHash: user.passwordHash }
}

/**
 * An attempt is counted before it is checked, so that a thousand at once are a thousand. The pair is strict;
 * the account alone is lenient, or anyone could lock a member out from afar. The address comes first: beyond
 * its limit it leaves no counts behind, of whatever accounts.
 */
function attemptLimits(account: string, address: string | null) {
  const from = networkOf(address ?? 'unknown')
  const { pair, perAccount, perAddress } = limiters()
  return [
    { limiter: perAddress, key: digest(from) },
    { limiter: pair, key: digest(`${account}\n${from}`) },
    { limiter: perAccount, key: digest(account) },
  ]
}

type Client = ReturnType<typeof db>
let made: { storeClient: Client; limiters: ReturnType<typeof makeLimiters> } | undefined

/** Made once for a client, by all who sign in. */
function limiters() {
  const storeClient = db()
  if (made?.storeClient !== storeClient) made = { storeClient, limiters: makeLimiters(storeClient) }
  return made.limiters
}

function makeLimiters(storeClient: Client) {
  const common = {
    storeClient,
    tableName: 'rateLimiterFlexible',
    duration: WINDOW_SECONDS,
    // A timer a limiter, which outlives the client and writes past the log.
    clearExpiredByTimeout: false,
  }
  const limiter = (name: string, points: number) =>
    new RateLimiterPrisma({ ...common, keyPrefix: `sign-in ${name}`, points })
  return { pair: limiter('pair', 5), perAccount: limiter('account', 50), perAddress: limiter('address', 50) }
}

const SWEEP_EVERY_MS = 5 * 60_000
let sweptAt = Date.now()

/** Takes counts away that have run out, now and then; nobody who signs in waits for it. */
function sweep(): void {
  const now = Date.now()
  if (now - sweptAt < SWEEP_EVERY_MS) return
  sweptAt = now
  db()
    .rateLimiterFlexible.deleteMany({ where: { expire: { lt: new Date(now) } } })
    .catch((error: unknown) => log.warn({ err: error }, 'counts of sign-ins that ran out were not swept'))
}

/** Addresses of people are not kept in the clear where a count is enough. */
const digest = (text: string) => createHash('sha256').update(text).digest('base64url')

/** Counts the attempt; one that a limit refuses counts against no other. @returns seconds to wait, or null */
async function spend(limits: ReturnType<typeof attemptLimits>): Promise<number | null> {
  const spent: typeof limits = []
  try {
    for (const limit of limits) {
      await limit.limiter.consume(limit.key)
      spent.push(limit)
    }
    return null
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal
    await giveBack(spent)
    return Math.max(1, Math.ceil(refusal.msBeforeNext / 1000))
  }
}

const giveBack = (limits: ReturnType<typeof attemptLimits>) =>
  Promise.all(limits.map(({ limiter, key }) => limiter.reward(key, 1)))
