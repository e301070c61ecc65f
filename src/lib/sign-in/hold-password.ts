import type { Transaction } from '../db/client'
import type { SessionToken } from './session-actor'

/**
 * Locks the user until the commit, and says whether their sign-in and password are still what they were: a
 * link may have set another password since this one was checked, and the old one must no longer count.
 */
export async function holdPassword(
  tx: Transaction,
  { userId, sessionId, passwordHash }: SessionToken & { passwordHash: string },
): Promise<boolean> {
  const user = await holdUser(tx, userId)
  return user?.passwordHash === passwordHash && (await stands(tx, { userId, sessionId }))
}

/**
 * Every change of the ways into an account locks the user first, so that they happen one after the other.
 * Null: disabled.
 */
export async function holdUser(
  tx: Transaction,
  userId: string,
): Promise<{ passwordHash: string | null } | null> {
  const [user] = await tx.$queryRaw<{ passwordHash: string | null }[]>`
    SELECT "passwordHash" FROM "User"
    WHERE "id" = ${userId}::uuid AND "kind" = 'user' AND "disabledAt" IS NULL FOR NO KEY UPDATE`
  return user ?? null
}

/** Whether a sign-in has neither ended nor run out. */
export async function stands(tx: Transaction, { userId, sessionId }: SessionToken): Promise<boolean> {
  const where = { id: sessionId, userId, revokedAt: null, expiresAt: { gt: new Date() } }
  return (await tx.loginSession.count({ where })) === 1
}
