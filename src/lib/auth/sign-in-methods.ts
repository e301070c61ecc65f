import { db } from '../db/client'

/** How this person can sign in: by password, and by which issuers. */
export async function signInMethods(userId: string): Promise<{ password: boolean; issuers: string[] }> {
  const user = await db().user.findUniqueOrThrow({
    relationLoadStrategy: 'join',
    where: { id: userId },
    select: { passwordHash: true, accounts: { select: { provider: true } } },
  })
  return { password: user.passwordHash !== null, issuers: user.accounts.map(({ provider }) => provider) }
}
