import { db } from '../db/client'
import { providerName } from './providers'

/** An identity that gets somebody in: the provider's name and issuer, and since when. Never its subject. */
export type LinkedIdentity = { id: string; name: string; issuer: string; linkedAt: string }

/** How this person can sign in: by password, and by which identities, the newest first. */
export async function signInMethods(
  userId: string,
): Promise<{ password: boolean; identities: LinkedIdentity[] }> {
  const user = await db().user.findUniqueOrThrow({
    relationLoadStrategy: 'join',
    where: { id: userId },
    select: {
      passwordHash: true,
      accounts: {
        orderBy: { createdAt: 'desc' },
        select: { id: true, provider: true, createdAt: true },
      },
    },
  })
  const identities = user.accounts.map(({ id, provider, createdAt }) => ({
    id,
    name: providerName(provider),
    issuer: provider,
    linkedAt: createdAt.toISOString(),
  }))
  return { password: user.passwordHash !== null, identities }
}
