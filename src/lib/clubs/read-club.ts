import type { ClubProfile } from '@/contracts/club'
import type { Actor } from '../actor'
import { db, type Prisma, type Transaction } from '../db/client'
import { forbidden } from '../errors'

const profileSelect = { slug: true, name: true, timeZone: true } as const satisfies Prisma.ClubSelect

/**
 * What the club is called and where it is.
 * @throws Refusal `forbidden` (no admin who is signed in)
 */
export async function readClub(actor: Actor): Promise<ClubProfile> {
  if (!actor.ability.can('read', 'Club')) throw forbidden('Only an admin of the club sees its settings.')
  return readProfile(db(), actor)
}

export const readProfile = (tx: Transaction, { clubId }: Actor): Promise<ClubProfile> =>
  tx.club.findUniqueOrThrow({ where: { id: clubId }, select: profileSelect })
