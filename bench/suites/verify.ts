import { figure, one, type Figures } from '../support/figures'
import { tokenOf } from '../support/keys'
import { inTurn, ratios, type Rounds } from '../support/rounds'
import { environmentFor, type Database } from '../support/stage'
import type { Run } from '../support/suite'
import { startWorker, type Worker } from '../support/worker'
import type { Door } from '../workers/door'
import type { Outcome, Verifier } from '../workers/verifier'

const KEYS = 10_000
const VERIFIED_KEYS = 1_000
const BCRYPT_CLIENTS = 1_000

/** The contestants, and what their processes are told besides the database. */
const CONTESTANTS = {
  limit_cached: { module: 'subjects/limit-cached.ts', env: {} },
  cached: { module: 'subjects/clubkeys.ts', env: { API_KEY_CACHE_SIZE: '100000' } },
  limit_uncached: { module: 'subjects/limit-uncached.ts', env: {} },
  uncached: { module: 'subjects/clubkeys.ts', env: { API_KEY_CACHE_SIZE: '1', DATABASE_POOL_SIZE: '20' } },
  // As Prisma comes: names for statements are something one has to know about.
  naive: {
    module: 'subjects/naive.ts',
    env: { DATABASE_PREPARED_STATEMENTS: 'off', DATABASE_POOL_SIZE: '20' },
  },
  better_auth: { module: 'peers/better-auth.ts', env: {} },
} as const
type Name = keyof typeof CONTESTANTS
const NAMES = Object.keys(CONTESTANTS) as Name[]

/**
 * Verification without HTTP: each contestant in a process of its own on the measured core, the database on
 * another.
 */
export async function verify(run: Run): Promise<Figures> {
  const { stage, quick, rounds, say } = run
  const own = await stage.withKeys(KEYS)
  const theirs = await stage.empty('better_auth')
  const databaseOf = (name: Name) => (name === 'better_auth' ? theirs : own)
  const workers = {} as Record<Name, Worker<Verifier>>
  for (const name of NAMES) workers[name] = await start(name, databaseOf(name))

  const seconds = quick ? 0.5 : 2
  for (const name of NAMES) await burst(workers[name], { concurrency: 20, seconds })
  say(`verifying in process, ${rounds} rounds`)
  const c1 = await inTurn(NAMES, rounds, (name) => burst(workers[name], { concurrency: 1, seconds }))
  const c20 = await inTurn(NAMES, rounds, (name) => burst(workers[name], { concurrency: 20, seconds }))
  const timed = await inTurn(NAMES, rounds, (name) =>
    burst(workers[name], { concurrency: 1, seconds: seconds / 2, timed: true }),
  )

  const counted: Figures = {}
  for (const name of ['cached', 'uncached', 'naive', 'better_auth'] as const) {
    counted[`statements_${name}`] = await countStatements(
      run,
      workers[name],
      databaseOf(name),
      name === 'better_auth' ? 'owner' : 'app',
    )
  }
  for (const name of NAMES) await workers[name].stop()
  return {
    ...speeds(c1, c20),
    ...latencies(timed),
    ...counted,
    ...(await door(run, own)),
    ...(await bcryptScan(run)),
  }
}

async function start(name: Name, database: Database): Promise<Worker<Verifier>> {
  const { module, env } = CONTESTANTS[name]
  const worker = await startWorker<Verifier>('verifier', {
    place: 'measured',
    env: { ...environmentFor(database), ...env },
  })
  const tokens = Array.from({ length: VERIFIED_KEYS }, (_, i) => tokenOf(i))
  await worker.call('prepare', {
    module,
    databaseUrl: name === 'better_auth' ? database.directUrl : database.url,
    tokens,
  })
  return worker
}

/** @throws Error when a good token was refused: a speed at which wrong answers are given is none */
export async function burst(
  worker: Worker<Verifier>,
  given: Parameters<Verifier['burst']>[0],
): Promise<Outcome> {
  const outcome = await worker.call('burst', given)
  if (outcome.wrong > 0) throw new Error(`${outcome.wrong} of ${outcome.n} good tokens were refused`)
  return outcome
}

