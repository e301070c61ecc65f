import { canonicalEmail } from '@/contracts/email'
import { db } from '../db/client'
import { networkOf } from '../limits/network'
import { attemptLimiter, digest, giveBack, tryToSpend, type AttemptLimits } from './attempts'
import { verifyPassword } from './password'

type Attempt = { email: string; password: string; address: string | null }
type SignIn =
  | { ok: true; userId: string; passwordHash: string }
  | { ok: false; reason: 'refused' }
  | { ok: false; reason: 'slow_down'; retryAfterSeconds: number }

/**
 * Checks an email and a password. Nothing in the answer or its time tells whether the account exists: an
 * unknown one is slowed and verified like a known one (OWASP ASVS 6.3.8).
 */
export async function signInWithPassword({ email, password, address }: Attempt): Promise<SignIn> {
  const account = canonicalEmail(email)
  // What is no address has no account, and is slowed and verified like one that is.
  const limits = attemptLimits(account ?? email, address)
  const retryAfterSeconds = await tryToSpend(limits)
  if (retryAfterSeconds !== null) return { ok: false, reason: 'slow_down', retryAfterSeconds }
  const user =
    account === null
      ? null
      : await db().user.findUnique({
          where: { email: account },
          select: { id: true, passwordHash: true, disabledAt: true },
        })
  const matches = await verifyPassword(user?.passwordHash ?? null, password)
  if (!user?.passwordHash || !matches || user.disabledAt) return { ok: false, reason: 'refused' }
  await giveBack(limits)
  return { ok: true, userId: user.id, passwordHash: user.passwordHash }
}

/**
 * An attempt is counted before it is checked, so that a thousand at once are a thousand. The pair of account
 * and address is strict; the account alone is lenient, or strangers could lock a member out. The address
 * comes first: beyond its limit it counts nothing for any account.
 */
function attemptLimits(account: string, address: string | null): AttemptLimits {
  const from = networkOf(address ?? 'unknown')
  return [
    { limiter: attemptLimiter('address', 50), key: digest(from) },
    { limiter: attemptLimiter('pair', 5), key: digest(`${account}\n${from}`) },
    { limiter: attemptLimiter('account', 50), key: digest(account) },
  ]
}
