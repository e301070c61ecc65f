import type { RemovedServiceAccount } from '@/contracts/service-accounts'
import type { Actor } from '../actor'
import { endMembership, type Ended } from '../members/remove'
import { showServiceAccount } from './view'

/**
 * Removes a service account for good; it stays on record. From the commit on, none of its keys works.
 * Removing a removed one changes nothing and gets the same answer.
 * @throws Refusal `reauthentication_required`, `not_found`
 */
export async function removeServiceAccount(
  actor: Actor,
  { id }: { id: string },
): Promise<RemovedServiceAccount> {
  const show = ({ row, keysLeft }: Ended) => ({ ...showServiceAccount(row), keysLeft })
  return endMembership(actor, { id, kind: 'service' }, { action: 'service-account.remove', show })
}
