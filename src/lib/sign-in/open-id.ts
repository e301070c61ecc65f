import type { NextAuthOptions } from 'next-auth'
import type { OAuthConfig, TokenEndpointHandler } from 'next-auth/providers/oauth'
import { z } from 'zod'
import { env } from '../env'
import { configuredProviders, GOOGLE_PROVIDER, OIDC_PROVIDER } from './providers'

/** How long a provider may take to answer, in milliseconds; some are asleep when they are first asked. */
const PATIENCE_MS = 15_000
/** How long a provider's discovery document is kept, in milliseconds. */
const BELIEVED_MS = 10 * 60_000
/**
 * Algorithms that sign with a private key. Never HS256, whose key the app has, too, nor `none`. The provider
 * may choose among the others (OpenID Connect Core §3.1.3.7), and its published keys say which fit.
 */
const SIGNED_BY_PROVIDER = /^((RS|PS)(256|384|512)|ES(256|384|512)|EdDSA)$/

/** OpenID Connect Discovery §3, as much of it as is used. */
const discovered = z.object({
  issuer: z.string().min(1),
  authorization_endpoint: z.url({ protocol: /^https?$/ }),
  token_endpoint: z.url({ protocol: /^https?$/ }),
  jwks_uri: z.url({ protocol: /^https?$/ }),
  authorization_response_iss_parameter_supported: z.boolean().optional(),
})
type Discovered = z.infer<typeof discovered>

const shared = globalThis as typeof globalThis & {
  clubkeysDiscovered?: Map<string, { at: number; found: Promise<Discovered> }>
}

/**
 * An issuer's discovery document: fetched once for all who wait, and again after ten minutes or a failure.
 */
function discover(issuer: string): Promise<Discovered> {
  const known = (shared.clubkeysDiscovered ??= new Map())
  const before = known.get(issuer)
  if (before && performance.now() - before.at < BELIEVED_MS) return before.found
  const found = askIssuer(issuer)
  known.set(issuer, { at: performance.now(), found })
  found.catch(() => known.delete(issuer))
  return found
}

async function askIssuer(issuer: string): Promise<Discovered> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const answer = await fetch(address, { signal: AbortSignal.timeout(PATIENCE_MS), cache: 'no-store' })
  if (!answer.ok) throw new Error(`the provider answered its discovery with ${answer.status}`)
  return discovered.parse(await answer.json())
}

/**
 * Whether this provider names itself in each of its answers (RFC 9207): then an answer without a name is
 * refused.
 */
export async function namesItself(issuer: string): Promise<boolean> {
  return (await discover(issuer)).authorization_response_iss_parameter_supported === true
}

/**
 * next-auth's providers.
 * @param asked the provider of this request: only its discovery document is fetched
 * @throws Error when it cannot be reached
 */
export async function openIdProviders(asked: string | null): Promise<NextAuthOptions['providers']> {
  return Promise.all(
    configuredProviders().map(async ({ id, name, issuer }) => {
      const found = id === asked ? await discover(issuer) : null
      return { ...baseOf(id, name), ...(found && endpointsOf(found)) } satisfies OAuthConfig<{ sub: string }>
    }),
  )
}

function baseOf(id: string, name: string) {
  const { OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET } = env()
  const [clientId, clientSecret] =
    id === GOOGLE_PROVIDER ? [GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET] : [OIDC_CLIENT_ID, OIDC_CLIENT_SECRET]
  return {
    id,
    name,
    type: 'oauth' as const,
    ...(clientId !== undefined && { clientId }),
    ...(clientSecret !== undefined && { clientSecret }),
    idToken: true,
    checks: id === OIDC_PROVIDER ? ['pkce', 'state', 'nonce'] : ['pkce', 'state'],
    profile: (claims: { sub: string }) => ({ id: claims.sub }),
  } satisfies OAuthConfig<{ sub: string }>
}

const endpointsOf = ({ issuer, authorization_endpoint, token_endpoint, jwks_uri }: Discovered) => ({
  issuer,
  authorization: { url: authorization_endpoint, params: { scope: 'openid email profile' } },
  token: { url: token_endpoint, request: exchangeCode },
  jwks_endpoint: jwks_uri,
  httpOptions: { timeout: PATIENCE_MS },
})

/**
 * Exchanges the code as the client's `callback` does, which checks state, issuer, nonce, times and signature;
 * but takes the algorithm that the token names, where the library expects RS256 unless it is told.
 */
const exchangeCode: NonNullable<TokenEndpointHandler['request']> = async (context) => {
  const { provider, params, checks } = context
  // Made for this one request. Its type leaves out the method that every token passes.
  const client = context.client as typeof context.client & {
    validateJWT: (jwt: string, algorithm: string, required?: string[]) => Promise<unknown>
  }
  const validate = client.validateJWT.bind(client)
  client.validateJWT = (jwt, _algorithm, required) => validate(jwt, algorithmOf(jwt), required)
  return { tokens: await client.callback(provider.callbackUrl, params, checks) }
}

const header = z.object({ alg: z.string().regex(SIGNED_BY_PROVIDER) })

/** @throws Error for a token without a signature of the provider's own */
function algorithmOf(token: string): string {
  const [first = ''] = token.split('.')
  return header.parse(JSON.parse(Buffer.from(first, 'base64url').toString() || 'null')).alg
}
