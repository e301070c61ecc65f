import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { db, type Transaction } from '../db/client'
import { env } from '../env'
import { log } from '../log'
import { tellOwner } from './tell-owner'
import { NOWHERE, type Trace } from '../actor'
import { endAllLoginSessions } from './login-session'
import { hashPassword } from './password'
import { passwordObjection } from './password-policy'
import { recordForPerson } from './person-record'
import { signInMethods, type LinkedIdentity } from './sign-in-methods'
import { unlink } from './unlink-identity'

/** How long a link is good, in milliseconds. */
export const LINK_LIFE_MS = 24 * 3600 * 1000

/**
 * Two kinds of link. One went to the address itself or through the operator: using it proves the address. The
 * other a club's admin was given to hand over; it proves nothing to any other club, because the admin could
 * use it themselves.
 */
const KINDS = { proving: 'set-password', handed: 'set-password-handed' } as const
type LinkKind = keyof typeof KINDS

const identifiersOf = (userId: string) => Object.values(KINDS).map((kind) => `${kind}:${userId}`)
const digestOf = (token: string) => createHash('sha256').update(token).digest('hex')

/**
 * Makes a link that sets a user's password once, within 24 hours. Every older one is void. The database keeps
 * only its digest. The secret is the link's fragment, which browsers send to no server: it reaches no log and
 * no Referer.
 */
export async function makeSetPasswordLink(
  tx: Transaction,
  userId: string,
  kind: LinkKind,
  token = randomBytes(32).toString('base64url'),
): Promise<string> {
  await lockUser(tx, userId)
  await tx.verificationToken.deleteMany({ where: { identifier: { in: identifiersOf(userId) } } })
  const expires = new Date(Date.now() + LINK_LIFE_MS)
  await tx.verificationToken.create({
    data: { identifier: `${KINDS[kind]}:${userId}`, token: digestOf(token), expires },
  })
  return linkOf(token)
}

type Mailing = { id: string; userId: string; mintedAt: Date | null }
export type MailedLink = { address: string; mintedAt: Date }

/**
 * The link of a mail, made when that is sent. Each attempt to send it has the same link, since a mailbox may
 * show only the first copy of two: it is derived from the mail, under a secret that the database does not
 * have. Each attempt sets its end anew.
 * @returns null when the link of an earlier attempt was used, or voided by another one
 */
export async function mailedLink(tx: Transaction, mail: Mailing): Promise<MailedLink | null> {
  const { id, userId } = mail
  await lockUser(tx, userId)
  if (mail.mintedAt === null) {
    const mintedAt = new Date()
    return { address: await makeSetPasswordLink(tx, userId, 'proving', tokenOfMail(id, mintedAt)), mintedAt }
  }
  const token = tokenOfMail(id, mail.mintedAt)
  const { count } = await tx.verificationToken.updateMany({
    where: { identifier: `${KINDS.proving}:${userId}`, token: digestOf(token) },
    data: { expires: new Date(Date.now() + LINK_LIFE_MS) },
  })
  return count === 0 ? null : { address: linkOf(token), mintedAt: mail.mintedAt }
}

function tokenOfMail(id: string, mintedAt: Date): string {
  const key = hkdfSync('sha256', env().NEXTAUTH_SECRET ?? '', '', 'clubkeys: links in mails', 32)
  return createHmac('sha256', Buffer.from(key)).update(`${id} ${mintedAt.toISOString()}`).digest('base64url')
}

/** A link that sets nothing but looks like any other, so that it tells nothing of the account. */
export const spentSetPasswordLink = (): string => linkOf(randomBytes(32).toString('base64url'))

const linkOf = (token: string) => `${new URL(env().NEXTAUTH_URL).origin}/set-password#${token}`

/** What the database keeps of a link. */
export const linkDigest = (address: string): string => digestOf(address.slice(address.indexOf('#') + 1))

/** Voids one link, by its digest. */
export async function voidSetPasswordLink(tx: Transaction, digest: string): Promise<void> {
  await tx.verificationToken.deleteMany({ where: { token: digest } })
}

