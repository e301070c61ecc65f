import type { RemovedServiceAccount } from '@/contracts/service-accounts'
import type { Actor } from '../actor'
import { endMembership } from '../members/remove'
import { showServiceAccount } from './view'

/**
 * Removes a service account for good; it stays on record. None of its keys is good from the same commit on.
 * Removing a removed one changes nothing and answers alike.
 * @throws Refusal `reauthentication_required`, `not_found`
 */
export async function removeServiceAccount(
  actor: Actor,
  { id }: { id: string },
): Promise<RemovedServiceAccount> {
  const { row, keysLeft } = await endMembership(actor, { id, kind: 'service' }, 'service-account.remove')
  return { ...showServiceAccount(row), keysLeft }
}
