import { db, type Transaction } from '../db/client'
import { log } from '../log'
import { endAllLoginSessions } from './login-session'
import { hashPassword } from './password'
import { passwordObjection } from './password-policy'
import type { SessionToken, SignedIn } from './session-actor'
import { voidSetPasswordLinks } from './set-password'
import { signInWithPassword } from './sign-in'

type Change = { current: string; next: string; address: string | null }
export type PasswordChange =
  | { ok: true }
  | { ok: false; reason: 'current' }
  | { ok: false; reason: 'password'; message: string }
  | { ok: false; reason: 'slow_down'; retryAfterSeconds: number }

/**
 * Changes the password of whoever is signed in and knows the current one. Guessing that is slowed like
 * guessing at the sign-in page, and counts there. Ends every other sign-in of this user, and voids links that
 * were made to set his password.
 * @param change `address`: where the request came from
 */
export async function changePassword(
  { userId, sessionId, email }: SignedIn,
  { current, next, address }: Change,
): Promise<PasswordChange> {
  const message = passwordObjection(next, [email])
  if (message !== null) return { ok: false, reason: 'password', message }
  const known = await signInWithPassword({ email, password: current, address })
  if (!known.ok) return known.reason === 'refused' ? { ok: false, reason: 'current' } : known
  const passwordHash = await hashPassword(next)
  const changed = await db().$transaction(async (tx) => {
    if (!(await stillStands(tx, { userId, sessionId, passwordHash: known.passwordHash }))) return false
    await voidSetPasswordLinks(tx, userId)
    await tx.user.update({ where: { id: userId }, data: { passwordHash } })
    await endAllLoginSessions(userId, { except: sessionId, tx })
    return true
  })
  if (changed) log.info({ userId }, 'a password was changed')
  return changed ? { ok: true } : { ok: false, reason: 'current' }
}

/**
 * Holds the user. A link may have set another password since the current one was checked: whoever knew that
 * one is out.
 */
async function stillStands(
  tx: Transaction,
  { userId, sessionId, passwordHash }: SessionToken & { passwordHash: string },
): Promise<boolean> {
  const [user] = await tx.$queryRaw<{ passwordHash: string }[]>`
    SELECT "passwordHash" FROM "User" WHERE "id" = ${userId}::uuid FOR NO KEY UPDATE`
  return (
    user?.passwordHash === passwordHash &&
    (await tx.loginSession.count({ where: { id: sessionId, userId, revokedAt: null } })) === 1
  )
}
