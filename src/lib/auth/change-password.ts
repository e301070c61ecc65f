import { db } from '../db/client'
import { log } from '../log'
import { endAllLoginSessions } from './login-session'
import { hashPassword } from './password'
import { passwordObjection } from './password-policy'
import type { SignedIn } from './session-actor'
import { voidSetPasswordLinks } from './set-password'
import { signInWithPassword } from './sign-in'

type Change = { current: string; next: string; address: string | null }
export type PasswordChange =
  | { ok: true }
  | { ok: false; reason: 'current' }
  | { ok: false; reason: 'password'; message: string }
  | { ok: false; reason: 'slow_down'; retryAfterSeconds: number }

/**
 * Changes the password of whoever is signed in and knows the current one. Guessing that is slowed like guessing at the sign-in page,
 * and counts there. Ends every other sign-in of this user, and voids links that were made to set his password.
 * @param change `address`: where the request came from
 */
export async function changePassword({ userId, sessionId, email }: SignedIn, { current, next, address }: Change): Promise<PasswordChange> {
  const message = passwordObjection(next, [email])
  if (message !== null) return { ok: false, reason: 'password', message }
  const known = await signInWithPassword({ email, password: current, address })
  if (!known.ok) return known.reason === 'refused' ? { ok: false, reason: 'current' } : known
  const passwordHash = await hashPassword(next)
  await db().$transaction(async (tx) => {
    await voidSetPasswordLinks(tx, userId)
    await tx.user.update({ where: { id: userId }, data: { passwordHash } })
    await endAllLoginSessions(userId, { except: sessionId, tx })
  })
  log.info({ userId }, 'a password was changed')
  return { ok: true }
}
