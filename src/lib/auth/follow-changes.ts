import { asRoleOf } from '../db/address'
import { closeSpare, sendBeat } from '../db/beat'
import { listenToChanges } from '../db/changes'
import { floor } from '../db/floor'
import { env } from '../env'
import { log } from '../log'
import { verifiedKeys } from './verified-keys'

const shared = globalThis as typeof globalThis & { clubkeysUnfollow?: () => Promise<void> }

/**
 * Lets this process answer from memory: from here on it hears of every change that voids an answer. Without
 * it the cache stays off, and every verification asks the database.
 */
export function followChanges(): void {
  const { DATABASE_URL, DATABASE_DIRECT_URL, API_KEY_CACHE_SIZE } = env()
  // As the app's role: no process that serves needs the owner's password.
  const url = DATABASE_DIRECT_URL && DATABASE_URL ? asRoleOf(DATABASE_DIRECT_URL, DATABASE_URL) : DATABASE_URL
  if (!url || shared.clubkeysUnfollow) return
  if (API_KEY_CACHE_SIZE === 0)
    return log.info('API_KEY_CACHE_SIZE is 0: every key is verified from the database')
  const cache = verifiedKeys()
  shared.clubkeysUnfollow = listenToChanges(url, sendBeat, {
    changed: (ids) => cache.forget(ids),
    added: () => cache.forgetRefusals(),
    changedAll: () => {
      cache.forgetAll()
      floor().doubt()
    },
    proven: (sent) => cache.prove(sent),
    lost: () => cache.distrust(),
  })
}

/** Stops listening; nothing cached counts any more. */
export async function unfollowChanges(): Promise<void> {
  const unfollow = shared.clubkeysUnfollow
  delete shared.clubkeysUnfollow
  await unfollow?.()
  await closeSpare()
}
