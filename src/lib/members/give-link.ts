import type { AuditAction } from '@/contracts/audit-event'
import { appendAudit } from '../audit/append'
import { stated } from '../audit/changes'
import type { Actor } from '../actor'
import { requireFresh } from '../auth/fresh'
import type { Transaction } from '../db/client'
import { conflict, forbidden, notFound } from '../errors'
import { changing } from '../idempotency/changing'
import { accessible } from '../permissions/ability'
import { lockMembership } from './change'
import { deliveredBefore, type InvitationLink } from './deliver-invitation'
import { memberSelect, showMember, type MemberRow } from './member-view'
import { personOf, type Person } from './person'

export type GivenLink = { row: MemberRow; link: InvitationLink | null }

/**
 * Makes a member another way in, on record.
 * @param make the link, in the change's own transaction; null: they need none
 * @throws Refusal `forbidden`, `reauthentication_required`, `not_found`, `conflict` (has left the club)
 */
export async function giveLink(
  actor: Actor,
  { id, action }: { id: string; action: AuditAction },
  make: (tx: Transaction, person: Person) => Promise<InvitationLink | null>,
): Promise<GivenLink> {
  if (!actor.ability.can('create', 'Membership')) throw forbidden('Only an admin of the club invites people.')
  requireFresh(actor)
  const give = async (tx: Transaction) => {
    // The person before their membership, as inviting takes them.
    const person = await personOf(tx, { email: await emailOf(tx, actor, id) })
    const { status } = await lockMembership(tx, actor, { id, kind: 'user' })
    if (status === 'REMOVED') throw conflict('This person has left the club. Invite them again.')
    const link = await make(tx, person)
    const row = await tx.membership.update({
      where: { clubId_id: { clubId: actor.clubId, id } },
      data: link?.vouched ? { vouched: true } : {},
      select: memberSelect,
    })
    await appendAudit(tx, actor, { action, targetId: id, changes: stated({ userId: row.user.id }) })
    return { row, link }
  }
  const answer = ({ row }: GivenLink) => ({ ...showMember(row, actor), ...deliveredBefore() })
  return changing(actor, give, { answer })
}

async function emailOf(tx: Transaction, actor: Actor, id: string): Promise<string> {
  const row = await tx.membership.findFirst({
    where: { AND: [accessible(actor, 'update', 'Membership'), { user: { kind: 'user' } }, { id }] },
    select: { user: { select: { email: true } } },
  })
  if (!row?.user.email) throw notFound()
  return row.user.email
}
