import { headers } from 'next/headers'
import { notFound, redirect } from 'next/navigation'
import { cache } from 'react'
import { traceOf } from '@/http/context'
import { PATH_HEADER } from '@/http/headers'
import { countingLost } from '@/http/session'
import { isAlone } from '@/http/session-credential'
import type { Actor, Trace } from '@/lib/actor'
import {
  clubsShutTo,
  findSignedIn,
  sessionActor,
  type SessionToken,
  type SignedIn,
} from '@/lib/sign-in/session-actor'
import { sessionCookieIn } from '@/lib/sign-in/session-cookie'
import { getClub } from '@/lib/clubs/get-club'
import { readSessionCookie } from '@/lib/sign-in/session-token'
import { Refusal } from '@/lib/errors'

/**
 * The session that a page or server action was asked with, if no other credential stands beside it. Read once
 * a request.
 */
const presented = cache(async (): Promise<SessionToken | null> => {
  const request = await asked()
  const cookie = isAlone(request) ? sessionCookieIn(request.headers.get('cookie') ?? '') : null
  return cookie === null ? null : readSessionCookie(cookie)
})

/** null: nobody is signed in. */
export const findCaller = cache(async (): Promise<SignedIn | null> => {
  const token = await presented()
  return token && findSignedIn(token)
})

/** Sends everybody who is not signed in to the sign-in page, and from there back. */
export const requireSignedIn = cache(
  async (): Promise<SignedIn> => (await findCaller()) ?? redirect(await signInPath()),
)

/**
 * The caller in the club that the path names.
 * @returns null when nobody is signed in
 * @throws Refusal `not_found` for a club that is not theirs, like one that does not exist
 */
const findActor = cache(async (slug: string): Promise<Actor | null> => {
  const token = await presented()
  return token && sessionActor(token, slug, await pageTrace())
})

/** The same for a server action: a call that finds nobody counts, too. @throws RateLimited as well */
export async function findActing(slug: string): Promise<Actor | null> {
  const token = await presented()
  return token && countingLost(token.sessionId, () => findActor(slug))
}

/**
 * The caller in the club that the path names, for pages: a club that is not theirs is a 404, no sign-in leads
 * to the sign-in page. Whom the club has suspended is told so where the clubs are listed.
 */
export const requireActor = cache(async (slug: string): Promise<Actor> => {
  try {
    const actor = await findActor(slug)
    if (actor) return actor
  } catch (error) {
    if (error instanceof Refusal && error.code === 'not_found') return leave(slug)
    throw error
  }
  return redirect(await signInPath())
})

async function leave(slug: string): Promise<never> {
  const { userId } = await requireSignedIn()
  if ((await clubsShutTo(userId)).some((club) => club.slug === slug)) redirect('/clubs')
  return notFound()
}

/** The same club, with what its pages say of it. */
export const requireClub = cache(async (slug: string) => getClub(await requireActor(slug)))

export async function pageTrace(): Promise<Trace & { requestId: string }> {
  return traceOf(await asked())
}

async function asked(): Promise<Request> {
  return new Request('http://localhost/', { headers: new Headers(await headers()) })
}

async function signInPath(): Promise<string> {
  const path = (await headers()).get(PATH_HEADER)
  return path ? `/sign-in?callbackUrl=${encodeURIComponent(path)}` : '/sign-in'
}
