import type { AuditAction } from '@/contracts/audit-event'
import type { Member } from '@/contracts/member'
import { appendAudit } from '../audit/append'
import { gone, stated } from '../audit/changes'
import type { Actor } from '../auth/actor'
import { deleteSetPasswordLinks } from '../auth/set-password'
import type { Transaction } from '../db/client'
import { changeMembership, type Which } from './change'
import { endLeaversKeys } from './end-keys'
import { memberSelect, showMember, type MemberRow } from './member-view'

/**
 * Removes a member; they stay on record. The database revokes their keys in this club with the same commit,
 * and a return revives none. Removing somebody who has left changes nothing and answers alike.
 * @throws Refusal `reauthentication_required`, `not_found`, `conflict` (the last active admin)
 */
export async function removeMember(actor: Actor, { id }: { id: string }): Promise<Member> {
  return showMember(await endMembership(actor, { id, kind: 'user' }, 'member.remove'))
}

/**
 * The membership ends first, and every key with it; then those are revoked that were too many for one moment.
 * @param action what stands on record, beside the number of keys that went with it
 */
export async function endMembership(actor: Actor, which: Which, action: AuditAction): Promise<MemberRow> {
  const row = await changeMembership(actor, which, async (tx, before) => {
    if (before.status === 'REMOVED') return before
    const { id } = before
    const keysRevoked = await countUnrevoked(tx, actor.clubId, before.user.id)
    const where = { clubId_id: { clubId: actor.clubId, id } }
    const after = await tx.membership.update({ where, data: { status: 'REMOVED' }, select: memberSelect })
    const changes = {
      ...stated({ userId: before.user.id, keysRevoked }),
      ...gone({ roles: before.roles }),
      status: { from: before.status, to: 'REMOVED' },
    }
    await appendAudit(tx, actor, { action, targetType: 'Membership', targetId: id, changes })
    await voidInvitation(tx, before.user.id)
    return after
  })
  await endLeaversKeys(row.id)
  return row
}

/**
 * A link to set a password that came with the invitation goes with the membership; unless another club has
 * the person, too, whose invitation it may be.
 */
async function voidInvitation(tx: Transaction, userId: string): Promise<void> {
  if ((await tx.membership.count({ where: { userId, status: { not: 'REMOVED' } } })) > 0) return
  await deleteSetPasswordLinks(tx, userId)
}

/** Their owner is held: whatever ends one of them waits, and the number on record stays true. */
function countUnrevoked(tx: Transaction, clubId: string, userId: string): Promise<number> {
  return tx.apiKey.count({ where: { clubId, userId, revokedAt: null } })
}
