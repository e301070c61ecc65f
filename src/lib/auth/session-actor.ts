import { z } from 'zod'
import type { Role } from '@/contracts/permissions'
import { slug as slugSchema } from '@/contracts/text'
import { db, type Prisma } from '../db/client'
import { requireRules } from '../db/floor'
import { notFound } from '../errors'
import { defineAbility } from '../permissions/ability'
import { scopesOf } from '../permissions/scopes'
import type { Actor, Trace } from './actor'
import type { HostSession } from './host-session'

/**
 * What the session cookie says, once its signature was checked: a user and a sign-in. Never a club, never a
 * role.
 */
export type SessionToken = { userId: string; sessionId: string }

/** A person who is signed in, in no club in particular. */
export type SignedIn = SessionToken & { name: string; email: string; authenticatedAt: Date }

const live = ({ userId, sessionId }: SessionToken) =>
  ({
    id: sessionId,
    userId,
    revokedAt: null,
    expiresAt: { gt: new Date() },
    user: { disabledAt: null, kind: 'user' },
  }) as const

/**
 * Memberships that a sign-in may use. Anyone could have taken an address that nobody proved: it opens only
 * the club that handed its owner the link to the account, and no other that invited the address since.
 */
const OPEN = {
  status: 'ACTIVE',
  OR: [{ vouched: true }, { user: { emailVerified: { not: null } } }],
} as const satisfies Prisma.MembershipWhereInput

/**
 * Who is signed in, read live; null when the sign-in has ended or the user is disabled.
 * @throws Refusal `unavailable` where the database needs newer rules
 */
export async function findSignedIn(token: SessionToken): Promise<SignedIn | null> {
  await requireRules()
  const session = await db().loginSession.findFirst({
    relationLoadStrategy: 'join',
    where: live(token),
    select: { authenticatedAt: true, user: { select: { name: true, email: true } } },
  })
  if (!session) return null
  return {
    ...token,
    name: session.user.name,
    email: session.user.email ?? '',
    authenticatedAt: session.authenticatedAt,
  }
}

/**
 * The actor behind a session in the club it names: sign-in, user and membership read live, in one statement.
 * @returns null when nobody is signed in
 * @throws Refusal `not_found` for a club that is unknown, or in which the person is no active member: the
 *   same answer; `unavailable` where the database needs newer rules
 */
export async function sessionActor(token: SessionToken, slug: string, trace: Trace): Promise<Actor | null> {
  await requireRules()
  // A slug that no club can have may not even be text that the database takes.
  const named = slugSchema.safeParse(slug).success ? slug : ''
  const session = await db().loginSession.findFirst({
    relationLoadStrategy: 'join',
    where: live(token),
    select: {
      authenticatedAt: true,
      user: {
        select: {
          memberships: { where: { ...OPEN, club: { slug: named } }, select: { clubId: true, roles: true } },
        },
      },
    },
  })
  if (!session) return null
  const [membership] = session.user.memberships
  if (!membership) throw notFound()
  const { userId, sessionId } = token
  const via = { kind: 'session', sessionId, authenticatedAt: session.authenticatedAt } as const
  return memberActor(userId, membership, via, trace)
}

/**
 * The same for a sign-in that the app vouches for which this layer stands in: user and membership are read
 * live.
 * @throws Refusal `not_found` and `unavailable` as {@link sessionActor}, the first also for a user that is
 *   unknown or disabled
 */
export async function hostActor(
  { userId, sessionId, authenticatedAt, stillValid }: HostSession & { sessionId: string },
  slug: string,
  trace: Trace,
): Promise<Actor> {
  await requireRules()
  const isId = z.uuid().safeParse(userId).success
  const membership =
    isId && slugSchema.safeParse(slug).success
      ? await db().membership.findFirst({
          where: { ...OPEN, userId, club: { slug }, user: { disabledAt: null, kind: 'user' } },
          select: { clubId: true, userId: true, roles: true },
        })
      : null
  if (!membership) throw notFound()
  const ofHost = { stillValid: stillValid ?? (() => Promise.resolve(true)) }
  // Sessions that went through JSON hold text, whatever their types say. What is no time is none that is fresh.
  const at = new Date(authenticatedAt)
  const via = { kind: 'session', sessionId, authenticatedAt: at, ofHost } as const
  // As the database spells it: the app may write ids in capitals.
  return memberActor(membership.userId, membership, via, trace)
}

function memberActor(
  userId: string,
  { clubId, roles }: { clubId: string; roles: readonly Role[] },
  via: Actor['via'],
  trace: Trace,
): Actor {
  const scopes = scopesOf(roles)
  const ability = defineAbility({ clubId, userId, roles, scopes, throughKey: false })
  return { clubId, userId, roles, scopes, ability, via, trace }
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
