import NextAuth, { type LoggerInstance, type NextAuthOptions } from 'next-auth'
import { decode, type JWT, type JWTDecodeParams } from 'next-auth/jwt'
import CredentialsProvider from 'next-auth/providers/credentials'
import GoogleProvider from 'next-auth/providers/google'
import { z } from 'zod'
import { env } from '../env'
import { log } from '../log'
import type { Trace } from './actor'
import { resolveIdentity } from './identity'
import {
  createIdentitySession,
  createPasswordSession,
  endLoginSession,
  SESSION_SECONDS,
} from './login-session'
import { configuredProviders, OIDC_PROVIDER } from './providers'
import { findSignedIn, type SessionToken } from './session-actor'
import { isSecure } from './session-cookie'
import { signInWithPassword } from './sign-in'

/**
 * next-auth for one request.
 * @param trace where the request came from: an attempt is slowed by it, a sign-in recorded with it
 * @param cookie the session cookie it presents: who is signed in already links the identity he brings; a new
 *   sign-in ends the one before
 */
export function authHandler(trace: Trace, cookie: string | null) {
  const presented = async () => (cookie === null ? null : readSessionCookie(cookie))
  return (request: Request, context: { params: Promise<{ nextauth: string[] }> }): Promise<Response> =>
    NextAuth(request as never, context as never, authOptions(trace, presented)) as Promise<Response>
}

/** next-auth would print what a client sent as it came, lines and all: as JSON it stays within one. */
const logger: Partial<LoggerInstance> = {
  error: (code, metadata) =>
    log.error({ code, err: metadata instanceof Error ? metadata : metadata.error }, 'next-auth'),
  warn: (code) => log.warn({ code }, 'next-auth'),
}

type Found = { id: string; sid?: string }
type Presented = () => Promise<SessionToken | null>

function authOptions(trace: Trace, presented: Presented): NextAuthOptions {
  const { NEXTAUTH_SECRET } = env()
  return {
    ...(NEXTAUTH_SECRET && { secret: NEXTAUTH_SECRET }),
    useSecureCookies: isSecure(),
    logger,
    session: { strategy: 'jwt', maxAge: SESSION_SECONDS },
    jwt: { maxAge: SESSION_SECONDS, decode: decodeOurs },
    pages: { signIn: '/sign-in', signOut: '/account', error: '/sign-in', newUser: '/clubs' },
    providers: [passwordProvider(trace), ...openIdProviders()],
    callbacks: {
      // Runs before the JWT is made: what it puts on `user` is what the next callback sees.
      signIn: async ({ user, account, profile }) => {
        if (account?.type !== 'oauth') return true
        const identity = { issuer: issuerOf(account.provider), claims: profile ?? {} }
        const found = await discreetly(() => signInWithIdentity(identity, presented, trace))
        if (!found.ok) return `/sign-in?error=${found.reason}`
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
      signIn: async () => {
        const before = await presented()
        if (before) await endLoginSession(before.userId, before.sessionId)
      },
      signOut: async ({ token }) => {
        const parsed = sessionClaims.safeParse(token)
        if (parsed.success) await endLoginSession(parsed.data.sub, parsed.data.sid)
      },
    },
  }
}

async function signInWithIdentity(
  identity: { issuer: string; claims: object },
  presented: Presented,
  trace: Trace,
) {
  const token = await presented()
  const found = await resolveIdentity(identity, token && (await findSignedIn(token)))
  if (!found.ok) return found
  const sid = await createIdentitySession(found.userId, identity.issuer, trace)
  return sid === null ? ({ ok: false, reason: 'unknown_identity' } as const) : { ...found, sid }
}

/** next-auth shows the message of whatever is thrown in the address of the sign-in page. */
async function discreetly<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    log.error({ err: error }, 'signing in failed')
    throw new Error('unavailable', { cause: error })
  }
}

function passwordProvider(trace: Trace) {
  return CredentialsProvider({
    id: 'password',
    name: 'Password',
    credentials: { email: { type: 'email' }, password: { type: 'password' } },
    authorize: async (given): Promise<Found | null> => {
      const parsed = z.object({ email: z.string().max(254), password: z.string().max(1024) }).safeParse(given)
      if (!parsed.success) return null
      const found = await discreetly(async () => {
        const result = await signInWithPassword({ ...parsed.data, address: trace.address })
        return result.ok
          ? { ...result, sid: await createPasswordSession(result.userId, result.passwordHash, trace) }
          : result
      })
      if (found.ok) return found.sid === null ? null : { id: found.userId, sid: found.sid }
      if (found.reason === 'slow_down') throw new Error('slow_down')
      return null
    },
  })
}

function openIdProviders(): NextAuthOptions['providers'] {
  const { OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET } = env()
  const providers: NextAuthOptions['providers'] = []
  if (OIDC_ISSUER && OIDC_CLIENT_ID && OIDC_CLIENT_SECRET) {
    providers.push({
      id: OIDC_PROVIDER,
      name: env().OIDC_NAME,
      type: 'oauth',
      issuer: OIDC_ISSUER,
      wellKnown: `${OIDC_ISSUER.replace(/\/$/, '')}/.well-known/openid-configuration`,
      clientId: OIDC_CLIENT_ID,
      clientSecret: OIDC_CLIENT_SECRET,
      idToken: true,
      checks: ['pkce', 'state', 'nonce'],
      authorization: { params: { scope: 'openid email profile' } },
      profile: (claims: { sub: string }) => ({ id: claims.sub }),
    })
  }
  if (GOOGLE_CLIENT_ID && GOOGLE_CLIENT_SECRET) {
    providers.push(
      GoogleProvider({
        clientId: GOOGLE_CLIENT_ID,
        clientSecret: GOOGLE_CLIENT_SECRET,
        checks: ['pkce', 'state'],
      }),
    )
  }
  return providers
}

const issuerOf = (provider: string): string =>
  configuredProviders().find(({ id }) => id === provider)?.issuer ?? ''

/** `{"alg":"dir","enc":"A256GCM"}`, with which every cookie of ours begins, and no key in it. */
const OUR_HEADER = `${Buffer.from('{"alg":"dir","enc":"A256GCM"}').toString('base64url')}..`

/**
 * A header (RFC 7516) may name other ways to decrypt, one of which stretches the secret ten thousand times
 * before it fails: for anyone.
 */
const decodeOurs = async (given: JWTDecodeParams): Promise<JWT | null> =>
  given.token?.startsWith(OUR_HEADER) ? decode(given) : null

const sessionClaims = z.object({ sub: z.uuid(), sid: z.uuid() })

/**
 * The session cookie's two claims, if it is ours and in time; null otherwise. Whether the sign-in still
 * stands is not asked here.
 */
export async function readSessionCookie(cookie: string): Promise<SessionToken | null> {
  const { NEXTAUTH_SECRET } = env()
  if (!NEXTAUTH_SECRET) return null
  const token = await decodeOurs({ token: cookie, secret: NEXTAUTH_SECRET }).catch(() => null)
  const claims = sessionClaims.safeParse(token)
  return claims.success ? { userId: claims.data.sub, sessionId: claims.data.sid } : null
}
