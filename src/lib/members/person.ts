import type { Transaction } from '../db/client'

export type Person = {
  userId: string
  email: string
  /** He proved his address and has a password or an identity: a link to set one is not needed. */
  canSignIn: boolean
}

/**
 * The person of an address, made if nobody has it yet. Held until the commit: of two clubs that invite a new
 * address at once, the second sees what the first did.
 * @param email in lower case
 */
export async function personOf(
  tx: Transaction,
  { email, name }: { email: string; name?: string | undefined },
): Promise<Person> {
  await tx.user.createMany({ data: { email, name: name ?? email }, skipDuplicates: true })
  await tx.$queryRaw`SELECT 1 FROM "User" WHERE "email" = ${email} FOR NO KEY UPDATE`
  const user = await tx.user.findUniqueOrThrow({
    where: { email },
    select: { id: true, passwordHash: true, emailVerified: true, _count: { select: { accounts: true } } },
  })
  const canSignIn = user.emailVerified !== null && (user.passwordHash !== null || user._count.accounts > 0)
  return { userId: user.id, email, canSignIn }
}

/**
 * Whether nobody but this club knows the person, and he has never got in: only then may its admin be given
 * the link to his account. Whoever holds it could use it himself, and would be that person wherever else he
 * is one.
 */
export async function isOursAlone(tx: Transaction, clubId: string, userId: string): Promise<boolean> {
  const { passwordHash, emailVerified, _count } = await tx.user.findUniqueOrThrow({
    where: { id: userId },
    select: {
      passwordHash: true,
      emailVerified: true,
      _count: { select: { accounts: true, memberships: { where: { clubId: { not: clubId } } } } },
    },
  })
  return passwordHash === null && emailVerified === null && _count.accounts === 0 && _count.memberships === 0
}
