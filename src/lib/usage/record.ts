import { randomUUID } from 'node:crypto'
import type { Scope } from '@/contracts/permissions'
import { db } from '../db/client'
import { log } from '../log'

/**
 * How often uses are written, in milliseconds. What a process that is killed with -9 had not yet written is
 * lost: at most this long.
 */
const FLUSH_EVERY_MS = 1_000
/** Beyond this many different keys between two flushes, further ones are left out: memory stays bounded. */
const MAX_PENDING = 100_000
/** A statement of so many takes some 50 ms: far from what one may take. */
const MAX_IN_ONE_STATEMENT = 2_000
const HOUR_MS = 3_600_000

type Count = {
  apiKeyId: string
  hour: number
  lastUsedAt: number | null
  /** Each scope that was needed; null until one is: a set for each key would weigh more than the rest. */
  scopes: Scope[] | null
  requests: number
  denied: number
  limited: number
  errors: number
}
/** What was sent to be added, once, under a number of its own. */
type Batch = { number: number; counts: Count[] }
type Recorder = {
  /** This process, to the database, and how many batches it has sent. */
  writer: string
  sent: number
  /** Sent, and nobody knows whether it was added: it goes again under its own number, before any other. */
  unsure: Batch | null
  pending: Map<string, Count>
  latest: Count | null
  timer: NodeJS.Timeout | null
  flushing: Promise<void> | null
  dropped: number
}
const shared = globalThis as typeof globalThis & { clubkeysRecorder?: Recorder }
const recorder = (): Recorder =>
  (shared.clubkeysRecorder ??= {
    writer: randomUUID(),
    sent: 0,
    unsure: null,
    pending: new Map(),
    latest: null,
    timer: null,
    flushing: null,
    dropped: 0,
  })

/**
 * A key was let in. Noted in memory; the database hears of it within seconds. Never delays or fails a
 * request.
 */
export function recordUse(apiKeyId: string): void {
  const now = Date.now()
  const count = pendingCount(apiKeyId, now)
  if (!count) return
  count.requests++
  count.lastUsedAt = now
}

/** A request needed this scope of the key, and was let in. Costs what a look into a map does. */
export function recordScopeUse(apiKeyId: string, scope: Scope): void {
  const now = Date.now()
  const count = pendingCount(apiKeyId, now)
  if (!count) return
  addScope(count, scope)
  count.lastUsedAt = now
}

function addScope(count: Count, scope: Scope): void {
  if (count.scopes === null) count.scopes = [scope]
  else if (!count.scopes.includes(scope)) count.scopes.push(scope)
}

/** A request with a known key was denied (401, 403), limited (429) or failed (5xx). */
export function recordFailure(apiKeyId: string, failure: 'denied' | 'limited' | 'errors'): void {
  const count = pendingCount(apiKeyId, Date.now())
  if (count) count[failure]++
}

/** Writes what was noted. What could not be written is kept for the next time. Call it at shutdown. */
export async function flushUses(): Promise<void> {
  const state = recorder()
  if (state.timer) clearTimeout(state.timer)
  state.timer = null
  await state.flushing
  if (state.pending.size === 0 && !state.unsure) return
  const batch = [...state.pending.values()]
  state.pending = new Map()
  state.latest = null
  reportDropped(state)
  state.flushing = writeAll(batch).finally(() => (state.flushing = null))
  await state.flushing
}

async function writeAll(counts: Count[]): Promise<void> {
  const state = recorder()
  let from = 0
  try {
    while (state.unsure !== null || from < counts.length) {
      if (state.unsure === null) {
        state.unsure = { number: ++state.sent, counts: counts.slice(from, from + MAX_IN_ONE_STATEMENT) }
        from += MAX_IN_ONE_STATEMENT
      }
      await write(state.writer, state.unsure)
      state.unsure = null
    }
  } catch (error) {
    keep(counts.slice(from), error)
  }
}

function pendingCount(apiKeyId: string, now: number): Count | null {
  const state = recorder()
  const hour = now - (now % HOUR_MS)
  // A request notes its key more than once, and a busy key follows itself: the name costs more than all the
  // rest.
  if (state.latest?.apiKeyId === apiKeyId && state.latest.hour === hour) return state.latest
  const name = `${apiKeyId}${hour}`
  let count = state.pending.get(name)
  if (!count) {
    if (state.pending.size >= MAX_PENDING) {
      state.dropped++
      return null
    }
    count = { apiKeyId, hour, lastUsedAt: null, scopes: null, requests: 0, denied: 0, limited: 0, errors: 0 }
    state.pending.set(name, count)
  }
  scheduleFlush(state)
  return (state.latest = count)
}

function scheduleFlush(state: Recorder): void {
  state.timer ??= setTimeout(() => void flushUses(), FLUSH_EVERY_MS).unref()
}

