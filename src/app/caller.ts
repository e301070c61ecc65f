import { randomUUID } from 'node:crypto'
import { cookies, headers } from 'next/headers'
import { notFound, redirect } from 'next/navigation'
import { cache } from 'react'
import { clientAddress } from '@/http/client-address'
import type { Actor, Trace } from '@/lib/auth/actor'
import { readSessionCookie } from '@/lib/auth/session'
import { findSignedIn, sessionActor, type SessionToken, type SignedIn } from '@/lib/auth/session-actor'
import { sessionCookieName } from '@/lib/auth/session-cookie'
import { Refusal } from '@/lib/errors'

/** The session that a page or server action was asked with. Read once a request. */
const presented = cache(async (): Promise<SessionToken | null> => {
  const cookie = (await cookies()).get(sessionCookieName())?.value
  return cookie === undefined ? null : readSessionCookie(cookie)
})

/** Who is signed in; sends everyone else to the sign-in page. */
export const requireSignedIn = cache(async (): Promise<SignedIn> => {
  const token = await presented()
  const signedIn = token && (await findSignedIn(token))
  return signedIn ?? redirect('/sign-in')
})

/** Who is signed in, or null. */
export const findCaller = cache(async (): Promise<SignedIn | null> => {
  const token = await presented()
  return token && findSignedIn(token)
})

/** The caller in the club that the path names. A club that is not his answers 404, like one that does not exist. */
export const requireActor = cache(async (slug: string): Promise<Actor> => {
  const token = await presented()
  if (!token) return redirect('/sign-in')
  try {
    return (await sessionActor(token, slug, await pageTrace())) ?? redirect('/sign-in')
  } catch (error) {
    if (error instanceof Refusal && error.code === 'not_found') notFound()
    throw error
  }
})

export async function pageTrace(): Promise<Trace> {
  const given = await headers()
  const request = new Request('http://localhost/', { headers: new Headers(given) })
  return { requestId: randomUUID(), address: clientAddress(request), userAgent: given.get('user-agent')?.slice(0, 512) ?? null }
}
