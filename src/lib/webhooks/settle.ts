import { appendAudit } from '../audit/append'
import { stated } from '../audit/changes'
import { NOWHERE } from '../actor'
import { db, type Transaction } from '../db/client'
import { waitAfter } from '../outbox/retry'
import { together } from '../outbox/together'
import type { ClaimedDelivery } from './claim'
import { SLOW_MS } from './load'

/** Where nothing has arrived for so long, nothing is sent any more, in milliseconds. */
const FAILING_MS = 5 * 86_400_000

/** What became of an attempt. */
export type AttemptOutcome = {
  ok: boolean
  /** The receiver says that it is gone for good (410). */
  gone: boolean
  responseStatus: number | null
  responseBody: string | null
  error: string | null
  durationMs: number
  retryAfterMs: number
}

/**
 * Writes what became of an attempt, unless another process has taken over: then that one writes. Where all is
 * well, one statement for what comes together.
 */
export async function settle(claimed: ClaimedDelivery, outcome: AttemptOutcome): Promise<void> {
  if (outcome.ok) return settleDelivered(claimed, outcome)
  await db().$transaction(async (tx) => {
    const attempts = claimed.attempts + 1
    const wait = outcome.gone ? null : waitAfter(attempts, outcome.retryAfterMs)
    const nextAt = wait === null ? null : new Date(Date.now() + wait)
    if (!(await write(tx, claimed, { ...tried(outcome), attempts, nextAt }))) return
    const since = await noteFailing(tx, claimed)
    if (outcome.gone) await giveUp(tx, claimed, 'gone')
    else if (since && Date.now() - since.getTime() >= FAILING_MS) await giveUp(tx, claimed, 'failing')
  })
}

async function settleDelivered(claimed: ClaimedDelivery, outcome: AttemptOutcome): Promise<void> {
  // One that somebody else holds at that moment is written by itself: nobody waits for two. So is each where
  // all could not be written: one that never can be must not have those of other clubs sent again and again.
  if (!(await writeDelivered({ claimed, outcome }).catch(() => false)))
    await write(db(), claimed, {
      ...tried(outcome),
      attempts: claimed.attempts + 1,
      nextAt: null,
      deliveredAt: new Date(),
    })
  const slow = outcome.durationMs > SLOW_MS
  if (claimed.failingSince === null && claimed.slow === slow) return
  await db().webhookEndpoint.updateMany({
    where: { id: claimed.endpointId, clubId: claimed.clubId },
    data: { failingSince: null, slow },
  })
}

type Delivered = { claimed: ClaimedDelivery; outcome: AttemptOutcome }

/** A statement and a commit for each would be what bounds how many are sent. @returns whether it was written */
const writeDelivered = together<Delivered, boolean>(100, async (some) => {
  const rows = some.map(({ claimed: { id, clubId, claimedAt, attempts }, outcome }) => ({
    ...{ id, clubId, claimedAt, attempts: attempts + 1 },
    ...{ status: outcome.responseStatus, body: outcome.responseBody, ms: outcome.durationMs },
  }))
  const written = await db().$queryRaw<{ id: string }[]>`
    WITH g AS (SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS g("id" uuid, "clubId" text,
        "claimedAt" timestamptz, "attempts" int, "status" int, "body" text, "ms" int)),
    free AS (SELECT d."id" FROM "WebhookDelivery" d JOIN g ON d."id" = g."id" AND d."clubId" = g."clubId"
      WHERE d."claimedAt" = g."claimedAt" FOR UPDATE OF d SKIP LOCKED)
    UPDATE "WebhookDelivery" d
    SET "nextAt" = NULL, "claimedAt" = NULL, "attempts" = g."attempts", "deliveredAt" = now(), "attemptedAt" = now(),
      "responseStatus" = g."status", "responseBody" = g."body", "error" = NULL, "durationMs" = g."ms"
    FROM free JOIN g ON g."id" = free."id" WHERE d."id" = free."id"
    RETURNING d."id"`
  const ids = new Set(written.map(({ id }) => id))
  return rows.map(({ id }) => ids.has(id))
})

const tried = ({ responseStatus, responseBody, error, durationMs }: AttemptOutcome) => ({
  ...{ responseStatus, responseBody, error, durationMs },
  ...{ attemptedAt: new Date(), claimedAt: null },
})

/** @returns whether it still was this process's */
async function write(
  tx: Transaction,
  { id, clubId, claimedAt }: ClaimedDelivery,
  data: object,
): Promise<boolean> {
  const { count } = await tx.webhookDelivery.updateMany({ where: { id, clubId, claimedAt }, data })
  return count > 0
}

/** @returns since when nothing arrives at an endpoint that is on; a test says nothing of that */
async function noteFailing(
  tx: Transaction,
  { endpointId, clubId, type }: ClaimedDelivery,
): Promise<Date | null> {
  if (type === TEST_EVENT) return null
  const where = { id: endpointId, clubId, disabledAt: null }
  await tx.webhookEndpoint.updateMany({
    where: { ...where, failingSince: null },
    data: { failingSince: new Date() },
  })
  return (await tx.webhookEndpoint.findFirst({ where, select: { failingSince: true } }))?.failingSince ?? null
}

/** The type of what `send test` sends. No endpoint asks for it. */
export const TEST_EVENT = 'webhook.test'

/** Of several processes that see it, one says so. */
async function giveUp(
  tx: Transaction,
  { endpointId: id, clubId }: ClaimedDelivery,
  reason: 'gone' | 'failing',
): Promise<void> {
  const { count } = await tx.webhookEndpoint.updateMany({
    where: { id, clubId, disabledAt: null },
    data: { disabledAt: new Date(), disabledReason: reason },
  })
  if (count === 0) return
  await dropWaiting(tx, { id, clubId })
  const nobody = { clubId, userId: null, via: { kind: 'system' }, trace: NOWHERE } as const
  await appendAudit(tx, nobody, { action: 'webhook.disable', targetId: id, changes: stated({ reason }) })
}

/** What waits for an endpoint is given up with it; it can be replayed. */
export async function dropWaiting(
  tx: Transaction,
  { id: endpointId, clubId }: { id: string; clubId: string },
): Promise<void> {
  await tx.webhookDelivery.updateMany({
    where: { endpointId, clubId, nextAt: { not: null } },
    data: { nextAt: null, claimedAt: null, error: 'The webhook was disabled.' },
  })
}
