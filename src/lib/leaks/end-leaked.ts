import type { Actor } from '../actor'
import { appendAudit } from '../audit/append'
import { stated } from '../audit/changes'
import { isLive } from '../auth/api-key-view'
import { followLine, soFar } from '../auth/follow-line'
import { lockKeys } from '../auth/lock'
import { endNamed, NO_LINE, revokeKeys, revokeLine, type Line } from '../auth/revoke-keys'
import { verifiedKeys } from '../auth/verified-keys'
import type { Transaction } from '../db/client'
import { keptOnLeak } from '../policy/get-policy'
import { keptPolicyOf } from '../policy-row'
import type { LeakPlace } from './said'

/** One report of a key counts in this time, in milliseconds: whoever holds the token may send any number. */
const ONCE_IN_MS = 24 * 3600 * 1000

type Report = LeakPlace & {
  label: string
  /** When to stop going on with descendants, in milliseconds since 1970. */
  until: number
}

/**
 * Does to a leaked key what its club's policy says, in one transaction with its audit rows: revokes it with
 * all that it made, or disables it. It counts once a day, and for a live key alone.
 * @returns whether it did something
 */
export async function endLeaked(actor: Actor, id: string, report: Report): Promise<boolean> {
  const act = (tx: Transaction, most: number) => endOnce(tx, actor, id, report, most)
  const line = await endNamed(actor, act, (ended) => ended && soFar(ended))
  if (!line) return false
  verifiedKeys().forget([id, ...line.revoked])
  await followLine(line, report.until)
  return true
}

/** @returns null where nothing was to be done, of which nothing is recorded */
async function endOnce(
  tx: Transaction,
  actor: Actor,
  id: string,
  report: Report,
  most: number,
): Promise<Line | null> {
  const { clubId } = actor
  await lockKeys(tx, clubId, [id])
  const key = await tx.apiKey.findFirst({
    where: { clubId, id },
    select: { revokedAt: true, expiresAt: true, disabledAt: true, leakedAt: true, honey: true },
  })
  if (!key || !isLive(key) || countsAlready(key)) return null
  // Somebody found what was left to be found: its use is still to raise the alarm.
  const revokes = keptOnLeak(await keptPolicyOf(tx, clubId)) === 'revoke' && !key.honey
  const disables = !revokes && key.disabledAt === null
  const now = new Date()
  const [source, url] = [sourceOf(report), report.url]
  const data = { leakedAt: now, leakSource: source, leakUrl: url, ...(disables && { disabledAt: now }) }
  await tx.apiKey.update({ where: { clubId_id: { clubId, id } }, data, select: { id: true } })
  const changes = { ...stated({ source, url }), ...(disables && { disabled: { from: false, to: true } }) }
  await appendAudit(tx, actor, { action: 'api-key.leaked', targetId: id, changes })
  if (!revokes) return NO_LINE
  await revokeKeys(tx, actor, [{ id }], REASON)
  return revokeLine(tx, actor, [id], { reason: REASON_OF_LINE, most })
}

const REASON = 'Its token was found where others can read it.'
const REASON_OF_LINE = 'The token of the key that made it was found where others can read it.'

const countsAlready = ({ leakedAt }: { leakedAt: Date | null }): boolean =>
  leakedAt !== null && Date.now() - leakedAt.getTime() < ONCE_IN_MS

/** Whoever reports without a signature may call themselves anything: their words never stand alone. */
const sourceOf = ({ label, source }: Report): string => (source ? `${label} (${source})` : label)
