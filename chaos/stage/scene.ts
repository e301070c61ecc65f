import type { Scene } from '../faults'
import { startApp } from './app'
import { startPostgres } from './postgres'

/** A database and a process of the product on it, and this process's own access pointed at the same database. */
export async function setScene(env: Record<string, string> = {}): Promise<Scene & { remove: () => Promise<void> }> {
  const postgres = await startPostgres()
  process.env.DATABASE_URL = postgres.url
  process.env.NEXTAUTH_SECRET ??= 'for-chaos-only-for-chaos-only-for-chaos'
  const app = await startApp(postgres, env)
  const remove = async () => {
    await app.stop()
    await postgres.remove()
  }
  return { postgres, app, remove }
}
