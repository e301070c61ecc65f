import type { AuditAction } from '@/contracts/audit-event'
import { appendAudit } from '../audit/append'
import { stated, type Changes } from '../audit/changes'
import type { Transaction } from '../db/client'
import type { Trace } from '../actor'

type Person = { userId: string; trace: Trace }

/**
 * Puts what somebody did to the ways into their account on record in every club they are in: it concerns each
 * club in which the account has rights.
 */
export async function recordForPerson(
  tx: Transaction,
  { userId, trace }: Person,
  { action, changes = {} }: { action: AuditAction; changes?: Changes },
): Promise<void> {
  const memberships = await tx.membership.findMany({
    where: { userId, status: { not: 'REMOVED' } },
    select: { id: true, clubId: true },
  })
  for (const { id, clubId } of memberships) {
    const via = { kind: 'session', sessionId: '', authenticatedAt: new Date() } as const
    const entry = {
      action,
      targetId: id,
      changes: { ...stated({ userId }), ...changes },
    } as const
    await appendAudit(tx, { clubId, userId, via, trace }, entry)
  }
}
