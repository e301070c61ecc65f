import type { RemovedServiceAccount } from '@/contracts/service-accounts'
import type { Actor } from '../actor'
import { endMembership } from '../members/remove'
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
  const { row, keysLeft } = await endMembership(actor, { id, kind: 'service' }, 'service-account.remove')
  return { ...showServiceAccount(row), keysLeft }
}
