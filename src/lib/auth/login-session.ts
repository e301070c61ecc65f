import { db } from '../db/client'
import type { Trace } from './actor'

/** How long a sign-in lasts at most, in seconds, however active (OWASP ASVS 7.3.2). */
export const SESSION_SECONDS = 7 * 24 * 3600

/** Records a sign-in; the session cookie names it. */
export async function createLoginSession(userId: string, trace: Trace): Promise<string> {
  const expiresAt = new Date(Date.now() + SESSION_SECONDS * 1000)
  const { address, userAgent } = trace
  const { id } = await db().loginSession.create({ data: { userId, expiresAt, address, userAgent }, select: { id: true } })
  return id
}

/** Ends one sign-in of this user. */
export async function endLoginSession(userId: string, id: string): Promise<void> {
  await db().loginSession.updateMany({ where: { id, userId, revokedAt: null }, data: { revokedAt: new Date() } })
}

/** Ends every sign-in of this user. @param except one that goes on (the one that asks, after a password change) */
export async function endAllLoginSessions(userId: string, except?: string): Promise<void> {
  const where = { userId, revokedAt: null, ...(except !== undefined && { id: { not: except } }) }
  await db().loginSession.updateMany({ where, data: { revokedAt: new Date() } })
}
