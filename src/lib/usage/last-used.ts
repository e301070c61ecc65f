import { db } from '../db/client'
import { log } from '../log'

/** How often uses are written, in milliseconds. */
const FLUSH_EVERY_MS = 1_000
/** Beyond this many different keys in one interval the newest are left out: memory stays bounded, and a `lastUsedAt` is only late. */
const MAX_PENDING = 100_000

type Uses = { pending: Map<string, number>; timer: NodeJS.Timeout | null; flushing: Promise<void> | null }
const shared = globalThis as typeof globalThis & { clubkeysUses?: Uses }
const uses = (): Uses => (shared.clubkeysUses ??= { pending: new Map(), timer: null, flushing: null })

/** Notes in memory that a key was used now; the database hears of it within seconds. Never delays or fails a request. */
export function noteUse(apiKeyId: string): void {
  const state = uses()
  if (state.pending.size < MAX_PENDING || state.pending.has(apiKeyId)) state.pending.set(apiKeyId, Date.now())
  state.timer ??= setTimeout(() => void flushUses(), FLUSH_EVERY_MS).unref()
}

/** Writes what was noted, in one statement. What could not be written is kept for the next time. Call it at shutdown. */
export async function flushUses(): Promise<void> {
  const state = uses()
  if (state.timer) clearTimeout(state.timer)
  state.timer = null
  await state.flushing
  if (state.pending.size === 0) return
  const batch = state.pending
  state.pending = new Map()
  state.flushing = write(batch)
    .catch((error: unknown) => {
      log.warn({ err: error, keys: batch.size }, 'recording last uses failed; trying again')
      for (const [id, at] of batch) if (!state.pending.has(id)) state.pending.set(id, at)
      state.timer ??= setTimeout(() => void flushUses(), FLUSH_EVERY_MS).unref()
    })
    .finally(() => (state.flushing = null))
  await state.flushing
}

/** Forward only: a late flush never moves `lastUsedAt` back. Keys deleted meanwhile drop out of the join. */
async function write(batch: Map<string, number>): Promise<void> {
  const ids = [...batch.keys()]
  const times = [...batch.values()].map((at) => new Date(at))
  await db().$executeRaw`
    INSERT INTO "ApiKeyUse" ("apiKeyId", "clubId", "lastUsedAt")
    SELECT k."id", k."clubId", n."at" FROM unnest(${ids}::uuid[], ${times}::timestamptz[]) AS n("id", "at") JOIN "ApiKey" k ON k."id" = n."id"
    ON CONFLICT ("apiKeyId") DO UPDATE SET "lastUsedAt" = GREATEST("ApiKeyUse"."lastUsedAt", EXCLUDED."lastUsedAt")`
}
