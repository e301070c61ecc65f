import type { ClubProfile, UpdateClubBody } from '@/contracts/club'
import { appendAudit } from '../audit/append'
import { difference } from '../audit/changes'
import type { Actor } from '../actor'
import { requireFresh } from '../auth/fresh'
import { requireStillValid } from '../auth/still-valid'
import { verifiedKeys } from '../auth/verified-keys'
import { db } from '../db/client'
import { forbidden } from '../errors'
import { readProfile } from './read-club'

/**
 * Changes the club's name or time zone. Its slug stays: links and clients name the club by it.
 * @throws Refusal `forbidden` (no admin who is signed in), `reauthentication_required`
 */
export async function updateClub(actor: Actor, { name, timeZone }: UpdateClubBody): Promise<ClubProfile> {
  if (!actor.ability.can('update', 'Club')) throw forbidden('Only an admin of the club changes its settings.')
  requireFresh(actor)
  const after = await db().$transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 FROM "Club" WHERE "id" = ${actor.clubId}::uuid FOR NO KEY UPDATE`
    await requireStillValid(tx, actor)
    const before = await readProfile(tx, actor)
    const after = {
      ...before,
      ...(name !== undefined && { name }),
      ...(timeZone !== undefined && { timeZone }),
    }
    const changes = difference(before, after)
    if (Object.keys(changes).length === 0) return before
    const data = { name: after.name, timeZone: after.timeZone }
    await tx.club.update({ where: { id: actor.clubId }, data, select: { id: true } })
    await appendAudit(tx, actor, { action: 'club.update', targetId: actor.clubId, changes })
    return after
  })
  // Answers about a key name its club.
  verifiedKeys().forget([actor.clubId])
  return after
}
