import { createHash, randomBytes } from 'node:crypto'
import { db, type Transaction } from '../db/client'
import { holdPassword } from './hold-password'
import type { SessionToken, SignedIn } from './session-actor'
import { signInWithPassword } from './sign-in'

/** How long somebody has to come back from the provider, in milliseconds. */
const LIFE_MS = 10 * 60_000

const digestOf = (secret: string) => createHash('sha256').update(secret).digest('hex')

type Proof = { issuer: string; password: string; address: string | null }
type LinkLeave =
  | { ok: true; intent: string }
  | { ok: false; reason: 'current' }
  | { ok: false; reason: 'slow_down'; retryAfterSeconds: number }

/**
 * Permission to link one identity at one provider: for this sign-in only, once, within ten minutes. It
 * requires the password, typed for this purpose: a sign-in, however recent, may be a stolen cookie, and an
 * identity that it links would let the thief in for good. Guessing is slowed like guessing at the sign-in
 * page, and counts there.
 * @returns `intent`, which the sign-in at the provider is started with
 */
export async function startLinking(
  { userId, sessionId, email }: SignedIn,
  { issuer, password, address }: Proof,
): Promise<LinkLeave> {
  const known = await signInWithPassword({ email, password, address })
  if (!known.ok) return known.reason === 'refused' ? { ok: false, reason: 'current' } : known
  const intent = randomBytes(32).toString('base64url')
  const expiresAt = new Date(Date.now() + LIFE_MS)
  const given = await db().$transaction(async (tx) => {
    if (!(await holdPassword(tx, { userId, sessionId, passwordHash: known.passwordHash }))) return false
    await tx.linkIntent.deleteMany({ where: { OR: [{ sessionId }, { expiresAt: { lt: new Date() } }] } })
    await tx.linkIntent.create({ data: { sessionId, issuer, token: digestOf(intent), expiresAt } })
    return true
  })
  return given ? { ok: true, intent } : { ok: false, reason: 'current' }
}

type Beginning = { presented: SessionToken; issuer: string; state: string }

/**
 * Binds the permission to the OAuth state of a sign-in at the provider: no other answer can use it. @returns
 * false when it is not valid, or bound already
 */
export async function bindLinkIntent(
  intent: string,
  { presented: { sessionId }, issuer, state }: Beginning,
): Promise<boolean> {
  const { count } = await db().linkIntent.updateMany({
    where: { token: digestOf(intent), sessionId, issuer, state: null, expiresAt: { gt: new Date() } },
    data: { state: digestOf(state) },
  })
  return count === 1
}

/** Whether this state belongs to an attempt to link, anybody's and of any time. */
export async function isLinkIntent(state: string): Promise<boolean> {
  return (await db().linkIntent.count({ where: { state: digestOf(state) } })) > 0
}

/** Uses the permission up. @returns false when it is not this sign-in's, for another issuer, or too old */
export async function spendLinkIntent(
  tx: Transaction,
  { presented: { sessionId }, issuer, state }: Beginning,
): Promise<boolean> {
  const { count } = await tx.linkIntent.deleteMany({
    where: { state: digestOf(state), sessionId, issuer, expiresAt: { gt: new Date() } },
  })
  return count === 1
}
