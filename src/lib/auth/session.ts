import NextAuth, { type NextAuthOptions } from 'next-auth'
import { decode } from 'next-auth/jwt'
import CredentialsProvider from 'next-auth/providers/credentials'
import GoogleProvider from 'next-auth/providers/google'
import { z } from 'zod'
import { env } from '../env'
import type { Trace } from './actor'
import { resolveIdentity } from './identity'
import { createLoginSession, endLoginSession, SESSION_SECONDS } from './login-session'
import { findSignedIn, type SessionToken, type SignedIn } from './session-actor'
import { isSecure } from './session-cookie'
import { signInWithPassword } from './sign-in'

/** The names under which providers stand in next-auth's paths (`/api/auth/callback/oidc`). */
export const OIDC_PROVIDER = 'oidc'
export const GOOGLE_PROVIDER = 'google'

/**
 * next-auth for one request.
 * @param trace where the request came from: an attempt is slowed by it, a sign-in recorded with it
 * @param cookie the session cookie it presents: who is signed in already links the identity he brings
 */
export function authHandler(trace: Trace, cookie: string | null) {
  const current = async () => {
    const token = cookie === null ? null : await readSessionCookie(cookie)
    return token && findSignedIn(token)
  }
  return (request: Request, context: { params: Promise<{ nextauth: string[] }> }): Promise<Response> =>
    NextAuth(request as never, context as never, authOptions(trace, current)) as Promise<Response>
}

type Found = { id: string; sid?: string }

function authOptions(trace: Trace, current: () => Promise<SignedIn | null>): NextAuthOptions {
  const { NEXTAUTH_SECRET } = env()
  return {
    ...(NEXTAUTH_SECRET && { secret: NEXTAUTH_SECRET }),
    useSecureCookies: isSecure(),
    session: { strategy: 'jwt', maxAge: SESSION_SECONDS },
    pages: { signIn: '/sign-in', signOut: '/account', error: '/sign-in', newUser: '/clubs' },
    providers: [passwordProvider(trace), ...openIdProviders()],
    callbacks: {
      // Runs before the JWT is made: what it puts on `user` is what the next callback sees.
      signIn: async ({ user, account, profile }) => {
        if (account?.type === 'oauth') {
          const identity = { issuer: issuerOf(account.provider), claims: profile ?? {} }
          const resolved = await resolveIdentity(identity, await current())
          if (!resolved.ok) return `/sign-in?error=${resolved.reason}`
          user.id = resolved.userId
        }
        ;(user as Found).sid = await createLoginSession(user.id, trace)
        return true
      },
      // Only these two, whatever a client sends along with `update()`: club and roles are read live on every request.
      jwt: ({ token, user }) => {
        const found = user as Found | undefined
        return found ? { sub: found.id, sid: found.sid } : { sub: token.sub ?? '', sid: token.sid }
      },
      session: ({ session }) => ({ expires: session.expires }),
    },
    events: {
      signOut: async ({ token }) => {
        const parsed = sessionClaims.safeParse(token)
        if (parsed.success) await endLoginSession(parsed.data.sub, parsed.data.sid)
      },
    },
  }
}

function passwordProvider(trace: Trace) {
  return CredentialsProvider({
    id: 'password',
    name: 'Password',
    credentials: { email: { type: 'email' }, password: { type: 'password' } },
    authorize: async (given) => {
      const parsed = z.object({ email: z.string().max(254), password: z.string().max(1024) }).safeParse(given)
      if (!parsed.success) return null
      const result = await signInWithPassword({ ...parsed.data, address: trace.address })
      if (result.ok) return { id: result.userId }
      // The error's message becomes `?error=` on the sign-in page.
      if (result.reason === 'slow_down') throw new Error('slow_down')
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
    providers.push(GoogleProvider({ clientId: GOOGLE_CLIENT_ID, clientSecret: GOOGLE_CLIENT_SECRET, checks: ['pkce', 'state'] }))
  }
  return providers
}

const issuerOf = (provider: string): string => (provider === GOOGLE_PROVIDER ? 'https://accounts.google.com' : (env().OIDC_ISSUER ?? ''))

const sessionClaims = z.object({ sub: z.uuid(), sid: z.uuid() })

/** The session cookie's two claims, if it is ours and in time; null otherwise. Whether the sign-in still stands is not asked here. */
export async function readSessionCookie(cookie: string): Promise<SessionToken | null> {
  const { NEXTAUTH_SECRET } = env()
  if (!NEXTAUTH_SECRET) return null
  const token = await decode({ token: cookie, secret: NEXTAUTH_SECRET }).catch(() => null)
  const claims = sessionClaims.safeParse(token)
  return claims.success ? { userId: claims.data.sub, sessionId: claims.data.sid } : null
}
