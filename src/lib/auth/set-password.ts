import { createHash, randomBytes } from 'node:crypto'
import { db, type Transaction } from '../db/client'
import { env } from '../env'
import { log } from '../log'
import { endAllLoginSessions } from './login-session'
import { hashPassword } from './password'
import { passwordObjection } from './password-policy'

/** How long a link is good, in milliseconds. */
const LINK_LIFE_MS = 24 * 3600 * 1000

/**
 * Two kinds of link. One went to the address itself or through the operator: using it proves the address. The
 * other a club's admin was given to hand over; it proves nothing to any other club, because the admin could
 * use it himself.
 */
const KINDS = { proving: 'set-password', handed: 'set-password-handed' } as const
export type LinkKind = keyof typeof KINDS

const identifiersOf = (userId: string) => Object.values(KINDS).map((kind) => `${kind}:${userId}`)
const digestOf = (token: string) => createHash('sha256').update(token).digest('hex')

/**
 * Makes a link that sets a user's password once, within 24 hours. Every older one is void. The database keeps
 * only its digest. The secret is the link's fragment, which browsers send to no server: it reaches no log and
 * no Referer.
 */
export async function makeSetPasswordLink(tx: Transaction, userId: string, kind: LinkKind): Promise<string> {
  await lockUser(tx, userId)
  const token = randomBytes(32).toString('base64url')
  await tx.verificationToken.deleteMany({ where: { identifier: { in: identifiersOf(userId) } } })
  const expires = new Date(Date.now() + LINK_LIFE_MS)
  await tx.verificationToken.create({
    data: { identifier: `${KINDS[kind]}:${userId}`, token: digestOf(token), expires },
  })
  return linkOf(token)
}

/**
 * A link that sets nothing, to look at like any other: whoever is given one learns nothing of the account it
 * is for.
 */
export const spentSetPasswordLink = (): string => linkOf(randomBytes(32).toString('base64url'))

const linkOf = (token: string) => `${new URL(env().NEXTAUTH_URL).origin}/set-password#${token}`

/** Whose password a link sets; null when the link is used up, void, too old or none. Uses up nothing. */
export async function peekSetPasswordLink(token: string): Promise<{ email: string } | null> {
  const user = await findLink(token)
  return user && { email: user.email }
}

export type SetPassword =
  | { ok: true; email: string }
  | { ok: false; reason: 'link' }
  | { ok: false; reason: 'password'; message: string }

/**
 * Sets the password by a link and uses the link up; of many at once exactly one wins. Ends every sign-in of
 * that user: whoever knew the old password is out.
 * @param token the link's fragment
 */
export async function setPassword(token: string, password: string): Promise<SetPassword> {
  const found = await findLink(token)
  if (!found) return { ok: false, reason: 'link' }
  const { userId, email, kind } = found
  const message = passwordObjection(password, [email])
  if (message !== null) return { ok: false, reason: 'password', message }
  const passwordHash = await hashPassword(password)
  const won = await db().$transaction(async (tx) => {
    await lockUser(tx, userId)
    const { count } = await tx.verificationToken.deleteMany({
      where: { token: digestOf(token), expires: { gt: new Date() } },
    })
    if (count === 0) return false
    if (kind === 'proving') await proveAddress(tx, userId)
    await tx.user.update({ where: { id: userId }, data: { passwordHash } })
    await endAllLoginSessions(userId, { tx })
    return true
  })
  if (won) log.info({ userId }, 'a password was set by link')
  return won ? { ok: true, email } : { ok: false, reason: 'link' }
}

/**
 * Whoever used the account while its address was unproven may have been somebody else: the identities he
 * linked go with his password.
 */
async function proveAddress(tx: Transaction, userId: string): Promise<void> {
  const { count } = await tx.user.updateMany({
    where: { id: userId, emailVerified: null },
    data: { emailVerified: new Date() },
  })
  if (count > 0) await tx.account.deleteMany({ where: { userId } })
}

async function findLink(token: string): Promise<{ userId: string; email: string; kind: LinkKind } | null> {
  const row = await db().verificationToken.findFirst({
    where: { token: digestOf(token), expires: { gt: new Date() } },
  })
  const [prefix, userId] = row?.identifier.split(':') ?? []
  const kind = (Object.keys(KINDS) as LinkKind[]).find((name) => KINDS[name] === prefix)
  if (!kind || !userId) return null
  const user = await db().user.findFirst({
    where: { id: userId, kind: 'user', disabledAt: null },
    select: { email: true },
  })
  return user && { userId, email: user.email ?? '', kind }
}

/** Voids every link that would set this user's password. */
export async function voidSetPasswordLinks(tx: Transaction, userId: string): Promise<void> {
  await lockUser(tx, userId)
  await tx.verificationToken.deleteMany({ where: { identifier: { in: identifiersOf(userId) } } })
}

/** First of all, so that making and using links of one user wait for, not on, each other. */
async function lockUser(tx: Transaction, userId: string): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM "User" WHERE "id" = ${userId}::uuid FOR NO KEY UPDATE`
}
