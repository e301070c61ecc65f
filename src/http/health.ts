import type { Liveness, Readiness } from '@/contracts/health'
import { lookUpNobody } from '@/lib/auth/validate'
import { verifiedKeys } from '@/lib/auth/verified-keys'
import { db } from '@/lib/db/client'
import { floor } from '@/lib/db/floor'
import { pendingMigrations } from '@/lib/db/migrate'
import { isOutage } from '@/lib/db/outage'
import { outrunBy } from '@/lib/db/rules'
import { Refusal } from '@/lib/errors'
import { redisAnswers } from '@/lib/limits/take'
import { log } from '@/lib/log'
import { isStopping } from './shutdown'

/** How long readiness waits for the database, in milliseconds. */
const DEADLINE_MS = 900

/**
 * The process answers. It says nothing of what it depends on, so that an outage elsewhere restarts nobody.
 */
export async function live(): Promise<Response> {
  return answer(200, { status: 'ok' })
}

/**
 * This process can serve: the database answers what verification asks, every migration of this version is
 * applied, and no restriction needs newer rules. The answer names only which of these is missing. Without
 * Redis (then it counts limits by itself) and without its memory of keys (then it asks the database about
 * each) it still serves, and says so. Once it was told to end it says so, too, while it still serves.
 */
export async function ready(): Promise<Response> {
  if (isStopping()) return answer(503, { status: 'stopping' })
  const [checks, redis] = await (looking ??= look().finally(() => (looking = null)))
  const ok = Object.values(checks).every((check) => check === 'ok')
  const cache = verifiedKeys().trusted ? 'ok' : 'off'
  const counting = redis === null ? {} : { redis: redis ? ('ok' as const) : ('unreachable' as const) }
  return answer(ok ? 200 : 503, {
    status: ok ? 'ok' : 'unavailable',
    ...(checks.rules === 'outrun' && { reason: outrunBy(floor().needed) }),
    checks: { ...checks, cache, ...counting },
  })
}

/**
 * One look answers everybody who asks meanwhile: anyone may ask, at any rate, and must not load the database.
 */
let looking: Promise<[Checks, boolean | null]> | null = null
const look = () => Promise.all([Promise.race([checkDatabase(), deadline()]), redisAnswers()])

type Checks = Pick<NonNullable<Readiness['checks']>, 'database' | 'migrations' | 'keys' | 'rules'>
const UNKNOWN = { keys: 'unknown', rules: 'unknown' } as const
const AWAY: Checks = { database: 'unreachable', migrations: 'unknown', ...UNKNOWN }

async function checkDatabase(): Promise<Checks> {
  try {
    const pending = await pendingMigrations((sql) => db().$queryRawUnsafe(sql))
    const migrations = pending.length === 0 ? 'ok' : 'pending'
    return { database: 'ok', migrations, ...(migrations === 'ok' ? await checkKeys() : UNKNOWN) }
  } catch (error) {
    log.warn({ err: error }, 'readiness: the database did not answer')
    return AWAY
  }
}

/**
 * A database may answer and still refuse this role, or this statement through a pooler. The statement also
 * reads the floor of rules.
 */
async function checkKeys(): Promise<Pick<Checks, 'keys' | 'rules'>> {
  try {
    await lookUpNobody()
    return { keys: 'ok', rules: 'ok' }
  } catch (error) {
    if (isOutage(error)) throw error
    if (error instanceof Refusal) return { keys: 'ok', rules: 'outrun' }
    log.warn({ err: error }, 'readiness: keys cannot be read')
    return { keys: 'unreadable', rules: 'unknown' }
  }
}

const deadline = () => new Promise<Checks>((resolve) => setTimeout(resolve, DEADLINE_MS, AWAY).unref())

function answer(status: number, body: Liveness | Readiness): Response {
  const headers = {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(status === 503 && { 'retry-after': '5' }),
  }
  return Response.json(body, { status, headers })
}
