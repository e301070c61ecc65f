import type { Actor, Trace } from '../actor'
import { memberActor } from '../auth/member-actor'
import type { Session } from '../auth/session'
import { db, type Transaction } from '../db/client'
import { requireRules } from '../db/floor'
import { clubCalled, OPEN, SHUT } from './open-membership'

/**
 * What the session cookie says, once its signature was checked: a user and a sign-in. Never a club, never a
 * role.
 */
export type SessionToken = { userId: string; sessionId: string }

/** A person who is signed in, without a club. */
export type SignedIn = SessionToken & {
  name: string
  email: string
  hasPassword: boolean
  authenticatedAt: Date
}

const live = ({ userId, sessionId }: SessionToken) =>
  ({
    id: sessionId,
    userId,
    revokedAt: null,
    expiresAt: { gt: new Date() },
    user: { disabledAt: null, kind: 'user' },
  }) as const

/**
 * The person who is signed in, read live; null when the sign-in has ended or the user is disabled.
 * @throws Refusal `unavailable` where the database needs newer rules
 */
export async function findSignedIn(token: SessionToken): Promise<SignedIn | null> {
  await requireRules()
  const session = await db().loginSession.findFirst({
    relationLoadStrategy: 'join',
    where: live(token),
    select: { authenticatedAt: true, user: { select: { name: true, email: true, passwordHash: true } } },
  })
  if (!session) return null
  const { name, email, passwordHash } = session.user
  return {
    ...token,
    name,
    email: email ?? '',
    hasPassword: passwordHash !== null,
    authenticatedAt: session.authenticatedAt,
  }
}

/**
 * The sign-in of a session cookie with its person in the club that is named, read live in one statement;
 * null: ended.
 */
export async function findSession(token: SessionToken, slug: string): Promise<OwnSession | null> {
  const session = await db().loginSession.findFirst({
    relationLoadStrategy: 'join',
    where: live(token),
    select: {
      authenticatedAt: true,
      user: {
        select: {
          memberships: {
            where: { ...OPEN, club: { slug: clubCalled(slug) } },
            select: { clubId: true, userId: true, roles: true },
          },
        },
      },
    },
  })
  if (!session) return null
  const { authenticatedAt, user } = session
  const stillValid = async (tx: Transaction) =>
    (await tx.loginSession.count({ where: { id: token.sessionId, userId: token.userId, revokedAt: null } })) >
    0
  return { ...token, authenticatedAt, stillValid, member: user.memberships[0] ?? null }
}

type OwnSession = Session & Pick<SessionToken, 'sessionId'>

/**
 * The actor behind a session cookie in the club it names.
 * @returns null when nobody is signed in
 * @throws Refusal `not_found` for a club that is unknown, or in which the person is no active member: the
 *   same answer; `unavailable` where the database needs newer rules
 */
export async function sessionActor(token: SessionToken, slug: string, trace: Trace): Promise<Actor | null> {
  await requireRules()
  const session = await findSession(token, slug)
  return session && memberActor(session, slug, trace)
}

/** The clubs that have suspended this person: their names alone, for a suspended member sees nothing more. */
export async function clubsShutTo(userId: string): Promise<{ slug: string; name: string }[]> {
  const memberships = await db().membership.findMany({
    where: { userId, ...SHUT },
    orderBy: { club: { name: 'asc' } },
    select: { club: { select: { slug: true, name: true } } },
  })
  return memberships.map(({ club }) => club)
}

/** The clubs this person may enter, by name. */
export async function clubsOf(userId: string) {
  const memberships = await db().membership.findMany({
    where: { userId, ...OPEN },
    orderBy: { club: { name: 'asc' } },
    select: { roles: true, club: { select: { slug: true, name: true } } },
  })
  return memberships.map(({ roles, club }) => ({ ...club, roles }))
}
