import { setTimeout as sleep } from 'node:timers/promises'
import { relayTo, type Relay } from '../../__tests__/support/relay'
import { one, quantile, type Figures } from '../support/figures'
import { tokenOf } from '../support/keys'
import { serve, type Server } from '../support/servers'
import { environmentFor, type Database } from '../support/stage'
import type { Run } from '../support/suite'
import { atEnd } from '../support/teardown'
import { closeConnections, statusOf, watch, type Watched } from '../support/watch'
import { startWorker, type Worker } from '../support/worker'
import type { Revoker } from '../workers/revoker'

const KEYS = 10_000
const KEYS_PER_FAILURE = 10
/** Over the time an answer is trusted without news. */
const SPREAD_MS = 3_000
/** An acceptance later than this is wrong, whatever failed (G5). */
const PROMISED_NS = 5_000_000_000n
const PATIENCE_MS = 30_000
const CALLS_TO_REMEMBER = 4

/** One revocation as one server knew it. */
type Seen = { ms: number; wrong: number }
type Scene = {
  run: Run
  database: Database
  relay: Relay
  servers: Server[]
  revoker: Worker<Revoker>
  nextKey: () => number
}

/** Two servers, and a third process that revokes: how long after the commit does each of them refuse? */
export async function revocation(run: Run): Promise<Figures> {
  const { quick, say } = run
  const scene = await setScene(run)
  const revocations = quick ? 100 : 500
  say(`revoking ${revocations} keys under two servers`)
  const plain = await inOrder(revocations, () => revokeOne(scene))
  const failures = quick ? 1 : 5
  say('revoking with the change channel cut')
  const cut = await inOrder(failures, () => revokeWhileCut(scene))
  say('revoking as Postgres comes back')
  const restarted = await inOrder(failures, () => revokeAfterRestart(scene))
  const still = await acceptedStill(scene)
  await Promise.all(scene.servers.map((server) => server.stop()))
  await scene.revoker.stop()

  const ms = (seen: readonly Seen[]) => seen.map((each) => each.ms)
  const all = [...plain, ...cut, ...restarted]
  return {
    revocation_p50_ms: one(quantile(ms(plain), 0.5), 'ms', plain.length),
    revocation_p99_ms: one(quantile(ms(plain), 0.99), 'ms', plain.length),
    revocation_max_ms: one(Math.max(...ms(plain)), 'ms', plain.length),
    revocation_cut_max_ms: one(Math.max(...ms(cut)), 'ms', cut.length),
    revocation_restart_max_ms: one(Math.max(...ms(restarted)), 'ms', restarted.length),
    wrong_acceptances: one(
      all.reduce((sum, { wrong }) => sum + wrong, still),
      'answers',
      all.length,
    ),
  }
}

async function setScene(run: Run): Promise<Scene> {
  const database = await run.stage.withKeys(KEYS)
  const relay = await relayTo(database.directUrl)
  atEnd(relay.close)
  atEnd(closeConnections)
  const env = { ...environmentFor(database), DATABASE_DIRECT_URL: relay.url }
  const app = () => serve('bench/apps/guarded', { ...env, BENCH_VARIANT: 'middleware' })
  const servers = [await app(), await app()]
  const revoker = await startWorker<Revoker>('revoker', { place: 'others', env: environmentFor(database) })
  // From the end: the first keys are other suites'.
  let next = KEYS
  return { run, database, relay, servers, revoker, nextKey: () => --next }
}

async function inOrder(times: number, take: () => Promise<Seen[]>): Promise<Seen[]> {
  const seen: Seen[] = []
  for (let i = 0; i < times; i++) seen.push(...(await take()))
  return seen
}

async function revokeOne(scene: Scene): Promise<Seen[]> {
  const i = scene.nextKey()
  await untilRemembered(scene, [i])
  return revokeUnderWatch(scene, i, 1)
}

/** Nothing is forwarded and nothing closed; keys are revoked at once and until long after. */
async function revokeWhileCut(scene: Scene): Promise<Seen[]> {
  const keys = Array.from({ length: KEYS_PER_FAILURE }, scene.nextKey)
  await untilRemembered(scene, keys)
  scene.relay.cut()
  const seen = await Promise.all(
    keys.map(async (i, order) => {
      await sleep((order * SPREAD_MS) / KEYS_PER_FAILURE)
      return revokeUnderWatch(scene, i, 5)
    }),
  )
  scene.relay.mend()
  return seen.flat()
}

async function revokeAfterRestart(scene: Scene): Promise<Seen[]> {
  const keys = Array.from({ length: KEYS_PER_FAILURE }, scene.nextKey)
  await untilRemembered(scene, keys)
  scene.run.stage.killPostgres()
  const seen = await Promise.all(keys.map((i) => revokeUnderWatch(scene, i, 5)))
  return seen.flat()
}

async function revokeUnderWatch({ servers, revoker }: Scene, i: number, pauseMs: number): Promise<Seen[]> {
  const watching = servers.map(({ port }) => watch(port, tokenOf(i), pauseMs))
  const committedAt = await revokeInTheEnd(revoker, i)
  return (await Promise.all(watching)).map((watched) => judge(watched, committedAt))
}

/** Tries again while the database is away. */
async function revokeInTheEnd(revoker: Worker<Revoker>, i: number): Promise<bigint> {
  for (const until = Date.now() + PATIENCE_MS; ; await sleep(20)) {
    try {
      return BigInt(await revoker.call('revoke', { i }))
    } catch (error) {
      if (Date.now() > until) throw error
    }
  }
}

function judge(
  { refused, refusedAt, acceptedAfterRefusal, lastAcceptedSentAt }: Watched,
  committedAt: bigint,
): Seen {
  const late = !refused || lastAcceptedSentAt - committedAt > PROMISED_NS
  // A refusal may arrive before the revoker hears that its commit succeeded.
  const ms = Math.max(0, Number((refused ? refusedAt : process.hrtime.bigint()) - committedAt) / 1e6)
  return { ms, wrong: acceptedAfterRefusal + (late ? 1 : 0) }
}

/**
 * Calls both servers until they answer for these keys without asking the database: only then is there a
 * memory to beat.
 */
async function untilRemembered({ servers, database, run }: Scene, keys: readonly number[]): Promise<void> {
  const callAll = async () => {
    const calls = servers.flatMap(({ port }) => keys.map((i) => statusOf(port, tokenOf(i))))
    return (await Promise.all(calls)).every((status) => status === 200)
  }
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await sleep(10)) {
    if (!(await callAll())) continue
    const before = await run.stage.statements(database, 'app')
    for (let time = 0; time < CALLS_TO_REMEMBER; time++) await callAll()
    // Fewer than one forgotten key would cost; recent uses may be written in between.
    if ((await run.stage.statements(database, 'app')) - before < CALLS_TO_REMEMBER) return
  }
  throw new Error('the servers did not come to answer from memory')
}

/** Long after everything: each revoked key once more on each server. */
async function acceptedStill({ servers, nextKey }: Scene): Promise<number> {
  let accepted = 0
  const last = nextKey()
  for (let i = KEYS - 1; i > last; i--) {
    const statuses = await Promise.all(servers.map(({ port }) => statusOf(port, tokenOf(i))))
    accepted += statuses.filter((status) => status !== 401).length
  }
  return accepted
}
