import { canonicalEmail } from '@/contracts/email'
import { db } from '../db/client'
import { env } from '../env'
import type { Trace } from '../actor'
import { readClaims, type GivenIdentity } from './claims'
import { holdUser } from './hold-password'
import { linkIdentity } from './link-identity'
import { createIdentitySession } from './login-session'
import type { SessionToken } from './session-actor'

export type ResolvedIdentity =
  { ok: true; userId: string; subject: string } | { ok: false; reason: 'unknown_identity' | 'AccessDenied' }

/**
 * Signs in the person of this identity.
 * @param before the sign-in that the browser had: it ends
 */
export async function signInWithIdentity(
  given: GivenIdentity,
  trace: Trace,
  before: SessionToken | null,
): Promise<{ userId: string; sid: string } | { goTo: string }> {
  const found = await resolveIdentity(given, trace)
  if (!found.ok) return { goTo: `/sign-in?error=${found.reason}` }
  const { userId, subject } = found
  const sid = await createIdentitySession(userId, { issuer: given.issuer, subject }, trace, before)
  return sid === null ? { goTo: '/sign-in?error=unknown_identity' } : { userId, sid }
}

/**
 * Whose identity this is. An identity is issuer + subject (OpenID Connect Core §5.7): an email names a person
 * only if the issuer is trusted for it (`OIDC_TRUSTED_FOR_EMAIL`), says it is verified, and the address was
 * verified here too. Anyone else signs in by password first, then links; a sign-in alone links nothing.
 */
export async function resolveIdentity(given: GivenIdentity, trace: Trace): Promise<ResolvedIdentity> {
  const claims = readClaims(given)
  if (!claims) return { ok: false, reason: 'AccessDenied' }
  const { issuer } = given
  const { sub: subject, email, email_verified } = claims
  const known = await ownerOf(issuer, subject)
  if (known)
    return known.disabledAt ? { ok: false, reason: 'AccessDenied' } : { ok: true, userId: known.id, subject }
  const verified = email_verified === true || email_verified === 'true'
  const trusted = verified && env().OIDC_TRUSTED_FOR_EMAIL.includes(issuer)
  const userId = trusted && email ? await ownerOfAddress(email) : null
  const linked = userId !== null && (await linkByAddress(userId, { issuer, subject }, trace))
  return linked ? { ok: true, userId, subject } : { ok: false, reason: 'unknown_identity' }
}

async function ownerOf(issuer: string, subject: string) {
  const account = await db().account.findUnique({
    where: { provider_providerAccountId: { provider: issuer, providerAccountId: subject } },
    select: { user: { select: { id: true, disabledAt: true } } },
  })
  return account && account.user
}

async function ownerOfAddress(given: string): Promise<string | null> {
  const email = canonicalEmail(given)
  if (email === null) return null
  const where = { email, kind: 'user', disabledAt: null, emailVerified: { not: null } } as const
  const user = await db().user.findFirst({ where, select: { id: true } })
  return user && user.id
}

/** @returns false when somebody has linked it meanwhile */
async function linkByAddress(
  userId: string,
  identity: { issuer: string; subject: string },
  trace: Trace,
): Promise<boolean> {
  return db().$transaction(
    async (tx) => (await holdUser(tx, userId)) !== null && linkIdentity(tx, { userId, ...identity }, trace),
  )
}
