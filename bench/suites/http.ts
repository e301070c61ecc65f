import { figure, one, type Figures } from '../support/figures'
import { keyId, tokenOf } from '../support/keys'
import { inTurn, ratios, type Rounds } from '../support/rounds'
import { serve, type Server } from '../support/servers'
import { environmentFor, type Database } from '../support/stage'
import type { Run } from '../support/suite'
import { startWorker, type Worker } from '../support/worker'
import type { Answered, Load, Loader } from '../workers/load'

const KEYS = 10_000
/** After so many, a process spends no more time on compiling than later on. */
const WARM_REQUESTS = 25_000
/** A database of its own for what writes. */
const KEYS_OF_PRODUCT = 1_000

/** A handler of one line, and what stands before it or in it. */
const VARIANTS = {
  none: { app: 'open', variant: 'none', path: '/api/none', env: {} },
  in_route: { app: 'open', variant: 'in_route', path: '/api/in-route', env: {} },
  noop: { app: 'guarded', variant: 'noop', path: '/api/bench', env: {} },
  middleware: { app: 'guarded', variant: 'middleware', path: '/api/bench', env: {} },
  naive: {
    app: 'guarded',
    variant: 'naive',
    path: '/api/bench',
    env: { DATABASE_PREPARED_STATEMENTS: 'off' },
  },
} as const
type Name = keyof typeof VARIANTS
const NAMES = Object.keys(VARIANTS) as Name[]

/** Those in which we count what a key is used for. */
const COUNTED: readonly Name[] = ['in_route', 'middleware']

type Measured = Answered & { cpuMs: number }
type Field = 'perSecond' | 'p50' | 'p95' | 'p99' | 'cpuMs'

/** Verification over HTTP through the framework: one core for the server, another for the load. */
export async function http(run: Run): Promise<Figures> {
  const { stage, quick, rounds, say } = run
  const database = await stage.withKeys(KEYS)
  const load = await startWorker<Loader>('load', { place: 'others' })
  let used = 0
  const measure = async (
    server: Server,
    name: Name,
    given: { connections: number; seconds: number; rate?: number },
  ) => {
    const measured = await burst(load, server, { path: VARIANTS[name].path, token: tokenOf(0), ...given })
    if (COUNTED.includes(name)) used += measured.n
    return measured
  }
  const countedBefore = await countedUses(run, database)

  const seconds = quick ? 1 : 3
  say(`verifying over HTTP, ${rounds} rounds`)
  // In a process of its own each round: of one build, one process is faster than the next by up to a fifth
  // for as long as it lives.
  const measured = await inTurn(NAMES, rounds, async (name) => {
    const { app, variant, env } = VARIANTS[name]
    const server = await serve(`bench/apps/${app}`, {
      ...environmentFor(database),
      BENCH_VARIANT: variant,
      ...env,
    })
    await warmUp((seconds) => measure(server, name, { connections: 20, seconds }), quick)
    const c20 = await measure(server, name, { connections: 20, seconds })
    const c1 = await measure(server, name, { connections: 1, seconds: quick ? 0.5 : 1 })
    const steady =
      name === 'middleware'
        ? [await measure(server, name, { connections: 20, seconds: quick ? 0.5 : 1, rate: 200 })]
        : []
    await server.stop()
    return { c20, c1, steady }
  })
  const c20 = only(measured, ({ c20: at }) => at)
  const c1 = only(measured, ({ c1: at }) => at)
  const counted = (await countedUses(run, database)) - countedBefore
  const figures = {
    ...each(c1, c20),
    ...against(c1, c20),
    usage_lost: one(used - counted, 'requests', used),
    http_p95_ms_200_per_s: of(
      measured.middleware.flatMap(({ steady }) => steady),
      'p95',
      'ms',
    ),
    ...(await product(run, load)),
  }
  await load.stop()
  return figures
}

/**
 * Until the compiler is done with framework and layer: before, what is measured is its work, and of more code
 * it has more. By requests, not by time: a slow machine has compiled less after the same seconds.
 */
async function warmUp(send: (seconds: number) => Promise<Measured>, quick: boolean): Promise<void> {
  if (quick) return void (await send(1))
  for (let sent = 0, bursts = 0; sent < WARM_REQUESTS && bursts < 20; bursts++) sent += (await send(2)).n
}

