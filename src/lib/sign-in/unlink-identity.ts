import { gone } from '../audit/changes'
import { db, type Transaction } from '../db/client'
import { conflict, notFound, Refusal, signedOut } from '../errors'
import { tellOwner } from './tell-owner'
import type { Trace } from '../actor'
import { isFresh } from '../auth/fresh'
import { holdUser, stands } from './hold-password'
import { endAllLoginSessions } from './login-session'
import { recordForPerson } from './person-record'
import { configuredProviders, providerName } from './providers'
import type { SignedIn } from './session-actor'

/**
 * Unlinks an identity: it gets nobody in any more. Ends every other sign-in, too, since nobody knows which of
 * them it made.
 * @throws Refusal `reauthentication_required`, `not_found`, `conflict` (the last way in)
 */
export async function unlinkIdentity(
  { userId, sessionId, authenticatedAt }: SignedIn,
  { id }: { id: string },
  trace: Trace,
): Promise<void> {
  if (!isFresh(authenticatedAt))
    throw new Refusal('reauthentication_required', 'Sign in again to unlink this.')
  await db().$transaction(async (tx) => {
    const user = await holdUser(tx, userId)
    if (!user || !(await stands(tx, { userId, sessionId }))) throw signedOut()
    const account = await tx.account.findFirst({ where: { id, userId }, select: { provider: true } })
    if (!account) throw notFound()
    if (user.passwordHash === null && !(await hasAnother(tx, userId, id)))
      throw conflict('This is your only way in. Choose a password first.')
    await unlink(tx, { userId, trace }, { in: [id] })
    await endAllLoginSessions(userId, { except: sessionId, tx })
    await tellOwner(tx, userId, { is: 'unlinked', provider: providerName(account.provider) })
  })
}

/** Whether another identity gets this person in; one of a provider that is configured no longer does not. */
async function hasAnother(tx: Transaction, userId: string, id: string): Promise<boolean> {
  const issuers = configuredProviders().map(({ issuer }) => issuer)
  return (await tx.account.count({ where: { userId, id: { not: id }, provider: { in: issuers } } })) > 0
}

/** Unlinks identities of a user whom the transaction holds, on record. Ids of somebody else's match none. */
export async function unlink(
  tx: Transaction,
  person: { userId: string; trace: Trace },
  id: { in: string[] } | { notIn: string[] },
): Promise<void> {
  const where = { userId: person.userId, id }
  const accounts = await tx.account.findMany({ where, select: { provider: true } })
  await tx.account.deleteMany({ where })
  for (const { provider } of accounts) {
    const changes = gone({ provider: providerName(provider) })
    await recordForPerson(tx, person, { action: 'member.identity-unlink', changes })
  }
}
