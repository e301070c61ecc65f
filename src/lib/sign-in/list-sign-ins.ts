import { db } from '../db/client'
import type { SessionToken } from './session-actor'

/** A sign-in that goes on, as its owner is told of it. */
export type ListedSignIn = {
  id: string
  signedInAt: string
  address: string | null
  userAgent: string | null
  /** Whether it is the one that asks. */
  isThis: boolean
}

/** More say no more to a reader; ending all others ends those that are not listed, too. */
const MOST = 50

/** This person's own sign-ins that have not ended: the one that asks, then the newest first. */
export async function listSignIns({ userId, sessionId }: SessionToken): Promise<ListedSignIn[]> {
  const rows = await db().loginSession.findMany({
    where: { userId, revokedAt: null, expiresAt: { gt: new Date() } },
    orderBy: [{ authenticatedAt: 'desc' }, { id: 'desc' }],
    take: MOST,
    select: { id: true, authenticatedAt: true, address: true, userAgent: true },
  })
  const all = rows.map(({ authenticatedAt, ...row }) => ({
    ...row,
    signedInAt: authenticatedAt.toISOString(),
    isThis: row.id === sessionId,
  }))
  return [...all.filter(({ isThis }) => isThis), ...all.filter(({ isThis }) => !isThis)]
}
