import { env } from '../env'

/** The names under which providers stand in next-auth's paths (`/api/auth/callback/oidc`). */
export const OIDC_PROVIDER = 'oidc'
export const GOOGLE_PROVIDER = 'google'

export type Provider = { id: string; name: string; issuer: string }

/**
 * The OpenID providers that are configured: their names in next-auth's paths, for people, and as `iss`
 * (OpenID Connect Core §2).
 */
export function configuredProviders(): Provider[] {
  const { OIDC_ISSUER, OIDC_NAME, GOOGLE_CLIENT_ID } = env()
  return [
    ...(OIDC_ISSUER ? [{ id: OIDC_PROVIDER, name: OIDC_NAME, issuer: OIDC_ISSUER }] : []),
    ...(GOOGLE_CLIENT_ID
      ? [{ id: GOOGLE_PROVIDER, name: 'Google', issuer: 'https://accounts.google.com' }]
      : []),
  ]
}

/** The name of an issuer for people; for one that is no longer configured, its host. */
export const providerName = (issuer: string): string =>
  configuredProviders().find((one) => one.issuer === issuer)?.name ??
  (URL.canParse(issuer) ? new URL(issuer).host : issuer)