const only = <Value, Part>(rounds: Rounds<Name, Value>, part: (value: Value) => Part) =>
  Object.fromEntries(NAMES.map((name) => [name, rounds[name].map(part)])) as Rounds<Name, Part>

/**
 * One burst, with the server's CPU time per request beside it. @throws Error when an answer was no success
 */
async function burst(worker: Worker<Loader>, server: Server, load: Omit<Load, 'port'>): Promise<Measured> {
  const before = server.cpuMs()
  const answered = await worker.call('send', { ...load, port: server.port })
  if (answered.wrong > 0)
    throw new Error(`${load.path}: ${answered.wrong} of ${answered.n} answers were no success`)
  return { ...answered, cpuMs: (server.cpuMs() - before) / answered.n }
}

const of = (rounds: readonly Measured[], field: Field, unit: 'ms' | 'req/s') =>
  figure(
    rounds.map((round) => round[field]),
    unit,
  )

/** How often the measured key was used, as the servers recorded it. */
async function countedUses({ stage }: Run, database: Database): Promise<number> {
  const sql = 'SELECT coalesce(sum("requests"), 0) AS requests FROM "ApiKeyUsage" WHERE "apiKeyId" = $1'
  const [row] = await stage.read<{ requests: string }>(database, sql, [keyId(0)])
  return Number(row?.requests)
}

/** Every variant by itself. */
function each(c1: Rounds<Name, Measured>, c20: Rounds<Name, Measured>): Figures {
  const entries = NAMES.flatMap((name) => [
    [`http_${name}_req_per_s`, of(c20[name], 'perSecond', 'req/s')] as const,
    [`http_${name}_p50_ms`, of(c20[name], 'p50', 'ms')] as const,
    [`http_${name}_p95_ms`, of(c20[name], 'p95', 'ms')] as const,
    [`http_${name}_p99_ms`, of(c20[name], 'p99', 'ms')] as const,
    [`http_${name}_cpu_ms`, of(c20[name], 'cpuMs', 'ms')] as const,
    [`http_${name}_p50_ms_c1`, of(c1[name], 'p50', 'ms')] as const,
  ])
  return Object.fromEntries(entries)
}

/** Ours against what it stands beside. */
function against(c1: Rounds<Name, Measured>, c20: Rounds<Name, Measured>): Figures {
  const ratio = (rounds: Rounds<Name, Measured>, ours: Name, theirs: Name, field: Field) =>
    figure(
      ratios(rounds[ours], rounds[theirs], (round) => round[field]),
      'ratio',
    )
  return {
    http_req_per_s: of(c20.middleware, 'perSecond', 'req/s'),
    http_middleware_cpu_vs_noop: ratio(c20, 'middleware', 'noop', 'cpuMs'),
    http_inroute_cpu_vs_none: ratio(c20, 'in_route', 'none', 'cpuMs'),
    http_inroute_cpu_vs_noop: ratio(c20, 'in_route', 'noop', 'cpuMs'),
    http_naive_cpu_vs_noop: ratio(c20, 'naive', 'noop', 'cpuMs'),
    http_p95_ms_c1: of(c1.middleware, 'p95', 'ms'),
    http_p95_vs_noop_c1: ratio(c1, 'middleware', 'noop', 'p95'),
    http_p95_vs_noop_c20: ratio(c20, 'middleware', 'noop', 'p95'),
    http_p50_vs_noop_c20: ratio(c20, 'middleware', 'noop', 'p50'),
  }
}

/** The product itself, by the key routes that cost it most. */
async function product({ stage, quick, say }: Run, worker: Worker<Loader>): Promise<Figures> {
  say('creating and listing keys over HTTP')
  const server = await serve('.', environmentFor(await stage.withKeys(KEYS_OF_PRODUCT)))
  const common = { token: tokenOf(0), connections: 1, seconds: quick ? 2 : 5 }
  const list = { ...common, path: '/api/v1/api-keys?limit=100' }
  const create = { ...common, path: '/api/v1/api-keys', body: { name: 'bench', scopes: ['practices:read'] } }
  for (const warmUp of [list, create]) await burst(worker, server, { ...warmUp, seconds: 1 })
  const listed = await burst(worker, server, list)
  const created = await burst(worker, server, create)
  await server.stop()
  return {
    create_p95_ms: one(created.p95, 'ms', created.n),
    list_100_p95_ms: one(listed.p95, 'ms', listed.n),
  }
}
