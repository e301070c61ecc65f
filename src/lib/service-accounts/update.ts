import type { ServiceAccount, UpdateServiceAccountBody } from '@/contracts/service-accounts'
import { appendAudit } from '../audit/append'
import { difference, stated } from '../audit/changes'
import type { Actor } from '../actor'
import { storedRoles } from '../db/client'
import { conflict } from '../errors'
import { uncounted } from '../limits/changes'
import { changeMembership, widens } from '../members/change'
import { memberSelect, type MemberRow } from '../members/member-view'
import { takeName } from './name'
import { requireRoles } from './roles'
import { showServiceAccount } from './view'

type Change = { id: string } & UpdateServiceAccountBody

/**
 * Renames a service account, changes its roles, suspends or reinstates it; its keys' next requests feel it.
 * Every admin may take roles away. To add a role or reinstate is to hand rights out: it needs every resulting
 * role.
 * @throws Refusal `reauthentication_required`, `not_found`, `forbidden` (roles beyond their own), `conflict`
 *   (removed, or the name is taken)
 */
export async function updateServiceAccount(
  actor: Actor,
  { id, ...change }: Change,
  countMaking = uncounted,
): Promise<ServiceAccount> {
  const row = await changeMembership(actor, { id, kind: 'service' }, async (tx, before) => {
    if (before.status === 'REMOVED')
      throw conflict('This service account is removed for good. Create another one.')
    const { name, roles = before.roles, status = before.status } = change
    if (widens(before, { roles, status })) {
      requireRoles(actor, roles)
      await countMaking()
    }
    if (name !== undefined && name !== before.user.name) await takeName(tx, actor.clubId, name)
    const data = {
      roles: storedRoles(roles),
      status,
      ...(name !== undefined && { user: { update: { name } } }),
    }
    const after = await tx.membership.update({
      where: { clubId_id: { clubId: actor.clubId, id } },
      data,
      select: memberSelect,
    })
    const changes = difference(settings(before), settings(after))
    if (Object.keys(changes).length > 0) {
      const entry = { action: 'service-account.update', targetId: id } as const
      await appendAudit(tx, actor, {
        ...entry,
        changes: { ...stated({ userId: after.user.id }), ...changes },
      })
    }
    return after
  })
  return showServiceAccount(row)
}

const settings = ({ user: { name }, roles, status }: MemberRow) => ({ name, roles, status })
