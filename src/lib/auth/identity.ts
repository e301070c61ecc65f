import { z } from 'zod'
import { isStorable } from '@/contracts/text'
import { db, Prisma } from '../db/client'
import { env } from '../env'
import { isFresh } from './fresh'
import type { SignedIn } from './session-actor'

const claimsSchema = z.object({
  sub: z.string().min(1).max(255).refine(isStorable),
  email: z.string().refine(isStorable).optional(),
  email_verified: z.union([z.boolean(), z.string()]).optional(),
})

type Given = { issuer: string; claims: unknown }
export type Identity =
  { ok: true; userId: string } | { ok: false; reason: 'unknown_identity' | 'AccessDenied' }

/**
 * Whose identity this is. An identity is issuer + subject (OpenID Connect Core §5.7): an email names a person
 * only if the issuer is trusted for it (`OIDC_TRUSTED_FOR_EMAIL`), says it is verified, and the address was
 * verified here too. Anyone else signs in first, then links.
 * @param current who is signed in while he brings this identity; it becomes his if it is nobody's and his
 *   sign-in is fresh
 */
export async function resolveIdentity(
  { issuer, claims }: Given,
  current: SignedIn | null = null,
): Promise<Identity> {
  const parsed = claimsSchema.safeParse(claims)
  if (!parsed.success || issuer === '') return { ok: false, reason: 'AccessDenied' }
  const { sub, email, email_verified } = parsed.data
  const where = { provider_providerAccountId: { provider: issuer, providerAccountId: sub } }
  const known = await db().account.findUnique({
    where,
    select: { userId: true, user: { select: { disabledAt: true } } },
  })
  if (known)
    return known.user.disabledAt ? { ok: false, reason: 'AccessDenied' } : { ok: true, userId: known.userId }
  const verified = email_verified === true || email_verified === 'true'
  const trusted = verified && env().OIDC_TRUSTED_FOR_EMAIL.includes(issuer)
  const userId = current ? freshUser(current) : trusted && email ? await ownerOfAddress(email) : null
  const linked = userId !== null && (await linkIdentity(userId, { issuer, subject: sub }, current?.sessionId))
  return linked ? { ok: true, userId } : { ok: false, reason: 'unknown_identity' }
}

const freshUser = ({ userId, authenticatedAt }: SignedIn) => (isFresh(authenticatedAt) ? userId : null)

async function ownerOfAddress(email: string): Promise<string | null> {
  const where = {
    email: inLowerCase(email),
    kind: 'user',
    disabledAt: null,
    emailVerified: { not: null },
  } as const
  const user = await db().user.findFirst({ where, select: { id: true } })
  return user?.id ?? null
}

/**
 * ASCII alone: `toLowerCase` makes a "k" of the Kelvin sign, and somebody else's mailbox of one that was
 * verified.
 */
const inLowerCase = (email: string) => email.replace(/[A-Z]/g, (letter) => letter.toLowerCase())

/**
 * Links an identity to a user.
 * @param sessionId the sign-in that brought it, if one did. The user is held while it is read: a link that
 *   proves the address ends it
 * @returns false when it is linked to someone already, or that sign-in has ended
 */
async function linkIdentity(
  userId: string,
  { issuer, subject }: { issuer: string; subject: string },
  sessionId?: string,
): Promise<boolean> {
  try {
    return await db().$transaction(async (tx) => {
      await tx.$queryRaw`SELECT 1 FROM "User" WHERE "id" = ${userId}::uuid FOR SHARE`
      if (
        sessionId !== undefined &&
        (await tx.loginSession.count({ where: { id: sessionId, userId, revokedAt: null } })) === 0
      )
        return false
      await tx.account.create({
        data: { userId, type: 'oidc', provider: issuer, providerAccountId: subject },
      })
      return true
    })
  } catch (error) {
    if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002') return false
    throw error
  }
}
