import { monitorEventLoopDelay } from 'node:perf_hooks'
import { verifiedKeys } from '@/lib/auth/verified-keys'
import { pool } from '@/lib/db/client'
import { floor } from '@/lib/db/floor'
import { countingInRedis } from '@/lib/limits/take'
import { accumulated, measured } from '@/lib/metrics'
import { waitingUses } from '@/lib/usage/record'
import { openConnections } from './connections'
import { queueSizes } from './intake/take-turn'
import { isStopping } from './shutdown'

const shared = globalThis as typeof globalThis & { clubkeysDelay?: ReturnType<typeof monitorEventLoopDelay> }

/** Names what is read of this process when somebody asks. Nothing of it runs before the first time. */
export function measureProcess(): void {
  if (shared.clubkeysDelay) return
  const delay = (shared.clubkeysDelay = monitorEventLoopDelay({ resolution: 20 }))
  delay.enable()
  measureKeys()
  measureDatabase()
  measured('clubkeys_redis_up', 'Whether limits are counted in Redis; missing without REDIS_URL.', () => {
    const counting = countingInRedis()
    return counting === null ? null : Number(counting)
  })
  const queues = (state: 'busy' | 'waiting') => () =>
    Object.fromEntries(Object.entries(queueSizes()).map(([queue, sizes]) => [queue, sizes[state]]))
  measured('clubkeys_turns_busy', 'Requests that are being worked on.', queues('busy'), 'queue')
  measured('clubkeys_turns_waiting', 'Requests that wait for their turn.', queues('waiting'), 'queue')
  measured('clubkeys_connections', 'Open connections of clients.', () => openConnections())
  measured('clubkeys_stopping', 'Whether this process was told to end.', () => Number(isStopping()))
  accumulated('process_cpu_seconds_total', 'CPU time, of user and system.', () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1e6
  })
  measured('process_start_time_seconds', 'When the process started, since 1970.', () =>
    Math.round(Date.now() / 1000 - process.uptime()),
  )
  measured('process_resident_memory_bytes', 'Resident memory.', () => process.memoryUsage.rss())
  measured('nodejs_heap_size_used_bytes', 'Heap in use.', () => process.memoryUsage().heapUsed)
  measured(
    'nodejs_eventloop_lag_seconds',
    'How late timers run: the 99th percentile since the last scrape.',
    () => {
      const seconds = delay.count === 0 ? 0 : delay.percentile(99) / 1e9
      delay.reset()
      return seconds
    },
  )
  measured('nodejs_version_info', 'The version of Node.', () => ({ [process.version]: 1 }), 'version')
}

function measureKeys(): void {
  measured('clubkeys_cache_keys', 'Answers in memory.', () => verifiedKeys().sizes, 'answer')
  measured('clubkeys_change_channel_up', 'Whether the process is proven to hear of changes.', () =>
    Number(verifiedKeys().trusted),
  )
  measured(
    'clubkeys_change_channel_heartbeat_age_seconds',
    'How long ago the newest heartbeat that came back was sent.',
    () => verifiedKeys().provenAgeMs / 1000,
  )
  measured('clubkeys_rules_outrun', 'Whether the database needs a newer release.', () =>
    Number(floor().isOutrun()),
  )
  measured('clubkeys_usage_waiting', 'Keys whose uses are not written yet.', () => waitingUses().keys)
  measured(
    'clubkeys_usage_waiting_age_seconds',
    'Since when the oldest of them waits.',
    () => waitingUses().ageMs / 1000,
  )
}

function measureDatabase(): void {
  measured(
    'clubkeys_pool_connections',
    'Connections to the database.',
    () => {
      const { totalCount, idleCount } = pool()
      return { in_use: totalCount - idleCount, idle: idleCount }
    },
    'state',
  )
  measured('clubkeys_pool_waiting', 'Statements that wait for a connection.', () => pool().waitingCount)
  measured('clubkeys_pool_size', 'The most connections that the pool opens.', () => pool().options.max)
}
