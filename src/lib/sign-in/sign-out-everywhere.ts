import { db } from '../db/client'
import type { Trace } from '../actor'
import { holdUser } from './hold-password'
import { endAllLoginSessions } from './login-session'
import { recordForPerson } from './person-record'
import type { SignedIn } from './session-actor'
import { voidSetPasswordLinks } from './set-password'

/**
 * Ends every sign-in of this person, this one too, and voids links that would set their password: a thief of
 * their device may read their mail, too. Password, linked identities and keys stay.
 */
export async function signOutEverywhere({ userId }: SignedIn, trace: Trace): Promise<void> {
  await db().$transaction(async (tx) => {
    await holdUser(tx, userId)
    await voidSetPasswordLinks(tx, userId)
    await endAllLoginSessions(userId, { tx })
    await recordForPerson(tx, { userId, trace }, { action: 'member.sign-out-everywhere' })
  })
}
