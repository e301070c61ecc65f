import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Env } from '@/lib/environment/variables'
import type { NextProcess } from './next'

const PATIENCE_MS = 120_000
const POLL_MS = 50
const LOOPBACK = '127.0.0.1'
/** The address is not this machine's, of a family that it lacks, or a name that does not resolve. */
const NO_ADDRESS = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'ENOTFOUND', 'EAI_AGAIN', 'EINVAL'])

/**
 * Where the server listens: on HOST; else only on this machine with the embedded database, which is a trial,
 * and on every address (undefined) with yours.
 */
export function listenHost({ HOST, DATABASE_URL }: Pick<Env, 'HOST' | 'DATABASE_URL'>): string | undefined {
  return HOST ?? (DATABASE_URL ? undefined : LOOPBACK)
}

/** Where a browser on this machine finds it. */
export function originOf(host: string | undefined, port: number): string {
  const everywhere = host === undefined || host === LOOPBACK || host === '0.0.0.0' || host === '::'
  return `http://${everywhere ? 'localhost' : host.includes(':') ? `[${host}]` : host}:${port}`
}

/** @throws Error that tells how to choose another port, or another address */
export async function assertFree(port: number, host: string | undefined): Promise<void> {
  await tryToListen(port, host)
  // A browser may try IPv6 first for `localhost`: no other program may answer there.
  if (host === LOOPBACK) await tryToListen(port, '::1')
}

function tryToListen(port: number, host: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', ({ code = '' }: NodeJS.ErrnoException) => {
      const other = `PORT=${port < 65535 ? port + 1 : 3000} npm start`
      if (code === 'EADDRINUSE') reject(new Error(`Port ${port} is taken. Choose another one: ${other}`))
      // On a machine without IPv6 no program can answer there.
      else if (host === '::1' && NO_ADDRESS.has(code)) resolve()
      else if (NO_ADDRESS.has(code))
        reject(new Error(`HOST: this machine has no such address to listen on (${code}).`))
      else reject(new Error(`Port ${port} cannot be used (${code}). Choose another one: ${other}`))
    })
    probe.listen(port, host, () => probe.close(() => resolve()))
  })
}

/** Waits until the server can serve: it answers, its database does, and every migration is applied. */
export async function untilReady(server: NextProcess, origin: string, stop: AbortSignal): Promise<void> {
  let exit: { code: number | null } | undefined
  void server.exited.then((code) => (exit = { code }))
  let answer = 'nothing'
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await sleep(POLL_MS)) {
    stop.throwIfAborted()
    if (exit) throw new Error(`The server ended before it was ready (exit code ${exit.code}).`)
    const response = await fetch(`${origin}/api/health/ready`, {
      signal: AbortSignal.timeout(30_000),
    }).catch(() => null)
    if (response?.ok) return
    if (response) answer = `${response.status} ${await response.text()}`
  }
  throw new Error(
    `The server was not ready within ${PATIENCE_MS / 1000} s; /api/health/ready answered ${answer}.`,
  )
}