function speeds(c1: Rounds<Name, Outcome>, c20: Rounds<Name, Outcome>): Figures {
  const perSecond = (outcome: Outcome) => outcome.perSecond
  const speed = (rounds: readonly Outcome[]) => figure(rounds.map(perSecond), 'per s')
  const against = (rounds: Rounds<Name, Outcome>, ours: Name, theirs: Name) =>
    figure(ratios(rounds[ours], rounds[theirs], perSecond), 'ratio')
  return {
    cached_per_s: speed(c1.cached),
    cached_per_s_c20: speed(c20.cached),
    limit_cached_per_s: speed(c1.limit_cached),
    cached_vs_limit: against(c1, 'cached', 'limit_cached'),
    cached_vs_better_auth_c1: against(c1, 'cached', 'better_auth'),
    cached_vs_better_auth_c20: against(c20, 'cached', 'better_auth'),
    uncached_per_s_c1: speed(c1.uncached),
    uncached_per_s_c20: speed(c20.uncached),
    join_per_s_c1: speed(c1.limit_uncached),
    join_per_s_c20: speed(c20.limit_uncached),
    uncached_vs_join_c1: against(c1, 'uncached', 'limit_uncached'),
    uncached_vs_join_c20: against(c20, 'uncached', 'limit_uncached'),
    naive_per_s_c1: speed(c1.naive),
    naive_per_s_c20: speed(c20.naive),
    uncached_vs_naive_c20: against(c20, 'uncached', 'naive'),
    better_auth_per_s_c1: speed(c1.better_auth),
    better_auth_per_s_c20: speed(c20.better_auth),
    uncached_vs_better_auth_c20: against(c20, 'uncached', 'better_auth'),
    cached_cpu_us: figure(
      c1.cached.map(({ cpuUs }) => cpuUs),
      'us',
    ),
    uncached_cpu_us: figure(
      c20.uncached.map(({ cpuUs }) => cpuUs),
      'us',
    ),
    join_cpu_us: figure(
      c20.limit_uncached.map(({ cpuUs }) => cpuUs),
      'us',
    ),
    naive_cpu_us: figure(
      c20.naive.map(({ cpuUs }) => cpuUs),
      'us',
    ),
    better_auth_cpu_us: figure(
      c20.better_auth.map(({ cpuUs }) => cpuUs),
      'us',
    ),
  }
}

function latencies(timed: Rounds<Name, Outcome>): Figures {
  const at = (name: Name, q: 'p50' | 'p99') =>
    figure(
      timed[name].map((outcome) => outcome[q]),
      'us',
    )
  return {
    cached_p50_us: at('cached', 'p50'),
    cached_p99_us: at('cached', 'p99'),
    uncached_p50_us: at('uncached', 'p50'),
    uncached_p99_us: at('uncached', 'p99'),
  }
}

async function countStatements(
  { stage, quick }: Run,
  worker: Worker<Verifier>,
  database: Database,
  role: 'app' | 'owner',
) {
  const calls = quick ? 500 : 10_000
  const before = await stage.statements(database, role)
  const { n } = await burst(worker, { concurrency: 1, calls })
  return one(((await stage.statements(database, role)) - before) / n, 'statements', n)
}

/**
 * What a request pays in memory on its way through the door: the signed context, and everything before and
 * after the framework.
 */
async function door({ quick, rounds }: Run, database: Database): Promise<Figures> {
  const worker = await startWorker<Door>('door', { place: 'measured', env: environmentFor(database) })
  await worker.call('prepare', { token: tokenOf(0) })
  const steps = ['make', 'check', 'authenticate', 'context'] as const
  const took = await inTurn(steps, rounds, (step) =>
    worker.call('measure', { step, seconds: quick ? 0.3 : 1 }),
  )
  await worker.stop()
  return {
    statement_make_us: figure(took.make, 'us'),
    statement_check_us: figure(took.check, 'us'),
    authenticate_us: figure(took.authenticate, 'us'),
    context_us: figure(took.context, 'us'),
  }
}

/** A full scan takes half a minute; a quick run scans fewer clients and says what all of them would take. */
async function bcryptScan({ quick, say }: Run): Promise<Figures> {
  const clients = quick ? BCRYPT_CLIENTS / 25 : BCRYPT_CLIENTS
  say(`scanning ${clients} clients with bcrypt`)
  const worker = await startWorker<Verifier>('verifier', {
    place: 'measured',
    env: { BENCH_BCRYPT_CLIENTS: String(clients) },
  })
  await worker.call('prepare', { module: 'peers/bcrypt.ts', databaseUrl: '', tokens: [] })
  const { perSecond } = await burst(worker, { concurrency: 1, calls: 1 })
  await worker.stop()
  return { bcrypt_scan_s: one(BCRYPT_CLIENTS / clients / perSecond, 's', 1) }
}
