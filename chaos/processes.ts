import { setTimeout as sleep } from 'node:timers/promises'
import { makeClub, makeKey, makeMember } from '../__tests__/support/club'
import { openClient } from '../__tests__/support/keep-alive'
import { median } from './median'
import { startApp, type App } from './stage/app'
import { startNginx, type Proxy } from './stage/nginx'
import type { Postgres } from './stage/postgres'
import { Traffic } from './traffic'

const PROCESSES = 3
const POLL_MS = 2
const PATIENCE_MS = 10_000
/** A revocation is refused everywhere after so long, unless a channel is cut (G5). */
const HEARD_AFTER_MS = 1_000

export type Fleet = { apps: App[]; proxy: Proxy; remove: () => Promise<void> }

/** Three processes behind nginx, which alone may say who the client is. */
export async function startFleet(postgres: Postgres, env: Record<string, string> = {}): Promise<Fleet> {
  const apps: App[] = []
  for (let i = 0; i < PROCESSES; i++)
    apps.push(await startApp(postgres, { TRUSTED_PROXIES: '127.0.0.1/32', ...env }))
  const proxy = await startNginx(apps.map(({ port }) => port))
  const remove = async () => {
    await proxy.stop()
    await Promise.all(apps.map((app) => app.stop()))
  }
  return { apps, proxy, remove }
}

export type RevocationFacts = { revocations: number; medianMs: number; longestMs: number }

/**
 * Revokes through nginx keys that every process has in memory; milliseconds from the answer until the last
 * process refuses.
 */
export async function revokeEverywhere(
  { apps, proxy }: Fleet,
  revocations: number,
): Promise<RevocationFacts> {
  const owner = await makeMember((await makeClub()).id, ['CLUB_ADMIN'])
  const admin = await makeKey(owner)
  const clients = [proxy, ...apps].map(({ port }) => openClient(() => port))
  const [front, ...processes] = clients.map(({ call }) => call)
  const times: number[] = []
  for (let i = 0; i < revocations; i++) {
    const { id, token } = await makeKey(owner)
    const use = async (call: (typeof processes)[number]) =>
      (await call({ method: 'GET', path: '/api/v1/practices', token })).status
    for (const call of processes)
      for (let time = 0; time < 2; time++)
        if ((await use(call)) !== 200) throw new Error('a good key is refused')
    const answer = await front?.({
      method: 'POST',
      path: `/api/v1/api-keys/${id}/revoke`,
      token: admin.token,
      body: '{}',
    })
    if (answer?.status !== 200) throw new Error(`not revoked: ${answer?.status} ${answer?.body}`)
    const from = performance.now()
    const refused = processes.map(async (call) => {
      while ((await use(call)) !== 401) {
        if (performance.now() - from > PATIENCE_MS) return Infinity
        await sleep(POLL_MS)
      }
      return performance.now() - from
    })
    times.push(Math.max(...(await Promise.all(refused))))
  }
  for (const { close } of clients) close()
  return { revocations, medianMs: median(times), longestMs: Math.max(...times) }
}

export type RollingFacts = {
  restarts: number
  reads: number
  failedReads: string[]
  writes: number
  failedWrites: number
  wrong: string[]
  lost: string[]
  longestStopMs: number
  unexpected: string[]
}

/**
 * Replaces every process in turn, under load through nginx. A write whose process ends is its caller's to
 * repeat; a read fails for nobody.
 */
export async function rollingRestart(
  { apps, proxy }: Fleet,
  postgres: Postgres,
  rounds: number,
): Promise<RollingFacts> {
  const traffic = await Traffic.start(proxy.port, { heardAfterMs: HEARD_AFTER_MS })
  await sleep(500)
  let longestStopMs = 0
  for (let round = 0; round < rounds; round++) {
    for (const app of apps) {
      longestStopMs = Math.max(longestStopMs, await app.stop())
      await app.restart()
      await sleep(500)
    }
  }
  await traffic.stop()
  const isRead = (what: string) => what.startsWith('read ')
  const good = traffic.sent.filter(({ right }) => right === 'good')
  const failed = good.filter(({ status }) => status < 200 || status > 299)
  const say = ({ what, status, code }: (typeof good)[number]) => `${what}: ${status} ${code}`
  return {
    restarts: rounds * apps.length,
    reads: good.filter(({ what }) => isRead(what)).length,
    failedReads: failed.filter(({ what }) => isRead(what)).map(say),
    writes: good.filter(({ what }) => !isRead(what)).length,
    failedWrites: failed.filter(({ what }) => !isRead(what)).length,
    wrong: traffic.sent.filter(({ right, status }) => right === 'bad' && status > 0 && status < 300).map(say),
    lost: await traffic.lost(postgres),
    longestStopMs,
    unexpected: apps.flatMap((app) => app.unexpected()),
  }
}
