import { randomUUID } from 'node:crypto'
import type { Scope } from '@/contracts/permissions'
import { log } from '../log'
import { counter } from '../metrics'
import { notePlace, writePlaces } from './places'
import { writeUses, type Batch, type Count } from './write-uses'

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

type Recorder = {
  /** This process, to the database, and how many batches it has sent. */
  writer: string
  sent: number
  /** Sent, and nobody knows whether it was added: it goes again under its own number, before any other. */
  unsure: Batch | null
  pending: Map<string, Count>
  /** Since when something waits to be written, by the monotonic clock; null: nothing does. */
  since: number | null
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
    since: null,
    latest: null,
    timer: null,
    flushing: null,
    dropped: 0,
  })

/**
 * A key was let in. Noted in memory; the database hears of it within seconds. Never delays or fails a
 * request.
 */
export function recordUse(
  apiKeyId: string,
  from?: { address: string | null; userAgent?: string | undefined },
): void {
  const now = Date.now()
  if (from) notePlace(apiKeyId, from.address, from.userAgent)
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

/**
 * A request that was let in was refused after all, for want of a scope (403) or over another limit (429): it
 * counts as that, and not as let in as well.
 */
export function recordRefused(apiKeyId: string, refusal: 'denied' | 'limited'): void {
  const count = pendingCount(apiKeyId, Date.now())
  if (!count) return
  count[refusal]++
  // Written already, it stays counted twice: a number below zero would be worse.
  if (count.requests > 0) count.requests--
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
      await writeUses(state.writer, state.unsure)
      state.unsure = null
    }
    flushes('written').count++
    state.since = state.pending.size === 0 ? null : performance.now()
  } catch (error) {
    flushes('failed').count++
    keep(counts.slice(from), error)
  }
  // The next flush writes them, too.
  await writePlaces().catch((error: unknown) =>
    log.warn({ err: error }, 'recording where keys are used from failed'),
  )
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
      lost().count++
      return null
    }
    count = { apiKeyId, hour, lastUsedAt: null, scopes: null, requests: 0, denied: 0, limited: 0, errors: 0 }
    state.pending.set(name, count)
  }
  scheduleFlush(state)
  return (state.latest = count)
}

function scheduleFlush(state: Recorder): void {
  state.since ??= performance.now()
  state.timer ??= setTimeout(() => void flushUses(), FLUSH_EVERY_MS).unref()
}

const flushes = counter('clubkeys_usage_flushes_total', 'Writes of uses.', 'result', ['written', 'failed'])
const lost = counter('clubkeys_usage_dropped_total', 'Uses that were not counted: too many keys at once.')

/** What is not written yet: of how many keys, and since when, in milliseconds. */
export function waitingUses(): { keys: number; ageMs: number } {
  const { pending, unsure, since } = recorder()
  const keys = pending.size + (unsure?.counts.length ?? 0)
  return { keys, ageMs: since === null ? 0 : performance.now() - since }
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
