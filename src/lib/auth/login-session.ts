import { db, type Transaction } from '../db/client'
import type { Trace } from './actor'

/** How long a sign-in lasts at most, in seconds, however active (OWASP ASVS 7.3.2). */
export const SESSION_SECONDS = 7 * 24 * 3600

/** Records a sign-in; the session cookie names it. */
export async function createLoginSession(
  userId: string,
  { address, userAgent }: Trace,
  tx: Transaction = db(),
): Promise<string> {
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
 * @returns null when it was changed since: the change ended the sign-ins of before, and this one would have
 *   slipped past it
 */
export async function createPasswordSession(
  userId: string,
  passwordHash: string,
  trace: Trace,
): Promise<string | null> {
  return db().$transaction(async (tx) => {
    const [user] = await tx.$queryRaw<
      { passwordHash: string }[]
    >`SELECT "passwordHash" FROM "User" WHERE "id" = ${userId}::uuid FOR SHARE`
    return user?.passwordHash === passwordHash ? createLoginSession(userId, trace, tx) : null
  })
}

/**
 * Records a sign-in by an identity.
 * @returns null when it was unlinked since it was looked up: a link that proved the address put out whoever
 *   linked it
 */
export async function createIdentitySession(
  userId: string,
  issuer: string,
  trace: Trace,
): Promise<string | null> {
  return db().$transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 FROM "User" WHERE "id" = ${userId}::uuid FOR SHARE`
    const linked = await tx.account.count({ where: { userId, provider: issuer } })
    return linked > 0 ? createLoginSession(userId, trace, tx) : null
  })
}

/** Ends one sign-in of this user. */
export async function endLoginSession(userId: string, id: string): Promise<void> {
  await db().loginSession.updateMany({
    where: { id, userId, revokedAt: null },
    data: { revokedAt: new Date() },
  })
}

/**
 * Ends every sign-in of this user.
 * @param options `except`: one that goes on (the one that asks, after a password change); `tx`: the
 *   transaction to do it in
 */
export async function endAllLoginSessions(
  userId: string,
  { except, tx = db() }: { except?: string; tx?: Transaction } = {},
): Promise<void> {
  const where = { userId, revokedAt: null, ...(except !== undefined && { id: { not: except } }) }
  await tx.loginSession.updateMany({ where, data: { revokedAt: new Date() } })
}
