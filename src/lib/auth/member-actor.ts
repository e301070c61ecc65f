import { requireRules } from '../db/floor'
import { notFound } from '../errors'
import { findMember } from '../people/member'
import { defineAbility } from '../permissions/ability'
import { scopesOf } from '../permissions/scopes'
import type { Actor, Trace } from './actor'
import type { Session } from './session'

/**
 * The actor behind a sign-in in the club it names. User and membership are read live, unless the app has just
 * read them together with the sign-in.
 * @throws Refusal `not_found` for a club that is unknown, or in which the person is no active member: the
 *   same answer, also for a user that is unknown or disabled; `unavailable` where the database needs newer rules
 */
export async function memberActor(
  { userId, sessionId, authenticatedAt, stillValid, member }: Session & { sessionId: string },
  slug: string,
  trace: Trace,
): Promise<Actor> {
  await requireRules()
  const found = member === undefined ? await findMember(slug, userId) : member
  if (!found) throw notFound()
  // As the database spells it: the app may write ids in capitals.
  const { clubId, roles } = found
  const scopes = scopesOf(roles)
  const rights = { clubId, userId: found.userId, roles, scopes }
  const via = {
    kind: 'session',
    sessionId,
    // Sessions that went through JSON hold text, whatever their types say. What is no time is none that is
    // fresh.
    authenticatedAt: new Date(authenticatedAt),
    ...(stillValid && { stillValid }),
  } as const
  return { ...rights, ability: defineAbility({ ...rights, throughKey: false }), via, trace }
}
