import { startRedis } from '../../__tests__/support/redis'
import type { Scene } from '../faults'
import { startApp } from './app'
import { startPostgres, type Postgres } from './postgres'

/** A database, a Redis and a process of the product on them. */
export async function setScene(
  env: Record<string, string> = {},
): Promise<Scene & { remove: () => Promise<void> }> {
  const postgres = await ownPostgres()
  const redis = await startRedis()
  const app = await startApp(postgres, { REDIS_URL: redis.url, ...env })
  const remove = async () => {
    await app.stop()
    await redis.stop()
    await postgres.remove()
  }
  return { postgres, redis, app, remove }
}

/** With this process's own access pointed at it. */
export async function ownPostgres(): Promise<Postgres> {
  const postgres = await startPostgres()
  process.env.DATABASE_URL = postgres.url
  process.env.NEXTAUTH_SECRET ??= 'for-chaos-only-for-chaos-only-for-chaos'
  return postgres
}
