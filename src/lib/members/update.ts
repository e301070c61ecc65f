import type { Member, UpdateMemberBody } from '@/contracts/member'
import { appendAudit } from '../audit/append'
import { difference, stated } from '../audit/changes'
import type { Actor } from '../actor'
import { storedRoles } from '../db/client'
import { conflict } from '../errors'
import { uncounted } from '../limits/changes'
import { changeMembership, widens } from './change'
import { memberSelect, showMember, type MemberRow } from './member-view'

/**
 * Changes a member's roles, suspends or reinstates them. Takes effect on their next request, by session and
 * by key.
 * @throws Refusal `reauthentication_required`, `not_found`, `conflict` (has left the club, or is its last
 *   active admin)
 */
export async function updateMember(
  actor: Actor,
  { id, roles, status }: { id: string } & UpdateMemberBody,
  countMaking = uncounted,
): Promise<Member> {
  const row = await changeMembership(actor, { id, kind: 'user' }, async (tx, before) => {
    if (before.status === 'REMOVED') throw conflict('This person has left the club. Invite them again.')
    if (widens(before, { roles: roles ?? before.roles, status: status ?? before.status })) await countMaking()
    const data = { ...(roles && { roles: storedRoles(roles) }), ...(status && { status }) }
    const after = await tx.membership.update({
      where: { clubId_id: { clubId: actor.clubId, id } },
      data,
      select: memberSelect,
    })
    const changes = difference(settings(before), settings(after))
    if (Object.keys(changes).length > 0) {
      await appendAudit(tx, actor, {
        action: 'member.update',
        targetId: id,
        changes: { ...stated({ userId: after.user.id }), ...changes },
      })
    }
    return after
  })
  return showMember(row, actor)
}

const settings = ({ roles, status }: MemberRow) => ({ roles, status })
