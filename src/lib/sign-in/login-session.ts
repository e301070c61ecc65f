import { db, type Transaction } from '../db/client'
import { requireRulesWithin } from '../db/floor'
import type { Trace } from '../actor'
import type { SessionToken } from './session-actor'

/** How long a sign-in lasts at most, in seconds, however active (OWASP ASVS 7.3.2). */
export const SESSION_SECONDS = 7 * 24 * 3600

/**
 * Records a sign-in; the session cookie names it.
 * @throws Refusal `unavailable` where newer rules may ask more of a sign-in
 */
export async function createLoginSession(
  userId: string,
  { address, userAgent }: Trace,
  tx: Transaction = db(),
): Promise<string> {
  await requireRulesWithin(tx)
  const expiresAt = new Date(Date.now() + SESSION_SECONDS * 1000)
  const { id } = await tx.loginSession.create({
    data: { userId, expiresAt, address, userAgent },
    select: { id: true },
  })
  return id
}

/**
 * Records a sign-in by password.
 * @param passwordHash what the password was verified against
 * @param before the sign-in that the browser had: it ends with the same commit, or nothing is recorded
 * @returns null when the password was changed since: the change ended all earlier sign-ins, and would have
 *   missed this one
 */
export async function createPasswordSession(
  userId: string,
  passwordHash: string,
  trace: Trace,
  before: SessionToken | null = null,
): Promise<string | null> {
  return db().$transaction(async (tx) => {
    const user = await shareUser(tx, userId)
    return user?.passwordHash === passwordHash ? replaceLoginSession(tx, userId, trace, before) : null
  })
}

/**
 * Records a sign-in by an identity.
 * @param before the sign-in that the browser had: it ends with the same commit, or nothing is recorded
 * @returns null when the identity was unlinked since it was looked up
 */
export async function createIdentitySession(
  userId: string,
  { issuer, subject }: { issuer: string; subject: string },
  trace: Trace,
  before: SessionToken | null = null,
): Promise<string | null> {
  return db().$transaction(async (tx) => {
    const user = await shareUser(tx, userId)
    const linked = await tx.account.count({ where: { userId, provider: issuer, providerAccountId: subject } })
    return user && linked > 0 ? replaceLoginSession(tx, userId, trace, before) : null
  })
}

/** Locks the user against changes of the ways into their account. null: disabled since. */
async function shareUser(tx: Transaction, userId: string): Promise<{ passwordHash: string | null } | null> {
  const [user] = await tx.$queryRaw<{ passwordHash: string | null }[]>`
    SELECT "passwordHash" FROM "User" WHERE "id" = ${userId}::uuid AND "disabledAt" IS NULL FOR SHARE`
  return user ?? null
}

async function replaceLoginSession(
  tx: Transaction,
  userId: string,
  trace: Trace,
  before: SessionToken | null,
): Promise<string> {
  if (before) await endLoginSession(before.userId, before.sessionId, tx)
  return createLoginSession(userId, trace, tx)
}

/** Ends one sign-in of this user. */
export async function endLoginSession(userId: string, id: string, tx: Transaction = db()): Promise<void> {
  await tx.loginSession.updateMany({
    where: { id, userId, revokedAt: null },
    data: { revokedAt: new Date() },
  })
}

/**
 * Ends every sign-in of this user, and its permissions to link.
 * @param options `except`: one that goes on; `tx`: the transaction to do it in
 */
export async function endAllLoginSessions(
  userId: string,
  { except, tx = db() }: { except?: string; tx?: Transaction } = {},
): Promise<void> {
  const where = { userId, revokedAt: null, ...(except !== undefined && { id: { not: except } }) }
  await tx.loginSession.updateMany({ where, data: { revokedAt: new Date() } })
}
