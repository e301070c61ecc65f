import { setTimeout as sleep } from 'node:timers/promises'
import { FAULTS, type Fault, type FaultName, type Scene } from './faults'
import { Traffic, type Sent } from './traffic'

/** G7: an answer that takes longer while the database is away is a wrong one. */
const ANSWER_WITHIN_MS = 1_000
const STEADY_MS = 400
/** So long without a failure counts as healed. */
const CALM_MS = 700
const HEAL_PATIENCE_MS = 15_000

/** What one kind of fault came to. */
export type OutageFacts = {
  fault: FaultName
  rounds: number
  /** Requests sent while it lasted, by what was answered. */
  during: Record<string, number>
  /**
   * Answers that no caller may get, each in words: refused although good, let in although bad, late, a 500.
   */
  wrong: string[]
  acknowledged: number
  lost: string[]
  /** From its end until the last failure, the longest of all rounds. */
  healMs: number
  memoryMiB: { before: number; after: number }
  /** Lines the process printed that do not belong there; unhandled rejections among them. */
  unexpected: string[]
  /** Whether the process that served before still serves; not asked where it was killed. */
  restarted: boolean
}

/**
 * Lets a fault befall the product under load, `rounds` times, each `holdMs` long, and tells what its callers
 * got.
 */
export async function outage(
  scene: Scene,
  name: FaultName,
  { rounds, holdMs }: { rounds: number; holdMs: number },
): Promise<OutageFacts> {
  const fault: Fault = FAULTS[name]
  const { app } = scene
  const traffic = await Traffic.start(app.port)
  await sleep(STEADY_MS)
  const memoryBefore = app.memoryMiB()
  const pid = app.pid()
  const printedBefore = app.unexpected().length
  const facts: OutageFacts = {
    fault: name,
    rounds,
    during: {},
    wrong: [],
    acknowledged: 0,
    lost: [],
    healMs: 0,
    memoryMiB: { before: memoryBefore, after: 0 },
    unexpected: [],
    restarted: false,
  }
  for (let round = 0; round < rounds; round++) {
    await sleep(STEADY_MS)
    const first = traffic.sent.length
    const struckAt = performance.now()
    await fault.strike(scene)
    await sleep(holdMs / 2)
    facts.wrong.push(...((await fault.meanwhile?.(scene)) ?? []))
    await sleep(holdMs / 2)
    await fault.lift(scene)
    const liftedAt = performance.now()
    facts.healMs = Math.max(facts.healMs, await healed(traffic, liftedAt))
    judge(facts, traffic.sent.slice(first), { struckAt, liftedAt, cutsOff: fault.cutsOff ?? false })
  }
  await traffic.stop()
  facts.memoryMiB.after = app.memoryMiB()
  facts.unexpected = app.unexpected().slice(printedBefore)
  facts.restarted = !fault.cutsOff && app.pid() !== pid
  facts.acknowledged = Object.values(traffic.ledger).flat().length
  facts.lost = await traffic.lost(scene.postgres)
  return facts
}

const failed = ({ right, status }: Sent) => right === 'good' && (status < 200 || status > 299)

/** Milliseconds from the end of the fault to the last failure after it; Infinity when they do not end. */
async function healed(traffic: Traffic, liftedAt: number): Promise<number> {
  for (;;) {
    await sleep(50)
    const lastFailure = traffic.sent.findLast(failed)?.endedAt ?? 0
    const now = performance.now()
    const since = Math.max(lastFailure, liftedAt)
    const works = new Set(
      traffic.sent.filter((sent) => sent.sentAt > since && sent.right === 'good').map(({ what }) => what),
    )
    if (now - since > CALM_MS && works.size >= 4) return Math.max(0, lastFailure - liftedAt)
    if (now - liftedAt > HEAL_PATIENCE_MS) return Infinity
  }
}

type Window = { struckAt: number; liftedAt: number; cutsOff: boolean }

function judge(facts: OutageFacts, sent: readonly Sent[], window: Window): void {
  for (const each of sent) {
    const answered = each.status === 0 ? 'no connection' : String(each.status)
    if (each.sentAt <= window.liftedAt) facts.during[answered] = (facts.during[answered] ?? 0) + 1
    const why = wrongness(each, window)
    if (why) facts.wrong.push(`${each.what}: ${why}`)
  }
}

function wrongness(
  { right, status, code, sentAt, endedAt }: Sent,
  { struckAt, cutsOff }: Window,
): string | null {
  if (status === 0) return cutsOff ? null : `no answer after ${Math.round(endedAt - sentAt)} ms`
  if (right === 'bad' && status < 300) return `let in (${status})`
  if (right === 'bad' && status !== 401 && status !== 503) return `${status} ${code}`
  if (right === 'good' && status > 299 && status !== 503) return `${status} ${code}`
  const tookMs = endedAt - Math.max(sentAt, struckAt)
  return !cutsOff && tookMs > ANSWER_WITHIN_MS ? `${status} after ${Math.round(tookMs)} ms` : null
}
