import { readChanges } from '../audit/changes'
import type { Transaction } from '../db/client'
import { invalid } from '../errors'

/**
 * What a token of another system needs, so that nobody finds it by guessing: as many random bits as AES-128.
 */
export const ENOUGH_BITS = 128
/** So long an import lets a weaker one live at most. */
export const WEAK_DAYS = 90
const DAY_MS = 24 * 3600 * 1000

/**
 * An imported token that may be weak ends as early as its import had to say, for everybody. What is known of
 * it stands in the audit log, which nobody can rewrite.
 * @throws Refusal `validation_failed` naming `expiresAt`
 */
export async function requireShortLife(
  tx: Transaction,
  clubId: string,
  { id, imported }: { id: string; imported: boolean },
  asked: Date | null,
): Promise<void> {
  if (!imported) return
  const event = await tx.auditEvent.findFirst({
    where: { clubId, targetId: id, action: 'api-key.import' },
    select: { at: true, changes: true },
  })
  if (!event) return
  const { estimatedBits, minBits } = readChanges(event.changes)
  const bits = (estimatedBits ?? minBits)?.to
  if (typeof bits === 'number' && bits >= ENOUGH_BITS) return
  if (asked && asked.getTime() <= event.at.getTime() + WEAK_DAYS * DAY_MS) return
  throw invalid([
    {
      path: 'expiresAt',
      message: `must be within ${WEAK_DAYS} days of its import, since its token may be guessed; rotate the key for one that lives longer`,
    },
  ])
}