export type LinkOwner = {
  email: string
  /** What else gets into the account and would go on doing so. */
  identities: LinkedIdentity[]
}

/** Whose password a link sets; null when the link is used up, void, too old or none. Uses up nothing. */
export async function peekSetPasswordLink(token: string): Promise<LinkOwner | null> {
  const found = await findLink(token)
  if (!found) return null
  const { email, userId, kind } = found
  const { identities } = await signInMethods(userId)
  return { email, identities: (await losesIdentities(db(), userId, kind)) ? [] : identities }
}

export type PasswordSet =
  | { ok: true; email: string }
  | { ok: false; reason: 'link' }
  | { ok: false; reason: 'password'; message: string }

/**
 * Sets the password by a link and uses the link up; of many at once exactly one wins. Ends every sign-in of
 * that user, and every identity that they do not keep: other people who had a way in lose it.
 * @param token the link's fragment
 * @param options `keep`: identities that still get this person in
 */
export async function setPassword(
  token: string,
  password: string,
  { keep = [], trace = NOWHERE }: { keep?: readonly string[]; trace?: Trace } = {},
): Promise<PasswordSet> {
  const found = await findLink(token)
  if (!found) return { ok: false, reason: 'link' }
  const { userId, email, kind } = found
  const message = passwordObjection(password, [email])
  if (message !== null) return { ok: false, reason: 'password', message }
  const passwordHash = await hashPassword(password)
  const won = await db().$transaction(async (tx) => {
    // Disabling a user deletes their links.
    await lockUser(tx, userId)
    const { count } = await tx.verificationToken.deleteMany({
      where: { token: digestOf(token), expires: { gt: new Date() } },
    })
    if (count === 0 || (kind === 'handed' && (await isTrustedElsewhere(tx, userId)))) return false
    const kept = (await losesIdentities(tx, userId, kind)) ? [] : keep
    await voidSetPasswordLinks(tx, userId)
    // Whoever handed the link over could have used it: from then on the address is proven to nobody.
    const data = { passwordHash, emailVerified: kind === 'proving' ? new Date() : null }
    await tx.user.update({ where: { id: userId }, data })
    await endAllLoginSessions(userId, { tx })
    await unlink(tx, { userId, trace }, { notIn: [...kept] })
    await recordForPerson(tx, { userId, trace }, { action: 'member.password-set' })
    await tellOwner(tx, userId, { is: 'password-set' })
    return true
  })
  if (!won) return { ok: false, reason: 'link' }
  log.info({ userId }, 'a password was set by link')
  return { ok: true, email }
}

/** A club that did not hand the link over takes the person for the owner of their address. */
async function isTrustedElsewhere(tx: Transaction, userId: string): Promise<boolean> {
  const user = await tx.user.findUniqueOrThrow({
    where: { id: userId },
    select: { emailVerified: true, _count: { select: { memberships: true } } },
  })
  return user.emailVerified !== null && user._count.memberships > 1
}

/**
 * While its address was unproven, somebody else may have used the account: the identities that were linked
 * then end when the address is proven, even those that were to be kept.
 */
async function losesIdentities(tx: Transaction, userId: string, kind: LinkKind): Promise<boolean> {
  if (kind !== 'proving') return false
  return (await tx.user.count({ where: { id: userId, emailVerified: null } })) > 0
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
  await deleteSetPasswordLinks(tx, userId)
}

/**
 * The same for callers that lock something else first; a link's maker waits for that while it holds the user.
 */
export async function deleteSetPasswordLinks(tx: Transaction, userId: string): Promise<void> {
  await tx.verificationToken.deleteMany({ where: { identifier: { in: identifiersOf(userId) } } })
}

/**
 * Before all other locks, so that making and using links of one user never wait for each other in a circle.
 */
async function lockUser(tx: Transaction, userId: string): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM "User" WHERE "id" = ${userId}::uuid FOR NO KEY UPDATE`
}