function reportDropped(state: Recorder): void {
  if (state.dropped > 0)
    log.warn(
      { dropped: state.dropped },
      'more keys in use at once than usage is kept for; some uses were not counted',
    )
  state.dropped = 0
}

/** Adds what was not sent to what has come in since. */
function keep(batch: Count[], error: unknown): void {
  const state = recorder()
  const counts = batch.length + (state.unsure?.counts.length ?? 0)
  log.warn({ err: error, counts }, 'recording uses failed; trying again')
  for (const failed of batch) {
    const count = pendingCount(failed.apiKeyId, failed.hour)
    if (!count) continue
    for (const field of ['requests', 'denied', 'limited', 'errors'] as const) count[field] += failed[field]
    for (const scope of failed.scopes ?? []) addScope(count, scope)
    if (failed.lastUsedAt !== null) count.lastUsedAt = Math.max(count.lastUsedAt ?? 0, failed.lastUsedAt)
  }
  scheduleFlush(state)
}

/**
 * Last uses go forward only: a late flush never moves one back. Keys deleted meanwhile drop out of the join.
 * A batch counts once, however often it is sent: each number of a writer is taken once. Every process takes
 * the rows in the same order, so that no two wait for each other.
 */
async function write(writer: string, { number, counts }: Batch): Promise<void> {
  const column = <Field extends keyof Count>(field: Field) => counts.map((count) => count[field])
  const times = (values: (number | null)[]) => values.map((at) => (at === null ? null : new Date(at)))
  const needs = counts.flatMap(({ apiKeyId, scopes, lastUsedAt }) =>
    (scopes ?? []).map((scope) => ({ apiKeyId, scope, at: lastUsedAt })),
  )
  await db().$executeRaw`
    WITH turn AS (
      INSERT INTO "UsageWriter" ("id", "batch", "at") VALUES (${writer}::uuid, ${number}, now())
      ON CONFLICT ("id") DO UPDATE SET "batch" = EXCLUDED."batch", "at" = EXCLUDED."at"
      WHERE "UsageWriter"."batch" < EXCLUDED."batch" RETURNING 1
    ), noted AS (
      SELECT n.*, k."clubId" FROM unnest(
        ${column('apiKeyId')}::uuid[], ${times(column('hour'))}::timestamptz[], ${times(column('lastUsedAt'))}::timestamptz[],
        ${column('requests')}::int[], ${column('denied')}::int[], ${column('limited')}::int[], ${column('errors')}::int[]
      ) AS n("id", "hour", "at", "requests", "denied", "limited", "errors") JOIN "ApiKey" k ON k."id" = n."id"
      WHERE EXISTS (SELECT 1 FROM turn)
    ), used AS (
      INSERT INTO "ApiKeyUse" ("apiKeyId", "clubId", "lastUsedAt")
      SELECT "id", "clubId", max("at") FROM noted WHERE "at" IS NOT NULL GROUP BY "id", "clubId" ORDER BY "id"
      ON CONFLICT ("apiKeyId") DO UPDATE SET "lastUsedAt" = GREATEST("ApiKeyUse"."lastUsedAt", EXCLUDED."lastUsedAt")
    ), needed AS (
      INSERT INTO "ApiKeyScopeUse" ("apiKeyId", "clubId", "scope", "lastUsedAt")
      SELECT k."id", k."clubId", s."scope", max(s."at") FROM unnest(
        ${needs.map(({ apiKeyId }) => apiKeyId)}::uuid[], ${needs.map(({ scope }) => scope)}::text[],
        ${times(needs.map(({ at }) => at))}::timestamptz[]
      ) AS s("id", "scope", "at") JOIN "ApiKey" k ON k."id" = s."id"
      WHERE EXISTS (SELECT 1 FROM turn)
      GROUP BY k."id", k."clubId", s."scope" ORDER BY k."id", s."scope"
      ON CONFLICT ("apiKeyId", "scope") DO UPDATE SET "lastUsedAt" = GREATEST("ApiKeyScopeUse"."lastUsedAt", EXCLUDED."lastUsedAt")
    )
    INSERT INTO "ApiKeyUsage" AS u ("apiKeyId", "clubId", "hour", "requests", "denied", "limited", "errors")
    SELECT "id", "clubId", "hour", "requests", "denied", "limited", "errors" FROM noted ORDER BY "id", "hour"
    ON CONFLICT ("apiKeyId", "hour") DO UPDATE SET
      "requests" = u."requests" + EXCLUDED."requests", "denied" = u."denied" + EXCLUDED."denied",
      "limited" = u."limited" + EXCLUDED."limited", "errors" = u."errors" + EXCLUDED."errors"`
}
