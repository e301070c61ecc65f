import { decode } from 'next-auth/jwt'
import type { Actor } from '@/lib/actor'
import { createLoginSession } from '@/lib/sign-in/login-session'
import { hashPassword } from '@/lib/sign-in/password'
import { clubsOf, sessionActor } from '@/lib/sign-in/session-actor'
import { db } from '@/lib/db/client'
import { twoClubs, type Member } from './club'
import type { RawResponse } from './raw-http'
import type { Server } from './server'
import type { Role } from './tenancy'

const NO_TRACE = { requestId: null, address: null, userAgent: null }
const MINUTE_MS = 60_000

export const PASSWORD = 'seven plain words that nobody guesses'
let passwordHash: Promise<string> | undefined

/** Lets this member sign in with {@link PASSWORD}. */
export async function givePassword({ userId }: Pick<Member, 'userId'>): Promise<void> {
  passwordHash ??= hashPassword(PASSWORD)
  await db().user.update({ where: { id: userId }, data: { passwordHash: await passwordHash } })
}

/** The actor of a sign-in in the member's club, without HTTP. @param minutes how long ago they signed in */
export async function sessionOf(
  { userId, clubId }: Pick<Member, 'userId' | 'clubId'>,
  minutes = 0,
): Promise<Actor> {
  const sessionId = await createLoginSession(userId, NO_TRACE)
  await ageSession(sessionId, minutes)
  const { slug } = await db().club.findUniqueOrThrow({ where: { id: clubId } })
  const actor = await sessionActor({ userId, sessionId }, slug, NO_TRACE)
  if (!actor) throw new Error('not signed in')
  return actor
}

/** Whether a sign-in of this person opens a club. */
export async function enters(userId: string, slug: string): Promise<boolean> {
  const sessionId = await createLoginSession(userId, NO_TRACE)
  const actor = await sessionActor({ userId, sessionId }, slug, NO_TRACE).catch(() => null)
  expect((await clubsOf(userId)).some((club) => club.slug === slug)).toBe(actor !== null)
  return actor !== null
}

/** As if this person had linked an identity. */
export async function linkTo(
  userId: string,
  { issuer, claims }: { issuer: string; claims: { sub: string } },
): Promise<string> {
  const data = { userId, type: 'oidc', provider: issuer, providerAccountId: claims.sub }
  return (await db().account.create({ data })).id
}

/** Makes a sign-in look as if it was made this long ago. */
export async function ageSession(id: string, minutes: number): Promise<void> {
  await db().loginSession.update({
    where: { id },
    data: { authenticatedAt: new Date(Date.now() - minutes * MINUTE_MS) },
  })
}

/** Forgets every sign-in that was tried, so that a test starts with none. */
export const forgetAttempts = () => db().rateLimiterFlexible.deleteMany()

type Credentials = { email: string; password: string }

/** What next-auth answers to a sign-in as its own page makes it: the csrf token first, then the form. */
export async function trySignIn(server: Server, { email, password }: Credentials): Promise<RawResponse> {
  return postForm(server, '/api/auth/callback/password', { email, password })
}

/**
 * A form that next-auth takes: with its csrf token, and the cookie that goes with it. @param cookies what the
 * browser sends besides
 */
export async function postForm(
  server: Server,
  path: string,
  fields: Record<string, string>,
  cookies: string[] = [],
): Promise<RawResponse> {
  const csrf = await server.send({ path: '/api/auth/csrf' })
  const { csrfToken } = csrf.json() as { csrfToken: string }
  return server.send({
    method: 'POST',
    path,
    headers: [
      ['Content-Type', 'application/x-www-form-urlencoded'],
      ['Cookie', [...cookiesOf(csrf), ...cookies].join('; ')],
    ],
    body: new URLSearchParams({ ...fields, csrfToken, json: 'true' }).toString(),
  })
}

/** `name=value` of every cookie that an answer sets. */
const cookiesOf = ({ headers }: RawResponse): string[] =>
  setCookies(headers).map((line) => line.split(';')[0] ?? '')
export const setCookies = (headers: RawResponse['headers']): string[] =>
  headers['set-cookie']?.split('\n') ?? []

const SESSION_COOKIE = /^(__Secure-)?next-auth\.session-token=./

/** Signs in over HTTP, as a browser does. Returns the session cookie, `name=value`. */
export async function signIn(
  server: Server,
  { email }: Pick<Member, 'email'>,
  password = PASSWORD,
): Promise<string> {
  const answer = await trySignIn(server, { email, password })
  const cookie = cookiesOf(answer).find((one) => SESSION_COOKIE.test(one))
  if (!cookie) throw new Error(`not signed in: ${answer.status} ${answer.body}`)
  return cookie
}

type Request = {
  method?: string
  path: string
  body?: unknown
  without?: string[]
  headers?: [string, string][]
}

/**
 * Calls the API as a page of ours in this club would: cookie, `X-Club` and, for what changes something,
 * `Origin`.
 */
export function browser(server: Server, cookie: string, slug: string) {
  return ({ method = 'GET', path, body, without = [], headers = [] }: Request): Promise<RawResponse> => {
    const own: [string, string][] = [
      ['Cookie', cookie],
      ['X-Club', slug],
      ['Origin', `http://localhost:${server.port}`],
      ...(body === undefined ? [] : [['Content-Type', typeOf(body)] as [string, string]]),
    ]
    const given = new Set([...without, ...headers.map(([name]) => name)])
    const sent = [...own.filter(([name]) => !given.has(name)), ...headers]
    return server.send({
      method,
      path,
      headers: sent,
      ...(body !== undefined && { body: textOf(body) }),
    })
  }
}

/** A form where it is one, else JSON. */
export const typeOf = (body: unknown): string =>
  body instanceof URLSearchParams ? 'application/x-www-form-urlencoded' : 'application/json'
export const textOf = (body: unknown): string =>
  body instanceof URLSearchParams ? body.toString() : JSON.stringify(body)

/** Two clubs, and a member of the first one who is signed in. */
export async function useSession(server: Server, role: 'admin' | 'coach' | 'athlete' = 'admin') {
  const { home, rival } = await twoClubs()
  const member = home[role]
  await givePassword(member)
  const cookie = await signIn(server, member)
  const { sid } = await claimsOf(cookie)
  return { home, rival, member, cookie, sid, ask: browser(server, cookie, home.slug) }
}

/** What the session cookie holds. */
export async function claimsOf(cookie: string): Promise<Record<string, unknown> & { sid: string }> {
  const claims = await decode({
    token: cookie.slice(cookie.indexOf('=') + 1),
    secret: process.env.NEXTAUTH_SECRET!,
  })
  return claims as unknown as Record<string, unknown> & { sid: string }
}

const at = ({ clubId, userId }: Pick<Member, 'clubId' | 'userId'>) => ({ clubId_userId: { clubId, userId } })
export const membershipOf = (member: Pick<Member, 'clubId' | 'userId'>) =>
  db().membership.findUniqueOrThrow({ where: at(member) })
export const setMembership = (member: Pick<Member, 'clubId' | 'userId'>, data: Partial<Membership>) =>
  db().membership.update({ where: at(member), data })
type Membership = { roles: Role[]; status: 'ACTIVE' | 'SUSPENDED' | 'REMOVED' }
