import { id } from '@/contracts/text'
import type { Actor } from '@/lib/actor'
import { operatorActor } from '@/lib/auth/actor'
import { db } from '@/lib/db/client'
import { Refusal } from '@/lib/errors'
import { operator } from './command'

/** The service account of this name or id in the operator's club. @throws Refusal `not_found` */
export async function findServiceAccount({ clubId }: Actor, nameOrId: string) {
  const named = id.safeParse(nameOrId).success
    ? { id: nameOrId }
    : { user: { name: nameOrId.normalize('NFC') } }
  const where = {
    AND: [{ clubId, status: { not: 'REMOVED' as const }, user: { kind: 'service' as const } }, named],
  }
  const account = await db().membership.findFirst({ where, select: { id: true, userId: true, status: true } })
  if (!account) throw new Refusal('not_found', `The club has no service account ${nameOrId}.`)
  return account
}

/**
 * The operator, acting for an account whose keys are in use. @throws Refusal `not_found` | `conflict`
 * (suspended)
 */
export async function actingFor(club: Actor, nameOrId: string): Promise<Actor> {
  const { userId, status } = await findServiceAccount(club, nameOrId)
  if (status !== 'ACTIVE') throw new Refusal('conflict', `The service account ${nameOrId} is suspended.`)
  return operatorActor(club.clubId, userId, operator())
}
