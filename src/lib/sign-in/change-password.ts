import { db } from '../db/client'
import { log } from '../log'
import { tellOwner } from './tell-owner'
import type { Trace } from '../actor'
import { holdPassword } from './hold-password'
import { createLoginSession, endAllLoginSessions } from './login-session'
import { hashPassword } from './password'
import { passwordObjection } from './password-policy'
import { recordForPerson } from './person-record'
import type { SignedIn } from './session-actor'
import { voidSetPasswordLinks } from './set-password'
import { signInWithPassword } from './sign-in'
import { unlink } from './unlink-identity'

type Change = {
  current: string
  next: string
  /** Identities that are to get nobody in any more. */
  unlink?: readonly string[]
  /** The answer to the first try was lost: it may be the new password that gets in by now. */
  again?: boolean | undefined
}
type PasswordChange =
  | { ok: true; sessionId: string }
  | { ok: false; reason: 'current' }
  | { ok: false; reason: 'password'; message: string }
  | { ok: false; reason: 'slow_down'; retryAfterSeconds: number }

/**
 * Changes the password of a person who is signed in and knows the current one. Guessing it is slowed like
 * guessing at the sign-in page, and counts there. Ends every sign-in of this user, this one too, since its
 * cookie may have been copied; and voids links that were made to set their password.
 * @returns `sessionId` of the new sign-in, which replaces the one that asked
 */
export async function changePassword(
  { userId, sessionId, email }: SignedIn,
  { current, next, unlink: identities = [], again = false }: Change,
  trace: Trace,
): Promise<PasswordChange> {
  const message = passwordObjection(next, [email])
  if (message !== null) return { ok: false, reason: 'password', message }
  const tried = await signInWithPassword({ email, password: current, address: trace.address })
  // One more guess, which counts as one.
  const known =
    again && !tried.ok && tried.reason === 'refused'
      ? await signInWithPassword({ email, password: next, address: trace.address })
      : tried
  if (!known.ok) return known.reason === 'refused' ? { ok: false, reason: 'current' } : known
  const passwordHash = await hashPassword(next)
  const person = { userId, trace }
  const renewed = await db().$transaction(async (tx) => {
    if (!(await holdPassword(tx, { userId, sessionId, passwordHash: known.passwordHash }))) return null
    await voidSetPasswordLinks(tx, userId)
    await tx.user.update({ where: { id: userId }, data: { passwordHash } })
    await endAllLoginSessions(userId, { tx })
    await unlink(tx, person, { in: [...identities] })
    await recordForPerson(tx, person, { action: 'member.password-change' })
    await tellOwner(tx, userId, { is: 'password-changed' })
    return createLoginSession(userId, trace, tx)
  })
  if (renewed === null) return { ok: false, reason: 'current' }
  log.info({ userId }, 'a password was changed')
  return { ok: true, sessionId: renewed }
}
