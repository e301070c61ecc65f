import type { ServiceAccount } from '@/contracts/service-accounts'
import type { Actor } from '../actor'
import { db } from '../db/client'
import { notFound } from '../errors'
import { memberSelect, SERVICE } from '../members/member-view'
import { accessible } from '../permissions/ability'
import { showServiceAccount } from './view'

/**
 * @throws Refusal `not_found`, the same for a foreign id, a missing one, a person's and one the caller may
 *   not see
 */
export async function getServiceAccount(actor: Actor, { id }: { id: string }): Promise<ServiceAccount> {
  const where = { AND: [accessible(actor, 'update', 'Membership'), SERVICE, { id }] }
  const row = await db().membership.findFirst({ relationLoadStrategy: 'join', where, select: memberSelect })
  if (!row) throw notFound()
  return showServiceAccount(row)
}
