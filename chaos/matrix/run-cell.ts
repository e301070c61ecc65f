import { setTimeout as sleep } from 'node:timers/promises'
import { ask } from '../../__tests__/support/embedded'
import { nameOf, type Cell } from './cells'
import { makeAdmin, type Checkout, type Dump, type Host } from './host'
import { Life } from './life'
import { prepareSite, type Process, type Site } from './site'
import { Tally } from './tally'

export type CellFacts = {
  cell: Cell
  firstStartSeconds: number
  restartSeconds: number
  /** Of each revocation, until the other process refused. */
  revocationsMs: number[]
  /** Of {@link CALLS} at once, half to each of two processes. */
  passed: number
  /** Answers and settings held against what they must be. */
  looked: number
  wrong: string[]
}

export const CALLS = 60
const REVOCATIONS = { before: 7, after: 3 }
const CACHE_PATIENCE_MS = 10_000

type Stage = { host: Host; checkout: Checkout; dump: Dump; redisUrl: string }

/** One installation from its first start to its restart, with every answer looked at. */
export async function runCell(cell: Cell, name: string, stage: Stage): Promise<CellFacts> {
  const tally = new Tally()
  const facts = { cell, firstStartSeconds: 0, restartSeconds: 0, revocationsMs: [] as number[], passed: 0 }
  const ends: (() => Promise<unknown>)[] = []
  try {
    const site = await prepareSite(name, { ...stage, cluster: stage.host.cluster, cell })
    ends.push(site.remove)
    Object.assign(facts, await live(site, cell, stage, tally, ends))
  } catch (error) {
    tally.holds(String((error as Error).message), false)
  } finally {
    for (const end of ends.reverse()) await end().catch((error: unknown) => tally.holds(String(error), false))
  }
  const wrong = tally.wrong.map((what) => `${nameOf(cell)}: ${what}`)
  return { ...facts, looked: tally.looked, wrong }
}

async function live(site: Site, cell: Cell, stage: Stage, tally: Tally, ends: (() => Promise<unknown>)[]) {
  const first = await site.start()
  let stopped = false
  ends.push(async () => stopped || first.stop())
  const caches = cell.way !== 'transaction pooler alone'
  const made = cell.installation === 'restored dump' ? stage.dump.token : makeAdmin(stage.checkout, site.env)
  const [there, admin] = await Promise.all([site.serve(), made])
  ends.push(there.stop)
  for (const process of [first, there]) await untilReady(process, caches, tally)
  const life = new Life({ here: first.call, there: there.call, admin, caches }, tally)
  const expired = await life.endToTheSecond()
  const rotated = await life.rotateWithoutGrace()
  const { last: revoked, ms } = await life.revoke(REVOCATIONS.before)
  await life.times()
  if (cell.installation === 'second on its server') await apart(site, stage.host, life, tally)
  const good = await life.make()
  const { limited, passed } = await life.limit(CALLS)

  stopped = true
  tally.is('the exit code of a server that is told to stop', await first.stop(), 0)
  const again = await site.start()
  ends.push(again.stop)
  await untilReady(again, caches, tally)
  // What is changed in the one that did not restart is heard by the one that did.
  const after = new Life({ here: there.call, there: again.call, admin, caches }, tally)
  await after.use('a good key, after a restart', good, 200)
  for (const [what, key] of Object.entries({ expired, rotated, revoked }))
    await after.use(`a key that is ${what}, after a restart`, key, 401)
  await after.use('a key that is over its limit, after a restart', limited, 429)
  const { ms: later } = await after.revoke(REVOCATIONS.after)
  return {
    firstStartSeconds: first.seconds,
    restartSeconds: again.seconds,
    revocationsMs: [...ms, ...later],
    passed,
  }
}

/** All is well, and it says of its cache what docs/compatibility.md says. */
async function untilReady({ call }: Process, caches: boolean, tally: Tally): Promise<void> {
  const cache = caches ? 'ok' : 'off'
  for (const until = Date.now() + CACHE_PATIENCE_MS; ; await sleep(20)) {
    const { status, json } = await call({ method: 'GET', path: '/api/health/ready' })
    const { checks = {} } = json() as { checks?: Record<string, string> }
    if (checks.cache !== cache && Date.now() < until) continue
    const well = Object.fromEntries(Object.keys(checks).map((name) => [name, 'ok']))
    return tally.is('readiness', [status, checks], [200, { ...well, database: 'ok', redis: 'ok', cache }])
  }
}

/** Neither of two installations on a server reaches what is the other's. */
async function apart(site: Site, { cluster, neighbour }: Host, life: Life, tally: Tally): Promise<void> {
  await life.use('a key of the other installation', { key: neighbour.token }, 401)
  const enter = (role: string, database: string) =>
    ask(cluster.url(role, database), 'SELECT 1').then(
      () => 'let in',
      (error: unknown) => (error as { code?: string }).code,
    )
  tally.is('the other installation’s database', await enter(site.web, neighbour.database), '42501')
  tally.is('this one’s, to the other', await enter(neighbour.web, site.database), '42501')
}
