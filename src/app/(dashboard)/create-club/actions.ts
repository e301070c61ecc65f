'use server'

import { ownClub } from '@/contracts/club'
import { createOwnClub } from '@/lib/clubs/create-own-club'
import { personAction } from '../../action'
import { pageTrace } from '../../caller'

export async function createClubOfMine(input: unknown) {
  return personAction(ownClub, input, async (person, given) =>
    createOwnClub(person, given, await pageTrace()),
  )
}
