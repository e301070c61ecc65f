import { canonicalEmail } from '@/contracts/email'
import type { Actor } from '@/lib/actor'
import { operatorActor } from '@/lib/auth/actor'
import { db } from '@/lib/db/client'
import { Refusal } from '@/lib/errors'
import { operator, required } from './command'

/**
 * The operator, acting in the club of `--club` and, where an address is given, for that member of it.
 * @throws Refusal `not_found`
 */
export async function actorFor(club: string | undefined, email?: string): Promise<Actor> {
  const slug = required(club, 'club')
  const found = await db().club.findUnique({ where: { slug }, select: { id: true } })
  if (!found) throw new Refusal('not_found', `There is no club ${slug}.`)
  if (email === undefined) return operatorActor(found.id, null, operator())
  const member = await db().membership.findFirst({
    where: { clubId: found.id, status: 'ACTIVE', user: { email: canonicalEmail(email) ?? email } },
  })
  if (!member) throw new Refusal('not_found', `${email} is no active member of ${slug}.`)
  return operatorActor(found.id, member.userId, operator())
}
