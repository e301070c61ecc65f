import type { CreateServiceAccountBody, ServiceAccount } from '@/contracts/service-accounts'
import { appendAudit } from '../audit/append'
import { stated } from '../audit/changes'
import type { Actor } from '../actor'
import { requireFresh } from '../auth/fresh'
import { requireStillValid } from '../auth/still-valid'
import { storedRoles } from '../db/client'
import { forbidden } from '../errors'
import { changing } from '../idempotency/changing'
import { memberSelect } from '../members/member-view'
import { takeName } from './name'
import { requireRoles } from './roles'
import { showServiceAccount } from './view'

/**
 * Makes a user of the club without a login, with roles within its maker's. It stays when its maker leaves or
 * loses roles.
 * @throws Refusal `forbidden` (no admin, a role beyond their own), `reauthentication_required`, `conflict`
 *   (the name is taken)
 */
export async function createServiceAccount(
  actor: Actor,
  { name, roles }: CreateServiceAccountBody,
): Promise<ServiceAccount> {
  if (!actor.ability.can('create', 'Membership'))
    throw forbidden('Only an admin of the club makes service accounts.')
  requireFresh(actor)
  requireRoles(actor, roles)
  const { clubId } = actor
  return changing(actor, async (tx) => {
    await takeName(tx, clubId, name)
    await requireStillValid(tx, actor)
    const user = await tx.user.create({ data: { kind: 'service', name }, select: { id: true } })
    const created = await tx.membership.create({
      data: { clubId, userId: user.id, roles: storedRoles(roles) },
      select: memberSelect,
    })
    const changes = stated({ userId: user.id, name, roles })
    await appendAudit(tx, actor, {
      action: 'service-account.create',
      targetId: created.id,
      changes,
    })
    return showServiceAccount(created)
  })
}
