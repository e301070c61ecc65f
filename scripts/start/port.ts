import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { NextProcess } from './next'

const PATIENCE_MS = 120_000
const POLL_MS = 50

/** @throws Error that tells how to choose another port */
export function assertFree(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'EADDRINUSE' ? 'is taken' : `cannot be used (${error.code})`
      reject(
        new Error(
          `Port ${port} ${reason}. Choose another one: PORT=${port < 65535 ? port + 1 : 3000} npm start`,
        ),
      )
    })
    probe.listen(port, () => probe.close(() => resolve()))
  })
}

/** Waits until the server can serve: it answers, its database does, and every migration is applied. */
export async function untilReady(server: NextProcess, port: number, stop: AbortSignal): Promise<void> {
  let exit: { code: number | null } | undefined
  void server.exited.then((code) => (exit = { code }))
  let answer = 'nothing'
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await sleep(POLL_MS)) {
    stop.throwIfAborted()
    if (exit) throw new Error(`The server ended before it was ready (exit code ${exit.code}).`)
    const response = await fetch(`http://localhost:${port}/api/health/ready`, {
      signal: AbortSignal.timeout(30_000),
    }).catch(() => null)
    if (response?.ok) return
    if (response) answer = `${response.status} ${await response.text()}`
  }
  throw new Error(
    `The server was not ready within ${PATIENCE_MS / 1000} s; /api/health/ready answered ${answer}.`,
  )
}
