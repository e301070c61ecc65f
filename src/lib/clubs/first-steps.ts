import type { Actor } from '../actor'
import { db } from '../db/client'
import { seesAllUsage } from '../permissions/ability'
import { PERSON } from '../members/member-view'

/** What a club does first, in the order that helps. `null`: none of this person's to do. */
export type FirstSteps = { key: boolean; call: boolean; member: boolean | null; policy: boolean | null }

const NEW_MS = 30 * 86_400_000

/**
 * How far a new club has come, or a new member with their own keys; null: it is new no more, or all is done.
 */
export async function firstSteps(actor: Actor, now = Date.now()): Promise<FirstSteps | null> {
  const { clubId } = actor
  const own = seesAllUsage(actor) ? null : { userId: actor.userId ?? '' }
  const runsClub = actor.ability.can('update', 'Club')
  const [club, key, call, people, policy] = await Promise.all([
    db().club.findUniqueOrThrow({ where: { id: clubId }, select: { createdAt: true } }),
    db().apiKey.findFirst({ where: { clubId, ...own }, select: { id: true } }),
    db().apiKeyUse.findFirst({
      where: { clubId, ...(own && { apiKey: own }) },
      select: { apiKeyId: true },
    }),
    runsClub
      ? db().membership.findMany({ where: { clubId, ...PERSON }, take: 2, select: { id: true } })
      : null,
    runsClub
      ? db().auditEvent.findFirst({ where: { clubId, action: 'club.policy' }, select: { id: true } })
      : null,
  ])
  const steps = {
    key: key !== null,
    call: call !== null,
    member: people && people.length > 1,
    policy: runsClub ? policy !== null : null,
  }
  const isNew = now - club.createdAt.getTime() < NEW_MS || !steps.call
  return isNew && Object.values(steps).includes(false) ? steps : null
}
