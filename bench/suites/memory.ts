import { figure, type Figures } from '../support/figures'
import { environmentFor, type Database } from '../support/stage'
import type { Run } from '../support/suite'
import { startWorker } from '../support/worker'
import type { Hoard } from '../workers/hoard'

const KEYS = 100_000

/**
 * V8's young generation at its full size from the start. It grows to that under any load; while it does, it
 * weighs more than the keys.
 */
const FULL_GROWN = '--min-semi-space-size=64'

/**
 * What 100,000 answers kept in memory weigh: the same process before and after, having looked every one of
 * them up both times.
 */
export async function memory({ stage, quick, say }: Run): Promise<Figures> {
  const database = await stage.withKeys(KEYS)
  say(`keeping ${KEYS.toLocaleString('en')} keys in memory`)
  const weights = []
  for (let i = 0; i < (quick ? 1 : 3); i++) weights.push(await weigh(database))
  return {
    cache_100k_mb: figure(
      weights.map(({ rss }) => rss),
      'MB',
    ),
    cache_100k_heap_mb: figure(
      weights.map(({ heap }) => heap),
      'MB',
    ),
  }
}

async function weigh(database: Database): Promise<{ rss: number; heap: number }> {
  const env = { ...environmentFor(database), API_KEY_CACHE_SIZE: String(KEYS), DATABASE_POOL_SIZE: '20' }
  const worker = await startWorker<Hoard>('hoard', {
    place: 'measured',
    env,
    flags: ['--expose-gc', FULL_GROWN],
  })
  // Nothing is kept yet, since nobody listens: what the lookups themselves leave behind is there before and
  // after.
  const before = await worker.call('verifyAll', { keys: KEYS })
  await worker.call('follow', null)
  const after = await worker.call('verifyAll', { keys: KEYS })
  const kept = await worker.call('countKept', { keys: KEYS })
  await worker.stop()
  if (kept < KEYS) throw new Error(`only ${kept} of ${KEYS} keys were kept`)
  return { rss: after.rss - before.rss, heap: after.heap - before.heap }
}
