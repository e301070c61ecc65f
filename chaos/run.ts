import '@/keys'
import { closeDb } from '@/lib/db/client'
import { sweepAbandoned } from '../__tests__/support/temporary'
import { inherited } from '../bench/support/processes'
import { buildWhenStale } from '../scripts/start/build'
import { explain } from '../scripts/start/explain'
import { aborted, stopSignal } from '../scripts/start/stop-signal'
import { FAULTS, type FaultName } from './faults'
import { costOfRefusal, floodInProcess, floodOverHttp, hoardConnections, shareUnderFlood } from './flood'
import { passLimit } from './limits'
import { killImports, type ImportKills } from './imports/kill'
import { everyCell } from './matrix/cells'
import { runMatrix, type MatrixFacts } from './matrix/matrix'
import { brokenMatrix, matrixPage, publishMatrix } from './matrix/page'
import { outage, type OutageFacts } from './outage'
import { countInEachPlace } from './places'
import { revokeEverywhere, rollingRestart, startFleet } from './processes'
import { broken, brokenImports, importTable, page, publish, type Results } from './report'
import { startApp } from './stage/app'
import { ownPostgres, setScene } from './stage/scene'
import { deliverBesideBad } from './webhooks/beside'
import { deliverThroughKills } from './webhooks/kills'
import { sendMailsThroughOutage } from './webhooks/mails'
import { besideTable, brokenDeliveries, deliveryTable, mailTable, type WebhookFacts } from './webhooks/report'

// `npm run chaos`: outages, many processes, floods and imports that are killed, in full, in some twenty
// minutes; writes docs/reliability.md. Then every Postgres, way to it, clock and installation, in a quarter
// of an hour; writes docs/compatibility.md.
// --quick: a little of each, printed only. --matrix: the second part alone. --imports: the imports alone,
// printed only. --webhooks: events through processes that are killed and mails through an outage, alone,
// printed only.

const started = Date.now()
const say = (line: string) =>
  void process.stderr.write(`${((Date.now() - started) / 1000).toFixed(0).padStart(4)} s  ${line}\n`)
const quick = process.argv.includes('--quick')
const matrixAlone = process.argv.includes('--matrix')
const importsAlone = process.argv.includes('--imports')
const webhooksAlone = process.argv.includes('--webhooks')
/** In all, over every kind. */
const IMPORT_KILLS = { quick: 6, full: 300 }
const ends: (() => Promise<unknown>)[] = []

void main().then((code) => process.exit(code))

