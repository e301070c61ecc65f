import { statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { figure, type Figures } from '../support/figures'
import { tokenOf } from '../support/keys'
import { inTurn, ratios, type Rounds } from '../support/rounds'
import { environmentFor, type Database } from '../support/stage'
import type { Run } from '../support/suite'
import { startWorker, type Worker } from '../support/worker'
import type { Outcome, Verifier } from '../workers/verifier'
import { burst } from './verify'

const SIZES = { '10k': 10_000, '1m': 1_000_000, '10m': 10_000_000 }
type Size = keyof typeof SIZES
const SMALLEST: Size = '10k'
/** Rows, indexes, write-ahead log and room to sort in. */
const BYTES_PER_KEY = 1_500
const CACHED_KEYS = 1_000

/** Whether a verification among millions of keys costs more than among thousands. */
export async function scale(run: Run): Promise<Figures> {
  const { stage, quick, rounds, say } = run
  const sizes: Size[] = quick ? ['10k', '1m'] : ['10k', '1m', '10m']
  const largest = sizes.at(-1) ?? SMALLEST
  assertRoomFor(SIZES[largest])
  const databases = {} as Record<Size, Database>
  for (const size of sizes) {
    say(`making ${SIZES[size].toLocaleString('en')} keys`)
    databases[size] = await stage.withKeys(SIZES[size])
  }
  say(`verifying among ${sizes.join(', ')} keys, ${rounds} rounds`)
  const uncached = await measureUncached(run, sizes, databases)
  const cached = await measureCached(run, sizes, databases)
  if (largest === '10m') await stage.drop(databases[largest])
  const entries = sizes.flatMap((size) => [
    [
      `scale_${size}_p50_us`,
      figure(
        uncached[size].map(({ p50 }) => p50),
        'us',
      ),
    ] as const,
    [
      `scale_${size}_p99_us`,
      figure(
        uncached[size].map(({ p99 }) => p99),
        'us',
      ),
    ] as const,
  ])
  return {
    scale_p50_ratio: figure(
      ratios(uncached[largest], uncached[SMALLEST], ({ p50 }) => p50),
      'ratio',
    ),
    scale_p99_ratio: figure(
      ratios(uncached[largest], uncached[SMALLEST], ({ p99 }) => p99),
      'ratio',
    ),
    scale_cached_ratio: figure(
      ratios(cached[SMALLEST], cached[largest], ({ perSecond }) => perSecond),
      'ratio',
    ),
    ...Object.fromEntries(entries),
  }
}

/** Other keys in every round, from all over the table: none is in a buffer because we asked for it before. */
async function measureUncached(
  { quick, rounds }: Run,
  sizes: Size[],
  databases: Record<Size, Database>,
): Promise<Rounds<Size, Outcome>> {
  const workers = await startAll(sizes, databases, '1')
  const count = quick ? 2_000 : 10_000
  const measure = async (size: Size, round: number) => {
    await workers[size].call('spread', { count, of: SIZES[size], seed: round + 1 })
    return burst(workers[size], { concurrency: 1, calls: count, timed: true })
  }
  for (const size of sizes) await measure(size, -1)
  const outcomes = await inTurn(sizes, rounds, measure)
  for (const size of sizes) await workers[size].stop()
  return outcomes
}

async function measureCached(
  { quick, rounds }: Run,
  sizes: Size[],
  databases: Record<Size, Database>,
): Promise<Rounds<Size, Outcome>> {
  const workers = await startAll(sizes, databases, '100000')
  for (const size of sizes) {
    await workers[size].call('spread', { count: CACHED_KEYS, of: SIZES[size], seed: 0 })
    await burst(workers[size], { concurrency: 1, calls: CACHED_KEYS })
  }
  const outcomes = await inTurn(sizes, rounds, (size) =>
    burst(workers[size], { concurrency: 1, seconds: quick ? 0.5 : 2 }),
  )
  for (const size of sizes) await workers[size].stop()
  return outcomes
}

async function startAll(
  sizes: Size[],
  databases: Record<Size, Database>,
  cacheSize: string,
): Promise<Record<Size, Worker<Verifier>>> {
  const workers = {} as Record<Size, Worker<Verifier>>
  for (const size of sizes) {
    const env = { ...environmentFor(databases[size]), API_KEY_CACHE_SIZE: cacheSize }
    const worker = await startWorker<Verifier>('verifier', { place: 'measured', env })
    await worker.call('prepare', {
      module: 'subjects/clubkeys.ts',
      databaseUrl: databases[size].url,
      tokens: [tokenOf(0)],
    })
    workers[size] = worker
  }
  return workers
}

/** @throws Error before anything is written, not when the disk is full */
function assertRoomFor(keys: number): void {
  const { bavail, bsize } = statfsSync(tmpdir())
  const needed = keys * BYTES_PER_KEY
  if (bavail * bsize > needed) return
  throw new Error(
    `${keys.toLocaleString('en')} keys need ${Math.ceil(needed / 1e9)} GB in ${tmpdir()}: set TMPDIR to a larger disk`,
  )
}
