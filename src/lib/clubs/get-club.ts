import { db } from '../db/client'
import type { Actor } from '../actor'
import { keptPolicyOf } from '../policy-row'

/** The actor's own club, with its policy for new keys. */
export async function getClub({ clubId }: Actor) {
  const select = { slug: true, name: true, timeZone: true } as const
  const [club, policy] = await Promise.all([
    db().club.findUniqueOrThrow({ where: { id: clubId }, select }),
    keptPolicyOf(db(), clubId),
  ])
  return { ...club, ...policy }
}
