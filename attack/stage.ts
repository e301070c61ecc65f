import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { closeDb, db } from '@/lib/db/client'
import { startApp, type App } from '../chaos/stage/app'
import { ownPostgres } from '../chaos/stage/scene'
import { makeKey } from '../__tests__/support/club'
import { send, type RawRequest, type RawResponse } from '../__tests__/support/raw-http'
import type { Server } from '../__tests__/support/server'
import { useSession } from '../__tests__/support/sign-in'
import { startStrict, type Strict } from './strict'
import type { Postgres } from '../chaos/stage/postgres'

const MANIFEST = path.resolve(__dirname, '../.next/server/server-reference-manifest.json')

export type Person = { cookie: string; slug: string }

/**
 * A built server with a heap of 256 MB, behind a proxy on this machine; two people who are signed in; a key.
 */
export type Stage = {
  app: App
  server: Server
  postgres: Postgres
  /** Started for the first case that asks for it. */
  strict: () => Promise<Strict>
  origin: string
  person: Person
  other: Person
  /** A coach's, with all of their scopes. */
  token: string
  send: (request: RawRequest) => Promise<RawResponse>
  /** The id that the build gave an action. */
  actionId: (name: string) => string
  /** By how many MiB the process grew at most while `act` ran, and the result of `act`. */
  growth: <T>(act: () => Promise<T>) => Promise<{ mib: number; result: T }>
  isAlive: () => Promise<boolean>
  remove: () => Promise<void>
}

export async function setStage(): Promise<Stage> {
  const postgres = await ownPostgres()
  // The tests' own secret if they run it, since this process reads cookies here.
  const { NEXTAUTH_SECRET = '' } = process.env
  const env = { TRUSTED_PROXIES: '127.0.0.1/32', NEXTAUTH_SECRET }
  // Answered connections are kept for less, so that their end can be waited for.
  const app = await startApp(postgres, { ...env, KEEP_ALIVE_TIMEOUT: '5' })
  const { port } = app
  const server = { port, send: (request: RawRequest) => send(port, request) } as Server
  const signIn = async () => {
    await db().rateLimiterFlexible.deleteMany()
    return useSession(server)
  }
  const [one, another] = [await signIn(), await signIn()]
  const { token } = await makeKey(one.home.coach)
  let strict: Promise<Strict> | undefined
  return {
    app,
    server,
    postgres,
    strict: () => (strict ??= startStrict(postgres, env)),
    origin: `http://localhost:${port}`,
    person: { cookie: one.cookie, slug: one.home.slug },
    other: { cookie: another.cookie, slug: another.home.slug },
    token,
    send: server.send,
    actionId,
    growth: (act) => growth(app, act),
    isAlive: async () => (await server.send({ path: '/api/health/live' }).catch(() => null))?.status === 200,
    remove: async () => {
      await closeDb()
      await (await strict)?.stop()
      await app.stop()
      await postgres.remove()
    },
  }
}

function actionId(name: string): string {
  const { node } = JSON.parse(readFileSync(MANIFEST, 'utf8')) as {
    node: Record<string, { exportedName: string }>
  }
  const found = Object.entries(node).find(([, { exportedName }]) => exportedName === name)
  if (!found) throw new Error(`the build has no action ${name}`)
  return found[0]
}

async function growth<T>(app: App, act: () => Promise<T>): Promise<{ mib: number; result: T }> {
  const pid = app.pid()
  // Linux then resets the peak.
  writeFileSync(`/proc/${pid}/clear_refs`, '5')
  const before = app.memoryMiB()
  const result = await act()
  return { mib: peakMiB(pid) - before, result }
}

function peakMiB(pid: number): number {
  try {
    const kib = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return Math.round(Number(kib) / 1024)
  } catch {
    return NaN
  }
}
