import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { db } from '@/lib/db/client'
import { BEHAVIOURS, hostOf, type Behaviour } from './behaviours'
import { addWebhook, clubWithKeys, pick, postOf, type Key } from './clubs'
import { startReceiver, type Receiver } from './receiver'
import { Senders } from './senders'
import { startWorker } from './worker'

const PROCESSES = 3
/** Of a club: as many endpoints as it can have, and events for each. */
const ENDPOINTS = 10
const EVENTS = 50
/** How long the bad ones are sent to before it is measured, in milliseconds: until all of them are known. */
const AHEAD_MS = 2_000
const EVERY_MS = 50
const PATIENCE_MS = 20_000

export type BesideFacts = {
  /** null: the good receiver has the processes to itself. */
  behaviour: Behaviour | null
  medianMs: number
  p99Ms: number
  /** Of how many events that happened. */
  arrived: number
  events: number
  /** The most that one of the processes had in memory. */
  peakMiB: number
}
type Options = { events: number; badClubs: number; say?: (line: string) => void }

/**
 * How long a good receiver waits for its events, alone and beside clubs whose receivers all behave in one bad way,
 * each on a host of its own.
 */
export async function deliverBesideBad({ events, badClubs, say }: Options): Promise<BesideFacts[]> {
  const bad = await startBadReceivers()
  const receiver = await startReceiver()
  const facts: BesideFacts[] = []
  try {
    const keys = await clubWithKeys(20)
    await addWebhook(pick(keys, 0).clubId, receiver.url)
    for (const behaviour of [null, ...(Object.keys(BEHAVIOURS) as Behaviour[])]) {
      say?.(`a receiver ${behaviour ? `beside ${badClubs * ENDPOINTS} of which each ${behaviour}` : 'alone'}`)
      const senders = await Senders.start(process.env.DATABASE_URL ?? '', PROCESSES, bad.names)
      if (behaviour)
        for (let n = 0; n < badClubs; n++) await makeTrouble(`http://${hostOf(behaviour, n)}:${bad.port}/`)
      await sleep(AHEAD_MS)
      facts.push({ behaviour, events, ...(await timed(receiver, keys, events)), peakMiB: senders.peakMiB() })
      await senders.stop()
      await endTrouble()
    }
    return facts
  } finally {
    receiver.close()
    bad.process.kill('SIGKILL')
  }
}

async function startBadReceivers(): Promise<{ process: ChildProcess; port: number; names: string }> {
  const { child, said } = await startWorker('bad-receivers', [], {})
  return { process: child, ...(JSON.parse(said) as { port: number; names: string }) }
}

/** A club with as many bad endpoints as it can have, and many events for each. */
async function makeTrouble(url: string): Promise<void> {
  const keys = await clubWithKeys(10)
  const { clubId } = pick(keys, 0)
  for (let n = 0; n < ENDPOINTS; n++) await addWebhook(clubId, url)
  const ids = keys.flatMap(({ id }) => Array<string>(EVENTS / keys.length).fill(id))
  await postOf(clubId, ids)
}

/** What is left of it waits for nothing. */
async function endTrouble(): Promise<void> {
  await db().webhookDelivery.updateMany({
    where: { nextAt: { not: null } },
    data: { nextAt: null, claimedAt: null },
  })
}

/** One event after the other, as they happen in a club. */
async function timed(receiver: Receiver, keys: readonly Key[], events: number) {
  const before = receiver.arrivals.length
  for (let n = 0; n < events; n++) {
    const { clubId, id } = pick(keys, n)
    await postOf(clubId, [id])
    await sleep(EVERY_MS)
  }
  for (const until = Date.now() + PATIENCE_MS; receiver.arrivals.length - before < events; await sleep(20))
    if (Date.now() > until) break
  const times = receiver.arrivals.slice(before).map(({ ms }) => ms)
  return { medianMs: share(times, 0.5), p99Ms: share(times, 0.99), arrived: times.length }
}

/** So many of the values are no larger. */
const share = (values: readonly number[], part: number): number =>
  [...values].sort((a, b) => a - b)[Math.ceil(values.length * part) - 1] ?? NaN
