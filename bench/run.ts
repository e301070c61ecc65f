import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { APP_ROLE, startEmbedded } from '@/lib/db/embedded'
import { migrate } from '@/lib/db/migrate'
import { figure, type Figure } from './support/figures'
import { build, burst, serve, type Load, type Target } from './support/servers'
import { report } from './support/report'

const QUICK = process.argv.includes('--quick')
const ROUNDS = QUICK ? 3 : 9
const SECONDS = QUICK ? 2 : 4

async function main(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'clubkeys-bench-'))
  const postgres = await startEmbedded(folder)
  const targets: Target[] = []
  try {
    await migrate(postgres.directUrl, { appUser: APP_ROLE })
    process.env.DATABASE_URL = postgres.url
    process.env.NEXTAUTH_SECRET = 'for-benchmarks-only-for-benchmarks-only'
    const token = await makeKey()
    process.stderr.write('building three apps\n')
    for (const app of ['bench/apps/noop', 'bench/apps/verified', '.']) await build(app, postgres.url)
    const noop = await serve('no-op middleware', 'bench/apps/noop', 3901, postgres.url)
    const verified = await serve('clubkeys middleware', 'bench/apps/verified', 3902, postgres.url)
    const product = await serve('clubkeys', '.', 3903, postgres.url)
    targets.push(noop, verified, product)
    report(await measure({ noop, verified, product, token }), { rounds: ROUNDS, seconds: SECONDS })
  } finally {
    await Promise.all(targets.map((target) => target.stop()))
    const { closeDb } = await import('@/lib/db/client')
    await closeDb()
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function makeKey(): Promise<string> {
  const { seedDemo } = await import('../prisma/seed')
  await seedDemo()
  const { db } = await import('@/lib/db/client')
  const { operatorActor } = await import('@/lib/auth/actor')
  const { createApiKey } = await import('@/lib/auth/api-key')
  // Creating is measured thousands of times over.
  await db().club.updateMany({ data: { maxLiveKeysPerMember: 1_000_000 } })
  const { clubId, userId } = await db().membership.findFirstOrThrow({ where: { user: { email: 'coach@demo.test' } } })
  const { key } = await createApiKey(operatorActor(clubId, userId, 'bench'), { name: 'bench', scopes: ['practices:read', 'api-keys:read', 'api-keys:write'] })
  return key
}

type Servers = { noop: Target; verified: Target; product: Target; token: string }

async function measure({ noop, verified, product, token }: Servers): Promise<Record<string, Figure>> {
  const bench = { path: '/api/bench', token }
  for (const target of [noop, verified]) await burst(target, { ...bench, connections: 20, seconds: SECONDS })
  const pairs = { one: [] as Pair[], twenty: [] as Pair[] }
  const steady: Load[] = []
  for (let round = 0; round < ROUNDS; round++) {
    process.stderr.write(`round ${round + 1} of ${ROUNDS}\n`)
    pairs.one.push(await pair(noop, verified, { ...bench, connections: 1, seconds: SECONDS }, round))
    pairs.twenty.push(await pair(noop, verified, { ...bench, connections: 20, seconds: SECONDS }, round))
    steady.push(await burst(verified, { ...bench, connections: 20, seconds: SECONDS, rate: 200 }))
  }
  const keys = { path: '/api/v1/api-keys', token, connections: 1, seconds: SECONDS }
  const create = await burst(product, { ...keys, body: { name: 'bench', scopes: ['practices:read'] } })
  const list = await burst(product, { ...keys, path: '/api/v1/api-keys?limit=100' })
  return {
    http_p95_ms_c1: figure(pairs.one.map(([, ours]) => ours.p95), 'ms'),
    http_p95_ms_200_per_s: figure(steady.map((load) => load.p95), 'ms'),
    http_p95_vs_noop_c1: figure(pairs.one.map(([base, ours]) => ours.p95 / base.p95), 'ratio'),
    http_p95_vs_noop_c20: figure(pairs.twenty.map(([base, ours]) => ours.p95 / base.p95), 'ratio'),
    http_p50_vs_noop_c20: figure(pairs.twenty.map(([base, ours]) => ours.p50 / base.p50), 'ratio'),
    http_middleware_cpu_vs_noop: figure(pairs.twenty.map(([base, ours]) => ours.cpuMs / base.cpuMs), 'ratio'),
    http_noop_req_per_s: figure(pairs.twenty.map(([base]) => base.perSecond), 'req/s'),
    http_req_per_s: figure(pairs.twenty.map(([, ours]) => ours.perSecond), 'req/s'),
    create_p95_ms: { ...figure([create.p95], 'ms'), n: create.n },
    list_100_p95_ms: { ...figure([list.p95], 'ms'), n: list.n },
  }
}

type Pair = readonly [base: Load, ours: Load]

/** The two in turn, the first one changing places: what drifts in the machine hits both alike. */
async function pair(base: Target, ours: Target, load: Parameters<typeof burst>[1], round: number): Promise<Pair> {
  if (round % 2 === 0) return [await burst(base, load), await burst(ours, load)]
  const second = await burst(ours, load)
  return [await burst(base, load), second]
}

void main()
