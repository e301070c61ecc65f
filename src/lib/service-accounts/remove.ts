import type { ServiceAccount } from '@/contracts/service-account'
import type { Actor } from '../auth/actor'
import { endMembership } from '../members/remove'
import { showServiceAccount } from './view'

/**
 * Removes a service account for good; it stays on record. The database revokes its keys with the same commit.
 * Removing a removed one changes nothing and answers alike.
 * @throws Refusal `reauthentication_required`, `not_found`
 */
export async function removeServiceAccount(actor: Actor, { id }: { id: string }): Promise<ServiceAccount> {
  return showServiceAccount(await endMembership(actor, { id, kind: 'service' }, 'service-account.remove'))
}
