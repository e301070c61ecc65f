import { requireRules } from '../db/floor'
import { notFound } from '../errors'
import { findMember } from '../people/member'
import { defineAbility } from '../permissions/ability'
import { scopesOf } from '../permissions/scopes'
import type { Actor, Trace } from '../actor'
import type { Session } from './session'

/**
 * The actor behind a sign-in, in the club that it names. User and membership are read live, unless the app
 * has just read them with the sign-in.
 * @throws Refusal `not_found`, the same for an unknown club, for a person who is no active member, and for an
 *   unknown or disabled user; `unavailable` where the database needs newer rules
 */
export async function memberActor(
  { userId, sessionId, authenticatedAt, stillValid, member }: Session & { sessionId: string },
  slug: string,
  trace: Trace,
): Promise<Actor> {
  await requireRules()
  const found = member === undefined ? await findMember(slug, userId) : member
  if (!found) throw notFound()
  // As the view has it: what the session says was only looked for.
  const { clubId, roles } = found
  const scopes = scopesOf(roles)
  const rights = { clubId, userId: found.userId, roles, scopes }
  const via = {
    kind: 'session',
    sessionId,
    // A session that went through JSON holds text, whatever its type says. What is no valid time is not
    // fresh.
    authenticatedAt: new Date(authenticatedAt),
    ...(stillValid && { stillValid }),
  } as const
  return { ...rights, ability: defineAbility({ ...rights, throughKey: false }), via, trace }
}
