import { z } from 'zod'
import { openCookie, sealCookie } from './sealed-cookie'
import type { SessionToken } from './session-actor'
import { isSecure } from '../own-origin'
import { sessionCookieName } from './session-cookie'

const sessionClaims = z.object({ sub: z.uuid(), sid: z.uuid() })

/**
 * The session cookie's two claims, if it is ours and in time; null otherwise. Whether the sign-in still
 * stands is not asked here.
 */
export async function readSessionCookie(cookie: string): Promise<SessionToken | null> {
  const claims = sessionClaims.safeParse(await openCookie(cookie))
  return claims.success ? { userId: claims.data.sub, sessionId: claims.data.sid } : null
}

/** What next-auth would set for this sign-in. @param seconds how long it may last */
export async function sessionCookie({ userId, sessionId }: SessionToken, seconds: number) {
  return {
    name: sessionCookieName(),
    value: await sealCookie({ sub: userId, sid: sessionId }, seconds),
    httpOnly: true,
    sameSite: 'lax',
    path: '/',
    secure: isSecure(),
    expires: new Date(Date.now() + seconds * 1000),
  } as const
}
