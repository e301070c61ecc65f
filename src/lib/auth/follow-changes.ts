import { asRoleOf } from '../db/address'
import { closeSpare, sendBeat } from '../db/beat'
import { listenToChanges } from '../db/changes'
import { floor } from '../db/floor'
import { settings } from '../settings'
import { log } from '../log'
import { wakeOutboxes } from '../outbox/wake'
import { verifiedKeys } from './verified-keys'

const shared = globalThis as typeof globalThis & { clubkeysUnfollow?: () => Promise<void> }

/**
 * Lets this process answer from memory: from now on it hears of every change that makes an answer void.
 * Without it the cache stays off, and every verification asks the database.
 */
export function followChanges(): void {
  const { db, cacheSize } = settings()
  // As the app's role: no process that serves needs the owner's password.
  const url = db.directUrl && db.url ? asRoleOf(db.directUrl, db.url) : db.url
  if (!url || shared.clubkeysUnfollow) return
  if (cacheSize === 0) return log.info('API_KEY_CACHE_SIZE is 0: every key is verified from the database')
  const cache = verifiedKeys()
  shared.clubkeysUnfollow = listenToChanges(url, sendBeat, {
    changed: (ids) => cache.forget(ids),
    added: () => cache.forgetRefusals(),
    changedAll: () => {
      cache.forgetAll()
      floor().doubt()
    },
    posted: wakeOutboxes,
    proven: (sent) => cache.prove(sent),
    lost: () => cache.distrust(),
  })
}

/** Stops listening: from now on nothing in memory counts. */
export async function unfollowChanges(): Promise<void> {
  const unfollow = shared.clubkeysUnfollow
  delete shared.clubkeysUnfollow
  await unfollow?.()
  await closeSpare()
}