async function main(): Promise<number> {
  const stop = stopSignal(() => process.exit(1))
  try {
    await sweepAbandoned()
    if (importsAlone) return concludeImports(await killSomeImports(stop))
    if (webhooksAlone) return concludeWebhooks(await measureWebhooks(stop))
    await buildWhenStale(inherited(), stop)
    const code = matrixAlone ? 0 : conclude(await unlessStopped(stop, () => measure(stop)))
    return Math.max(code, concludeMatrix(await unlessStopped(stop, measureMatrix)))
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`)
    return 1
  } finally {
    for (const end of ends.reverse()) await end().catch((error: unknown) => say(explain(error)))
  }
}

/** What it began goes on until this process ends, which is soon. */
async function unlessStopped<Result>(stop: AbortSignal, act: () => Promise<Result>): Promise<Result> {
  const stopped = aborted(stop).then(() => Promise.reject(new Error('Stopped.')))
  return stop.aborted ? stopped : Promise.race([act(), stopped])
}

function conclude(results: Results): number {
  const faults = broken(results)
  process.stdout.write(page(results))
  for (const fault of faults) process.stdout.write(`BROKEN: ${fault}\n`)
  if (!quick && faults.length === 0) publish(results)
  return faults.length === 0 ? 0 : 1
}

function killSomeImports(stop: AbortSignal): Promise<ImportKills[]> {
  return killImports({ kills: quick ? IMPORT_KILLS.quick : IMPORT_KILLS.full, rows: 3_000, say, stop })
}

function concludeImports(facts: readonly ImportKills[]): number {
  const faults = brokenImports(facts)
  process.stdout.write(`${importTable(facts)}\n`)
  for (const fault of faults) process.stdout.write(`BROKEN: ${fault}\n`)
  return faults.length === 0 ? 0 : 1
}

async function measureWebhooks(stop: AbortSignal): Promise<WebhookFacts> {
  // Three senders and a receiver keep the machine busy: a statement of ours may wait longer than a caller's.
  process.env.DATABASE_TIMEOUT_MS = '5000'
  const postgres = await ownPostgres()
  ends.push(postgres.remove, closeDb)
  return unlessStopped(stop, sendWebhooksThroughTrouble)
}

async function sendWebhooksThroughTrouble(): Promise<WebhookFacts> {
  say('webhooks through processes that are killed')
  const kills = await deliverThroughKills({
    events: quick ? 2_000 : 100_000,
    killEveryMs: quick ? 3_000 : 10_000,
    clubs: quick ? 10 : 50,
    say,
  })
  say(`all that will arrive have arrived: ${JSON.stringify(kills)}`)
  const beside = await deliverBesideBad({ events: quick ? 20 : 200, badClubs: quick ? 3 : 10, say })
  say('mails, and a mail server that goes away')
  const mail = await sendMailsThroughOutage({
    mails: quick ? 200 : 2_000,
    awayMs: quick ? 5_000 : 30_000,
    say,
  })
  return { kills, beside, mail }
}

function concludeWebhooks(facts: WebhookFacts): number {
  const faults = brokenDeliveries(facts)
  process.stdout.write(`${deliveryTable(facts)}\n\n${besideTable(facts)}\n\n${mailTable(facts)}\n`)
  for (const fault of faults) process.stdout.write(`BROKEN: ${fault}\n`)
  return faults.length === 0 ? 0 : 1
}

/** One of each release is a little of it. */
function measureMatrix(): Promise<MatrixFacts> {
  const cells = everyCell().filter((_, i) => !quick || i % 21 === 0)
  return runMatrix(cells, { say, older: true })
}

function concludeMatrix(facts: MatrixFacts): number {
  const faults = brokenMatrix(facts)
  process.stdout.write(`${matrixPage(facts)}\n`)
  for (const fault of faults) process.stdout.write(`BROKEN: ${fault}\n`)
  if (!quick && faults.length === 0) publishMatrix(facts)
  return faults.length === 0 ? 0 : 1
}

async function measure(stop: AbortSignal): Promise<Results> {
  const scene = await setScene()
  ends.push(scene.remove, closeDb)
  const outages: OutageFacts[] = []
  for (const fault of Object.keys(FAULTS) as FaultName[]) {
    say(fault)
    const kills = fault.includes('killed (-9)')
    outages.push(
      await outage(
        scene,
        fault,
        quick
          ? { rounds: 1, holdMs: 1_000 }
          : kills
            ? { rounds: 20, holdMs: 200 }
            : { rounds: 2, holdMs: 2_500 },
      ),
    )
  }
  const { postgres, redis } = scene
  await scene.app.stop()

  say('three processes behind nginx')
  const fleet = await startFleet(postgres, { REDIS_URL: redis.url })
  const limits = {
    one: await passLimit(fleet.apps[0]?.port ?? 0, 20, 200),
    three: await passLimit(fleet.proxy.port, 20, 200),
  }
  const revocations = await revokeEverywhere(fleet, quick ? 20 : 200)
  say('rolling restart')
  const rolling = await rollingRestart(fleet, postgres, quick ? 1 : 2)
  await fleet.remove()

  say('Redis Cluster, Sentinel, HAProxy')
  const places = await countInEachPlace(postgres)

  say('a flood of tokens in process')
  const inProcess = await floodInProcess(postgres, quick ? 50_000 : 1_000_000)
  say('and over HTTP')
  // The limit on failures as it comes; answered connections kept for less, so that their end can be waited
  // for.
  const flooded = await startApp(postgres, {
    REDIS_URL: redis.url,
    RATE_LIMIT_FAILURES_PER_ADDRESS: '',
    KEEP_ALIVE_TIMEOUT: '5',
  })
  const overHttp = await floodOverHttp(flooded, quick ? 4_000 : 20_000)
  const refusalCost = await costOfRefusal(flooded, quick ? 3 : 7, 400)
  const share = await shareUnderFlood(flooded, quick ? 3 : 7, quick ? 1_000 : 2_000)
  say('thousands of connections')
  const hoarded = await hoardConnections(flooded, 5_000, 25_000)
  await flooded.stop()
  const imports = await killSomeImports(stop)
  say('done')
  return {
    outages,
    limits,
    places,
    revocations,
    rolling,
    inProcess,
    overHttp,
    refusalCost,
    shareUnderFlood: share.perSecond,
    hoarded,
    imports,
  }
}
