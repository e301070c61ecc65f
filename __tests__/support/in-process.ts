import '@/club-app'
import { encode } from 'next-auth/jwt'
import { authenticate } from '@/http/authenticate'
import { createLoginSession } from '@/lib/sign-in/login-session'
import { db } from '@/lib/db/client'
import type { Member } from './club'
import { assertDeclared } from './declared'
import { handlerOf } from './route-files'
import { ageSession } from './sign-in'

// A request past the door and through its handler as the app does it, in the test's own process: no build,
// and what the test changes here (memory, limits) is what the handler meets.

/** Who calls: a key's token, or a sign-in in a club. */
export type Caller = { token: string } | { cookie: string; slug: string; sessionId: string }

/** A sign-in of this member, as the browser presents it. @param minutes how long ago it was made */
export async function signedIn({ userId, clubId }: Pick<Member, 'userId' | 'clubId'>, minutes = 0) {
  const sessionId = await createLoginSession(userId, { requestId: null, address: null, userAgent: null })
  await ageSession(sessionId, minutes)
  const { slug } = await db().club.findUniqueOrThrow({ where: { id: clubId } })
  const token = { sub: userId, sid: sessionId }
  const cookie = await encode({ token, secret: process.env.NEXTAUTH_SECRET! })
  return { cookie: `next-auth.session-token=${cookie}`, slug, sessionId }
}

/** What goes as it is; everything else goes as JSON. */
const isWritten = (body: unknown): body is URLSearchParams | Buffer<ArrayBuffer> =>
  body instanceof URLSearchParams || Buffer.isBuffer(body)

/** @param target below `/api/v1/`, such as `api-keys/<id>/revoke?x=y` */
export async function ask(
  caller: Caller,
  method: string,
  target: string,
  body?: unknown,
  more: Record<string, string> = {},
): Promise<Response> {
  const request = () =>
    new Request(`http://localhost:3000/api/v1/${target}`, {
      method,
      headers: {
        ...('token' in caller
          ? { authorization: `Bearer ${caller.token}` }
          : { cookie: caller.cookie, 'x-club': caller.slug, origin: 'http://localhost:3000' }),
        ...(body !== undefined && !isWritten(body) && { 'content-type': 'application/json' }),
        ...more,
      },
      ...(body !== undefined && { body: isWritten(body) ? body : JSON.stringify(body) }),
    })
  const outcome = await authenticate(request())
  if ('refusal' in outcome) return outcome.refusal
  const { handler, params } = handlerOf(method, `/api/v1/${target.split('?')[0]}`)
  const headers = outcome.headers ?? new Headers()
  const answer = await handler(new Request(request(), { headers }), { params: Promise.resolve(params) })
  const type = answer.headers.get('content-type') ?? undefined
  // Another answer may be sent as it is read: a look at it would read all of it.
  const text = type?.startsWith('application/problem+json') ? await answer.clone().text() : ''
  assertDeclared(method, `/api/v1/${target}`, { type, body: text })
  return answer
}
