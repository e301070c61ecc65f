import { setTimeout as sleep } from 'node:timers/promises'
import { db } from '@/lib/db/client'
import { addWebhook, clubWithKeys, pick, postOf, type Key } from './clubs'
import { startReceiver, type Receiver } from './receiver'
import { Senders } from './senders'

const PROCESSES = 3
const AT_ONCE = 50

export type DeliveryFacts = {
  events: number
  kills: number
  seconds: number
  /** Of events that never arrived. */
  lost: number
  /** Of arrivals that were no event's. */
  strange: number
  repeated: number
  /** Of events that arrived after a later one of the same key, though nothing had failed. */
  outOfOrder: number
}
type Options = { events: number; killEveryMs: number; clubs: number; say?: (line: string) => void }

/** Sends events through three processes, one of which is killed with -9 every so often, until all have arrived. */
export async function deliverThroughKills({
  events,
  killEveryMs,
  clubs,
  say,
}: Options): Promise<DeliveryFacts> {
  const receiver = await startReceiver()
  const senders = await Senders.start(process.env.DATABASE_URL ?? '', PROCESSES)
  try {
    const keys: Key[] = []
    for (let n = 0; n < clubs; n++) keys.push(...(await clubToHear(receiver)))
    const from = Date.now()
    const failures: unknown[] = []
    const posted = post(keys, events).catch((error: unknown) => void failures.push(error))
    for (let next = Date.now() + killEveryMs; receiver.arrivals.length < events; await sleep(50)) {
      if (failures.length > 0) throw new Error('no more events could be made', { cause: failures[0] })
      if (Date.now() - from > 60_000 + events * 60) break
      if (Date.now() < next) continue
      await senders.killOne()
      say?.(`${receiver.arrivals.length} of ${events} have arrived, after ${senders.kills} kills`)
      next = Date.now() + killEveryMs
    }
    await posted
    return { ...(await judge(receiver, events)), kills: senders.kills, seconds: (Date.now() - from) / 1000 }
  } finally {
    await senders.stop()
    receiver.close()
  }
}

async function clubToHear(receiver: Receiver): Promise<Key[]> {
  const keys = await clubWithKeys(20)
  await addWebhook(pick(keys, 0).clubId, receiver.url)
  return keys
}

/** As many changes of keys, of some at a time. */
async function post(keys: readonly Key[], events: number): Promise<void> {
  for (let n = 0; n * AT_ONCE < events; n++) {
    const { clubId, id } = pick(keys, n)
    const some = Math.min(AT_ONCE, events - n * AT_ONCE)
    await postOf(clubId, Array<string>(some).fill(id))
  }
}

async function judge(receiver: Receiver, events: number) {
  const written = await db().event.findMany({ select: { sequence: true } })
  const arrived = new Set(receiver.arrivals.map(({ sequence }) => sequence))
  const known = new Set(written.map(({ sequence }) => Number(sequence)))
  const newest = new Map<string, number>()
  let outOfOrder = 0
  for (const { sequence, subjectId } of receiver.arrivals) {
    if (sequence < (newest.get(subjectId) ?? 0)) outOfOrder++
    newest.set(subjectId, Math.max(sequence, newest.get(subjectId) ?? 0))
  }
  return {
    events,
    lost: [...known].filter((sequence) => !arrived.has(sequence)).length + (events - known.size),
    strange: [...arrived].filter((sequence) => !known.has(sequence)).length,
    repeated: receiver.repeated(),
    outOfOrder,
  }
}
