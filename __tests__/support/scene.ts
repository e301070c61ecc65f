import { closeDb } from '@/lib/db/client'
import type { Scene } from '../../chaos/faults'
import { setScene } from '../../chaos/stage/scene'

/**
 * The product with a Postgres and a Redis of its own, which faults may befall; until the file's tests are
 * done.
 */
export function useScene(env?: Record<string, string>): () => Scene {
  let scene: Awaited<ReturnType<typeof setScene>>
  beforeAll(async () => {
    scene = await setScene(env)
  }, 60_000)
  afterAll(async () => {
    await closeDb()
    await scene.remove()
  })
  return () => scene
}
