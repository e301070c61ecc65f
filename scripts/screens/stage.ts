import '@/keys'
import { createTestDatabase, startTestServer, stopTestServer } from '../../__tests__/support/postgres'

export type Stage = { databaseUrl: string; close: () => Promise<void> }

/** A database of its own, filled with a club that has something of everything, and one that has nothing. */
export async function openStage(): Promise<Stage> {
  await startTestServer()
  const database = await createTestDatabase()
  process.env.DATABASE_URL = database.url
  // Only now: the client reads its address once.
  const { fill } = await import('./fill')
  const { closeDb } = await import('@/lib/db/client')
  await fill()
  const close = async () => {
    await closeDb()
    await database.drop()
    await stopTestServer()
  }
  return { databaseUrl: database.url, close }
}
