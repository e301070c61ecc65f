import { LRUCache } from 'lru-cache'
import type { Trace } from '../actor'
import { appendAudit } from '../audit/append'
import { stated } from '../audit/changes'
import { db, type Transaction } from '../db/client'
import { log } from '../log'
import { systemActor } from './actor'
import type { Verification } from './verification'

/** An alarm of one key in this time, in milliseconds: whoever found it may use it without end. */
const QUIET_MS = 60_000
/** Where it could not be recorded, the next use in this time, in milliseconds, tries and logs nothing. */
const SOON_MS = 5_000

const shared = globalThis as typeof globalThis & { clubkeysAlarms?: LRUCache<string, true> }
const raised = () => (shared.clubkeysAlarms ??= new LRUCache<string, true>({ max: 10_000, ttl: QUIET_MS }))

/**
 * Raises the alarm where what was verified is a honeykey: an audit row with the caller's address and agent,
 * from which events and mails follow, at most once a minute for a key over all processes. It comes after the
 * answer and never delays it: to its user the key is an unknown one, also by the time that it takes.
 */
export function watchHoneykeys(verification: Verification, trace: () => Trace): void {
  if (verification.ok || verification.reason !== 'honey' || verification.keyId === undefined) return
  const { keyId } = verification
  if (raised().has(keyId)) return
  raised().set(keyId, true)
  const from = trace()
  setImmediate(() => {
    db()
      .$transaction((tx) => record(tx, keyId, from))
      .catch((error: unknown) => {
        raised().set(keyId, true, { ttl: SOON_MS })
        log.error({ err: error, keyId }, 'a honeykey was used, and that could not be recorded')
      })
  })
}

/** Other processes may have been asked in the same minute: the row decides. */
async function record(tx: Transaction, keyId: string, trace: Trace): Promise<void> {
  const [key] = await tx.$queryRaw<{ clubId: string }[]>`
    UPDATE "ApiKey" SET "honeyUsedAt" = now() WHERE "id" = ${keyId}::uuid AND "honey" AND "revokedAt" IS NULL
      AND ("honeyUsedAt" IS NULL OR "honeyUsedAt" <= now() - make_interval(secs => ${QUIET_MS / 1000}))
    RETURNING "clubId"`
  if (!key) return
  const { address, userAgent } = trace
  const changes = stated({ address, userAgent })
  const actor = systemActor(key.clubId, 'Somebody', trace)
  await appendAudit(tx, actor, { action: 'api-key.honey-used', targetId: keyId, changes })
}
