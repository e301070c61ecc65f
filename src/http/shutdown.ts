import diagnostics from 'node:diagnostics_channel'
import type { Server } from 'node:http'
import { unfollowChanges } from '@/lib/auth/follow-changes'
import { closeDb } from '@/lib/db/client'
import { env } from '@/lib/env'
import { closeLimits } from '@/lib/limits/take'
import { log } from '@/lib/log'
import { flushUses } from '@/lib/usage/record'

/** How long requests under way may take to finish, in milliseconds; then their connections are cut. */
const GRACE_MS = 8_000

/**
 * Ends the process in order on SIGTERM or SIGINT: no new connections, requests under way finish, uses are written, connections closed.
 * The framework's own handler would exit before the last uses are written; `NEXT_MANUAL_SIG_HANDLE=true` leaves the signal to this one.
 */
export function shutDownOnSignal(): void {
  let server: Server | undefined
  diagnostics.subscribe('http.server.request.start', (message) => {
    server = (message as { server: Server }).server
  })
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void shutDown(server))
}

async function shutDown(server: Server | undefined): Promise<void> {
  try {
    if (server) await closeServer(server)
    await flushUses()
    await unfollowChanges()
    await closeDb()
    closeLimits()
  } catch (error) {
    log.error({ err: error }, 'the shutdown was not clean')
  }
  if (env().NEXT_MANUAL_SIG_HANDLE) process.exit(0)
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve))
  server.closeIdleConnections()
  const impatience = setTimeout(() => server.closeAllConnections(), GRACE_MS)
  await closed
  clearTimeout(impatience)
}
