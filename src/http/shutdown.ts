import diagnostics from 'node:diagnostics_channel'
import type { Server, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { unfollowChanges } from '@/lib/auth/follow-changes'
import { closeDb } from '@/lib/db/client'
import { settings } from '@/lib/settings'
import { closeLimits } from '@/lib/limits/take'
import { log } from '@/lib/log'
import { finishWorks } from '@/lib/process/finish-first'
import { flushUses } from '@/lib/usage/record'
import { stopWebhooks } from '@/lib/webhooks/work'

/** How long requests under way may take to finish, in milliseconds; then their connections are cut. */
const REQUESTS_MS = 7_500
/** How long all of the end may take. Without it, a paused database would be waited for without end. */
const ALL_MS = 9_500
/** How long a webhook's receiver may still answer, in milliseconds. */
const DELIVERIES_MS = 1_000
const LOOK_EVERY_MS = 50
/** How long kept connections are still served: each gets one last answer. */
const FAREWELL_MS = 250

type Started = { server: Server; response: ServerResponse }

const shared = globalThis as typeof globalThis & { clubkeysStopping?: boolean }

/** Whether this process was told to end: load balancers should use another one. */
export const isStopping = (): boolean => shared.clubkeysStopping === true

/**
 * Ends the process in order on SIGTERM or SIGINT. For LAME_DUCK_SECONDS readiness says so, and all is served
 * as before. Then it takes no new connections, finishes requests under way, writes the uses and closes
 * connections. The framework's own handler would refuse connections at once and exit before the last uses are
 * written.
 */
export function shutDownOnSignal(): void {
  let server: Server | undefined
  diagnostics.subscribe('http.server.request.start', (message) => {
    const started = message as Started
    server = started.server
    // Else a client that keeps a connection busy would keep the process alive.
    if (isStopping()) started.response.shouldKeepAlive = false
  })
  const exits = settings().mode === 'production' && takeOverFromFramework()
  const end = async () => {
    if (isStopping()) return
    shared.clubkeysStopping = true
    await sleep(settings().lameDuckSeconds * 1000)
    await shutDown(server)
    if (exits) process.exit(0)
  }
  for (const signal of SIGNALS) process.on(signal, () => void end())
}

const SIGNALS = ['SIGTERM', 'SIGINT'] as const

/**
 * Removes the framework's own handlers, which are set by now unless NEXT_MANUAL_SIG_HANDLE is; other people's
 * stay.
 * @returns whether nobody else ends the process
 */
function takeOverFromFramework(): boolean {
  let left = 0
  for (const signal of SIGNALS)
    for (const listener of process.listeners(signal)) {
      if (isFrameworks(listener)) process.off(signal, listener)
      else left++
    }
  return left === 0 || Boolean(settings().signalsAreOurs)
}

const isFrameworks = (listener: NodeJS.SignalsListener): boolean =>
  listener.name === 'cleanup' && String(listener).includes('cleanupStarted')

async function shutDown(server: Server | undefined): Promise<void> {
  const inTime = await Promise.race([endInOrder(server), sleep(ALL_MS, false)])
  if (!inTime) log.error('the shutdown took too long; the last uses may not be written')
}

async function endInOrder(server: Server | undefined): Promise<true> {
  try {
    if (server) await closeServer(server)
    // What is not over by then is sent again by another process.
    await Promise.race([stopWebhooks(), sleep(DELIVERIES_MS)])
    await Promise.all([finishWorks(), flushUses()])
    await unfollowChanges()
    await closeDb()
    closeLimits()
  } catch (error) {
    log.error({ err: error }, 'the shutdown was not clean')
  }
  return true
}

async function closeServer(server: Server): Promise<void> {
  // The answer tells clients that keep a connection open that it ends. If it closed under their next request
  // instead, they could not know what became of that.
  if (await isConnected(server)) await sleep(FAREWELL_MS)
  const closed = new Promise((resolve) => server.close(resolve))
  // A connection becomes idle when its last answer is out.
  const idle = setInterval(() => server.closeIdleConnections(), LOOK_EVERY_MS)
  server.closeIdleConnections()
  const impatience = setTimeout(() => server.closeAllConnections(), REQUESTS_MS)
  await closed
  clearInterval(idle)
  clearTimeout(impatience)
}

const isConnected = (server: Server) =>
  new Promise<boolean>((resolve) =>
    server.getConnections((error, count) => resolve(error === null && count > 0)),
  )
