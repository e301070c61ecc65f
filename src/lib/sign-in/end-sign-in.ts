import { db, type Transaction } from '../db/client'
import { notFound, signedOut } from '../errors'
import type { Trace } from '../actor'
import { holdUser, stands } from './hold-password'
import { endAllLoginSessions } from './login-session'
import { recordForPerson } from './person-record'
import type { SignedIn } from './session-actor'
import { voidSetPasswordLinks } from './set-password'

/**
 * Ends one of this person's own sign-ins: its next request is nobody's. No fresh sign-in is needed to end one.
 * @throws Refusal `not_found` (somebody else's, one that has ended, none), `missing_credentials` (the sign-in
 *   that asks has ended itself)
 */
export async function endSignIn(person: SignedIn, { id }: { id: string }, trace: Trace): Promise<void> {
  await whileSignedIn(person, async (tx) => {
    const { count } = await tx.loginSession.updateMany({
      where: { id, userId: person.userId, revokedAt: null, expiresAt: { gt: new Date() } },
      data: { revokedAt: new Date() },
    })
    if (count === 0) throw notFound()
    await recordForPerson(tx, { userId: person.userId, trace }, { action: 'member.sign-in-end' })
  })
}

/**
 * Ends every sign-in of this person but the one that asks, and voids links that would set their password.
 * @throws Refusal `missing_credentials` (the sign-in that asks has ended itself)
 */
export async function endOtherSignIns(person: SignedIn, trace: Trace): Promise<void> {
  const { userId, sessionId } = person
  await whileSignedIn(person, async (tx) => {
    await voidSetPasswordLinks(tx, userId)
    await endAllLoginSessions(userId, { except: sessionId, tx })
    await recordForPerson(tx, { userId, trace }, { action: 'member.sign-in-end-others' })
  })
}

/** Whoever was just signed out must not sign out others in turn. */
async function whileSignedIn(
  { userId, sessionId }: SignedIn,
  end: (tx: Transaction) => Promise<void>,
): Promise<void> {
  await db().$transaction(async (tx) => {
    if (!(await holdUser(tx, userId)) || !(await stands(tx, { userId, sessionId }))) throw signedOut()
    await end(tx)
  })
}
