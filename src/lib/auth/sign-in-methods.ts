import { db } from '../db/client'
import { env } from '../env'
import { GOOGLE_PROVIDER, OIDC_PROVIDER } from './session'

export type Provider = { id: string; name: string; issuer: string }

/** The OpenID providers that are configured: their names in next-auth's paths, for people, and as `iss` (OpenID Connect Core §2). */
export function configuredProviders(): Provider[] {
  const { OIDC_ISSUER, OIDC_NAME, GOOGLE_CLIENT_ID } = env()
  return [
    ...(OIDC_ISSUER ? [{ id: OIDC_PROVIDER, name: OIDC_NAME, issuer: OIDC_ISSUER }] : []),
    ...(GOOGLE_CLIENT_ID ? [{ id: GOOGLE_PROVIDER, name: 'Google', issuer: 'https://accounts.google.com' }] : []),
  ]
}

/** How this person can sign in: by password, and by which issuers. */
export async function signInMethods(userId: string): Promise<{ password: boolean; issuers: string[] }> {
  const user = await db().user.findUniqueOrThrow({
    relationLoadStrategy: 'join',
    where: { id: userId },
    select: { passwordHash: true, accounts: { select: { provider: true } } },
  })
  return { password: user.passwordHash !== null, issuers: user.accounts.map(({ provider }) => provider) }
}
