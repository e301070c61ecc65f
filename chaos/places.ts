import { startRedisCluster, startSentinel, runRedis } from '../__tests__/support/redis-kinds'
import { passLimit } from './limits'
import { startApp } from './stage/app'
import { startHaproxy } from './stage/haproxy'
import { startNginx } from './stage/nginx'
import type { Postgres } from './stage/postgres'

/** A Redis that two processes count in, by the name that docs/compatibility.md gives it. */
const REDIS: Record<string, () => Promise<{ url: string; stop: () => Promise<void> }>> = {
  'one server': async () => {
    const { port, stop } = await runRedis()
    return { url: `redis://127.0.0.1:${port}`, stop }
  },
  'Redis Cluster, by one of its nodes': async () => {
    const { nodes, stop } = await startRedisCluster()
    return { url: `redis://127.0.0.1:${nodes[2]?.port}`, stop }
  },
  Sentinel: async () => {
    const { port, stop } = await startSentinel()
    return { url: `redis+sentinel://127.0.0.1:${port}/main`, stop }
  },
}

/** The answers to 200 calls at once with a key limited to 20, by where they were counted. */
export type PlaceFacts = { place: string; answers: Record<string, number> }[]

/** Two processes that share a Redis, behind nginx and, one of them alone, behind HAProxy. */
export async function countInEachPlace(postgres: Postgres): Promise<PlaceFacts> {
  const facts: PlaceFacts = []
  for (const [place, start] of Object.entries(REDIS)) {
    const redis = await start()
    const env = { REDIS_URL: redis.url, TRUSTED_PROXIES: '127.0.0.1/32' }
    const apps = [await startApp(postgres, env), await startApp(postgres, env)]
    const nginx = await startNginx(apps.map(({ port }) => port))
    const haproxy = await startHaproxy(apps[0]?.port ?? 0, 'option forwardfor')
    facts.push({
      place: `${place}, through nginx to two processes`,
      answers: await passLimit(nginx.port, 20, 200),
    })
    facts.push({ place: `${place}, through HAProxy to one`, answers: await passLimit(haproxy.port, 20, 200) })
    await Promise.all([nginx.stop(), haproxy.stop(), ...apps.map((app) => app.stop())])
    await redis.stop()
  }
  return facts
}
