import type { Transaction } from '../db/client'

export type Person = {
  userId: string
  email: string
  /** They proved their address and have a password or an identity: a link to set one is not needed. */
  canSignIn: boolean
}

/**
 * The person of an address, made if nobody has it yet. Locked until the commit: if two clubs invite a new
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
 * Whether only this club knows the person, and they have never signed in: only then may its admin get the
 * link to their account. Everybody who has the link could use it, and would then be that person in every
 * other club as well.
 */
export async function isOursAlone(tx: Transaction, clubId: string, userId: string): Promise<boolean> {
  const { passwordHash, emailVerified, ...known } = await waysOf(tx, clubId, userId)
  return passwordHash === null && emailVerified === null && known.ours
}

/** Whether only this club knows the person, and they sign in by password, if at all: it may set another one. */
export async function isOursToHelp(tx: Transaction, clubId: string, userId: string): Promise<boolean> {
  return (await waysOf(tx, clubId, userId)).ours
}

async function waysOf(tx: Transaction, clubId: string, userId: string) {
  const { _count, ...user } = await tx.user.findUniqueOrThrow({
    where: { id: userId },
    select: {
      passwordHash: true,
      emailVerified: true,
      _count: { select: { accounts: true, memberships: { where: { clubId: { not: clubId } } } } },
    },
  })
  return { ...user, ours: _count.accounts === 0 && _count.memberships === 0 }
}
