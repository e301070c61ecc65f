import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { startServer, type Server } from '../../__tests__/support/server'
import type { Postgres } from './postgres'

/** One process of the product, which may die and come back at the same port. */
export type App = {
  port: number
  pid: () => number
  /** Killed with -9: it gets to say nothing. */
  kill: () => Promise<void>
  /** Returns when it answers. */
  restart: () => Promise<void>
  /** As an orchestrator ends it (SIGTERM). @returns milliseconds until it was gone */
  stop: () => Promise<number>
  memoryMiB: () => number
  /** All that it printed, before and after restarts. */
  output: () => string
  /** What it printed, in all of its lives, that is not a line known to belong there. */
  unexpected: () => string[]
}

const MANY = '1000000'

/**
 * The product's own, whatever the tests around it have set; but limits that stand in nobody's way, unless a
 * scenario is about them.
 */
export const OUT_OF_THE_WAY = {
  DATABASE_TIMEOUT_MS: '',
  NEXTAUTH_SECRET: 'for-chaos-only-for-chaos-only-for-chaos',
  RATE_LIMIT_PER_KEY: MANY,
  RATE_LIMIT_PER_CLUB: MANY,
  RATE_LIMIT_FAILURES_PER_ADDRESS: MANY,
  RATE_LIMIT_CHANGES_PER_USER: MANY,
  // Else the heap grows for minutes before anybody collects it, and what is kept cannot be told from what is
  // garbage.
  NODE_OPTIONS: '--max-old-space-size=256',
}

export async function startApp(postgres: Postgres, env: Record<string, string> = {}): Promise<App> {
  const start = (port?: number) =>
    startServer({
      databaseUrl: postgres.url,
      env: { ...OUT_OF_THE_WAY, DATABASE_DIRECT_URL: postgres.directUrl, ...env },
      ...(port && { port }),
    })
  let server: Server = await start()
  const lives = [server]
  const { port } = server
  return {
    port,
    pid: () => server.process.pid ?? 0,
    kill: async () => {
      const gone = once(server.process, 'exit')
      server.process.kill('SIGKILL')
      await gone
    },
    restart: async () => {
      server = await start(port)
      lives.push(server)
    },
    stop: async () => {
      const asked = performance.now()
      await server.stop()
      return performance.now() - asked
    },
    memoryMiB: () => residentMiB(server.process.pid ?? 0),
    output: () => lives.map(({ output }) => output()).join(''),
    unexpected: () => lives.flatMap(({ output }) => output().split('\n')).filter((line) => !isKnown(line)),
  }
}

/** Every line that a process may print while what it depends on is away. */
const KNOWN = new Set([
  'the database did not answer',
  'the database did not answer at the start',
  'the change channel is down; keys are verified from the database until it is back',
  'the change channel is back',
  'recording uses failed; trying again',
  'recording where keys are used from failed',
  'an idle database connection broke',
  'nothing could be taken to be sent; it is tried again',
  'readiness: the database did not answer',
  'limits are counted in Redis',
  'Redis does not answer: until it does, each process counts limits by itself',
  'Redis answers again: limits are counted across processes',
  // Whoever measures asks the processes behind nginx themselves, from nginx's address.
  'a proxy in TRUSTED_PROXIES says neither in X-Forwarded-For nor in Forwarded who its client is: all of them have its address and share its limits',
])

function isKnown(line: string): boolean {
  // The framework's greeting.
  if (/^\s*$|^▲ Next\.js|^ *- (Local|Network|Experiments)|^ *[✓·] /.test(line)) return true
  try {
    const { msg, status } = JSON.parse(line) as { msg: string; status?: number | null }
    // Each request has its line; none may end in what nobody foresaw.
    return KNOWN.has(msg) || (msg === 'request' && status !== 500)
  } catch {
    return false
  }
}

/** 0 for one that has ended. */
export function residentMiB(pid: number): number {
  const file = `/proc/${pid}/status`
  const kib = existsSync(file) ? /^VmRSS:\s+(\d+)/m.exec(readFileSync(file, 'utf8'))?.[1] : undefined
  return Math.round(Number(kib ?? 0) / 1024)
}
