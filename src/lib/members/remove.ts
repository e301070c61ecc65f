import type { AuditAction } from '@/contracts/audit-event'
import type { RemovedMember } from '@/contracts/member'
import { appendAudit } from '../audit/append'
import { gone, stated } from '../audit/changes'
import type { Actor } from '../actor'
import { ANSWER_MS } from '../auth/revoke-keys'
import { deleteSetPasswordLinks } from '../sign-in/set-password'
import { db, type Transaction } from '../db/client'
import { sweepSoon } from '../process/sweep-soon'
import { changeMembership, type Which } from './change'
import { endLeaversKeys } from '../auth/end-leavers-keys'
import { holdMember } from '../people/member'
import { endInvitation } from './invitation'
import { memberSelect, showMember, type MemberRow } from './member-view'

type Input = { id: string; /** How long to go on before the answer, in milliseconds. */ patienceMs?: number }

/**
 * Removes a member; they stay on record. From the commit on, none of their keys in this club works, and a
 * return revives none. Removing somebody who has left changes nothing and gets the same answer.
 * @throws Refusal `reauthentication_required`, `not_found`, `conflict` (the last active admin)
 */
export async function removeMember(actor: Actor, input: Input): Promise<RemovedMember> {
  const show = ({ row, keysLeft }: Ended) => ({ ...showMember(row, actor), keysLeft })
  return endMembership(actor, { ...input, kind: 'user' }, { action: 'member.remove', show })
}

export type Ended = {
  row: MemberRow
  /** How many keys are dead, and not yet marked as revoked. */
  keysLeft: number
}

type Ending<Answer> = {
  action: AuditAction
  show: (ended: Ended) => Answer
  mayEnd?: (before: MemberRow) => void
}

/**
 * Ends the membership first, and every key with it. Keys that were too many for one transaction are then
 * marked as revoked, for as long as somebody can wait. The sweep does the rest.
 * @param action the action on record, beside the number of keys that ended
 * @param show what the caller is told
 * @param mayEnd looks at the membership first, and may refuse
 */
export async function endMembership<Answer>(
  actor: Actor,
  { patienceMs = ANSWER_MS, ...which }: Which & Input,
  { action, show, mayEnd }: Ending<Answer>,
): Promise<Answer> {
  const until = Date.now() + patienceMs
  let keysRevoked = 0
  const end = async (tx: Transaction, before: MemberRow) => {
    mayEnd?.(before)
    if (before.status === 'REMOVED') return before
    const { id } = before
    await holdMember(tx, { clubId: actor.clubId, userId: before.user.id })
    keysRevoked = await countUnrevoked(tx, actor.clubId, before.user.id)
    const where = { clubId_id: { clubId: actor.clubId, id } }
    const after = await tx.membership.update({ where, data: { status: 'REMOVED' }, select: memberSelect })
    const changes = {
      ...stated({ userId: before.user.id, keysRevoked }),
      ...gone({ roles: before.roles }),
      status: { from: before.status, to: 'REMOVED' },
    }
    await appendAudit(tx, actor, { action, targetId: id, changes })
    await endInvitation(tx, actor.clubId, before.user.id)
    await voidLastLinks(tx, before.user.id)
    return after
  }
  const row = await changeMembership(actor, which, end, (after) =>
    show({ row: after, keysLeft: keysRevoked }),
  )
  if (await endLeaversKeys({ clubId: actor.clubId, userId: row.user.id }, until))
    return show({ row, keysLeft: 0 })
  sweepSoon()
  return show({ row, keysLeft: await countUnrevoked(db(), actor.clubId, row.user.id) })
}

/**
 * Any other link to set a password ends with the membership, too, unless the person is in another club, which
 * it may have come from.
 */
async function voidLastLinks(tx: Transaction, userId: string): Promise<void> {
  if ((await tx.membership.count({ where: { userId, status: { not: 'REMOVED' } } })) > 0) return
  await deleteSetPasswordLinks(tx, userId)
}

/** Their holder is locked: everything that ends one of them waits, so the number on record stays true. */
function countUnrevoked(tx: Transaction, clubId: string, userId: string): Promise<number> {
  return tx.apiKey.count({ where: { clubId, userId, revokedAt: null } })
}
