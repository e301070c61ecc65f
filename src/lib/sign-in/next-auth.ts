import NextAuth, { type NextAuthOptions } from 'next-auth'
import CredentialsProvider from 'next-auth/providers/credentials'
import { z } from 'zod'
import { env } from '../env'
import { Refusal } from '../errors'
import type { Trace } from '../actor'
import { authLogger, logSignInTrouble } from './auth-log'
import { signInWithIdentity } from './identity'
import { bindLinkIntent } from './link-intent'
import { linkByIntent } from './link-identity'
import { createPasswordSession, endLoginSession, SESSION_SECONDS } from './login-session'
import { namesItself, openIdProviders } from './open-id'
import { configuredProviders } from './providers'
import { openCookie } from './sealed-cookie'
import type { SessionToken } from './session-actor'
import { isSecure } from '../own-origin'
import { sessionCookieName } from './session-cookie'
import { readSessionCookie } from './session-token'
import { signInWithPassword } from './sign-in'

/** A request to next-auth. Every value was checked: next-auth fails on odd ones. */
export type AuthAsked = {
  method: 'GET' | 'POST'
  action: string
  provider: string | null
  query: Record<string, string>
  body: Record<string, string>
  cookies: Record<string, string>
}

/** `failure`: why an act was not done, whatever next-auth answers. */
export type AuthAnswer = {
  status: number
  headers: [string, string][]
  body: string | null
  failure?: unknown
}

/** One request on its way through next-auth. */
type Passage = {
  asked: AuthAsked
  trace: Trace
  presented: SessionToken | null
  failure?: unknown
  signedOut?: true
}

/**
 * next-auth's answer.
 * @param trace where the request came from: an attempt is slowed by it, a sign-in recorded with it
 */
export async function askNextAuth(asked: AuthAsked, trace: Trace): Promise<AuthAnswer> {
  const cookie = asked.cookies[sessionCookieName()]
  const presented = cookie === undefined ? null : await readSessionCookie(cookie)
  const passage: Passage = { asked, trace, presented }
  const openId = await openIdProviders(turnOf(asked)).catch((error: unknown) => {
    logSignInTrouble('PROVIDER_AWAY', error)
    return null
  })
  if (openId === null) return ledTo(asked, '/sign-in?error=OAuthSignin')
  const answer = await run(asked, authOptions(passage, openId))
  if ('failure' in passage) return { ...answer, failure: passage.failure }
  // Without its CSRF token next-auth ends nothing, and answers as if it had.
  if (asked.method === 'POST' && asked.action === 'signout' && presented && !passage.signedOut)
    return {
      ...answer,
      failure: new Refusal('forbidden', 'This form belongs to another browser. Load the page again.'),
    }
  return bindIntent(passage, answer)
}

/** The provider that somebody is sent to, or comes back from. */
const turnOf = ({ method, action, provider }: AuthAsked): string | null =>
  (method === 'POST' && action === 'signin') || (method === 'GET' && action === 'callback') ? provider : null

/** Redirects as next-auth does: its own client is told the address, a browser is redirected. */
function ledTo({ body }: AuthAsked, path: string): AuthAnswer {
  const url = new URL(path, env().NEXTAUTH_URL).href
  if (body.json !== 'true') return { status: 302, headers: [['location', url]], body: null }
  return { status: 200, headers: [['content-type', 'application/json']], body: JSON.stringify({ url }) }
}

/**
 * Calls its handler for Node's requests: the one for Web requests reads cookies that its caller did not give
 * it.
 */
async function run(asked: AuthAsked, options: NextAuthOptions): Promise<AuthAnswer> {
  const { method, action, provider, query, body, cookies } = asked
  const answer: AuthAnswer = { status: 200, headers: [], body: null }
  const response = {
    status: (status: number) => ((answer.status = status), response),
    getHeader: () => answer.headers.filter(([name]) => name === 'set-cookie').map(([, value]) => value),
    setHeader: (name: string, value: string | string[]) => {
      const kept = answer.headers.filter(([known]) => known !== name.toLowerCase())
      const values = Array.isArray(value) ? value : [value]
      answer.headers = [...kept, ...values.map((one): [string, string] => [name.toLowerCase(), one])]
      return response
    },
    json: (value: unknown) => {
      response.setHeader('content-type', 'application/json')
      answer.body = JSON.stringify(value)
    },
    send: (value: unknown) => {
      answer.body = typeof value === 'string' || value === undefined ? (value ?? null) : JSON.stringify(value)
    },
    end: () => {},
  }
  const nextauth = provider === null ? [action] : [action, provider]
  const request = { method, body, cookies, headers: {}, query: { ...query, nextauth } }
  await (NextAuth(request as never, response as never, options) as Promise<void>)
  return answer
}

type Found = { id: string; sid: string }

function authOptions(passage: Passage, openId: NextAuthOptions['providers']): NextAuthOptions {
  const { asked, presented, trace } = passage
  const { NEXTAUTH_SECRET } = env()
  return {
    ...(NEXTAUTH_SECRET && { secret: NEXTAUTH_SECRET }),
    useSecureCookies: isSecure(),
    logger: authLogger,
    session: { strategy: 'jwt', maxAge: SESSION_SECONDS },
    jwt: { maxAge: SESSION_SECONDS, decode: ({ token }) => openCookie(token ?? '') },
    pages: { signIn: '/sign-in', signOut: '/account', error: '/sign-in', newUser: '/clubs' },
    providers: [passwordProvider(passage), ...openId],
    callbacks: {
      // Runs before the JWT is made: what it puts on `user` is what the next callback sees.
      signIn: async ({ user, account, profile }) => {
        if (account?.type !== 'oauth') return true
        const identity = { issuer: issuerOf(account.provider), claims: profile ?? {} }
        if (!asked.query.iss && (await namesItself(identity.issuer))) return '/sign-in?error=OAuthCallback'
        const found = await noting(passage, async () => {
          const linking = await linkByIntent(identity, { state: asked.query.state ?? '', presented, trace })
          return linking ?? signInWithIdentity(identity, trace, presented)
        })
        if ('goTo' in found) return found.goTo
        Object.assign(user, { id: found.userId, sid: found.sid } satisfies Found)
        return true
      },
      // Only these two, whatever a client sends along with `update()`: club and roles are read live on every
      // request.
      jwt: ({ token, user }) => {
        const found = user as Found | undefined
        return found ? { sub: found.id, sid: found.sid } : { sub: token.sub ?? '', sid: token.sid }
      },
      session: ({ session }) => ({ expires: session.expires }),
    },
    events: {
      // next-auth prints what an event throws, and answers as if nothing had happened.
      signOut: () =>
        noting(passage, async () => {
          if (presented) await endLoginSession(presented.userId, presented.sessionId)
          passage.signedOut = true
        }).catch(() => {}),
    },
  }
}

/** next-auth puts the message of an error into an address, so the error itself is kept in `passage`. */
async function noting<T>(passage: Passage, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    passage.failure = error
    logSignInTrouble('UNAVAILABLE', error)
    throw new Error('unavailable', { cause: error })
  }
}

function passwordProvider(passage: Passage) {
  const { trace, presented } = passage
  return CredentialsProvider({
    id: 'password',
    name: 'Password',
    credentials: { email: { type: 'email' }, password: { type: 'password' } },
    authorize: async (given): Promise<Found | null> => {
      const parsed = z.object({ email: z.string().max(254), password: z.string().max(1024) }).safeParse(given)
      if (!parsed.success) return null
      const found = await noting(passage, async () => {
        const result = await signInWithPassword({ ...parsed.data, address: trace.address })
        if (!result.ok) return result
        const { userId, passwordHash } = result
        return { ...result, sid: await createPasswordSession(userId, passwordHash, trace, presented) }
      })
      if (found.ok) return found.sid === null ? null : { id: found.userId, sid: found.sid }
      if (found.reason === 'slow_down') throw new Error('slow_down')
      return null
    },
  })
}

/** If somebody has permission to link, it is bound to the state of this very sign-in. */
async function bindIntent({ asked, presented }: Passage, answer: AuthAnswer): Promise<AuthAnswer> {
  const { action, method, provider, body } = asked
  if (action !== 'signin' || method !== 'POST' || provider === null || body.intent === undefined)
    return answer
  const address = z.object({ url: z.url() }).safeParse(JSON.parse(answer.body || 'null'))
  const state = address.success ? new URL(address.data.url).searchParams.get('state') : null
  const issuer = issuerOf(provider)
  if (state === null || (presented && (await bindLinkIntent(body.intent, { presented, issuer, state }))))
    return answer
  return ledTo(asked, '/account?link=expired')
}

const issuerOf = (provider: string): string =>
  configuredProviders().find(({ id }) => id === provider)?.issuer ?? ''
