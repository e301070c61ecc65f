import { setTimeout as sleep } from 'node:timers/promises'
import { makeClub, makeKey, makeMember } from '../../__tests__/support/club'
import { operatorActor } from '@/lib/auth/actor'
import { db } from '@/lib/db/client'
import { postEvents } from '@/lib/events/post'
import { createWebhook } from '@/lib/webhooks/create'
import { median } from '../median'
import { BAD, startReceiver, type Receiver } from './receiver'
import { Senders } from './senders'

const PROCESSES = 3
const TYPES = ['api_key.updated']
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
  const from = Date.now()
  try {
    const keys = (await Promise.all(Array.from({ length: clubs }, () => clubWithKeys(receiver, 20)))).flat()
    const posted = post(keys, events)
    for (let next = Date.now() + killEveryMs; receiver.arrivals.length < events; await sleep(50)) {
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

type Key = { clubId: string; id: string }

/** A club with one good endpoint, and keys to tell of. */
async function clubWithKeys(receiver: Receiver, count: number): Promise<Key[]> {
  const { id: clubId } = await makeClub()
  const owner = await makeMember(clubId, ['COACH'])
  const keys: Key[] = []
  for (let n = 0; n < count; n++) keys.push({ clubId, id: (await makeKey(owner)).id })
  await addWebhook(clubId, receiver.url('good'))
  return keys
}

/** One after the other, round and round. */
function pick(keys: readonly Key[], n: number): Key {
  const key = keys[n % keys.length]
  if (!key) throw new Error('there are no keys')
  return key
}

const addWebhook = (clubId: string, url: string) =>
  createWebhook(operatorActor(clubId, null, 'chaos'), { url, types: TYPES })

/** As many changes of keys, of some at a time. */
async function post(keys: readonly Key[], events: number): Promise<void> {
  for (let n = 0; n * AT_ONCE < events; n++) {
    const { clubId, id } = pick(keys, n)
    const some = Math.min(AT_ONCE, events - n * AT_ONCE)
    await db().$transaction((tx) => postOf(tx, clubId, Array<string>(some).fill(id)), { timeout: 20_000 })
  }
}

const postOf = (tx: Parameters<typeof postEvents>[0], clubId: string, ids: readonly string[]) =>
  postEvents(
    tx,
    { clubId, actor: { kind: 'system', name: null } },
    ids.map((subjectId) => ({ type: 'api_key.updated', subjectId, changes: {} })),
  )

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

export type BesideFacts = Record<'alone' | 'beside', { medianMs: number; longestMs: number; arrived: number }>

/** What a good receiver waits, alone and beside clubs of which every endpoint hangs, floods, drips, redirects or breaks. */
export async function deliverBesideBad(events: number, badClubs: number): Promise<BesideFacts> {
  const receiver = await startReceiver()
  const senders = await Senders.start(process.env.DATABASE_URL ?? '', PROCESSES)
  try {
    const keys = await clubWithKeys(receiver, 20)
    const alone = await timed(receiver, keys, events)
    for (let n = 0; n < badClubs; n++) await makeTrouble(receiver)
    await sleep(2_000)
    return { alone, beside: await timed(receiver, keys, events) }
  } finally {
    await senders.stop()
    receiver.close()
  }
}

/** A club with ten endpoints, two of each bad kind, and a hundred events for them all. */
async function makeTrouble(receiver: Receiver): Promise<void> {
  const keys = await clubWithoutHooks()
  const { clubId } = pick(keys, 0)
  for (const behaviour of [...BAD, ...BAD]) await addWebhook(clubId, receiver.url(behaviour))
  await db().$transaction((tx) =>
    postOf(
      tx,
      clubId,
      keys.flatMap(({ id }) => Array<string>(10).fill(id)),
    ),
  )
}

async function clubWithoutHooks(): Promise<Key[]> {
  const { id: clubId } = await makeClub()
  const owner = await makeMember(clubId, ['COACH'])
  const keys: Key[] = []
  for (let n = 0; n < 10; n++) keys.push({ clubId, id: (await makeKey(owner)).id })
  return keys
}

/** One event after the other, as they happen in a club. */
async function timed(receiver: Receiver, keys: readonly Key[], events: number) {
  const before = receiver.arrivals.length
  for (let n = 0; n < events; n++) {
    const { clubId, id } = pick(keys, n)
    await db().$transaction((tx) => postOf(tx, clubId, [id]))
    await sleep(50)
  }
  for (const until = Date.now() + 20_000; receiver.arrivals.length - before < events; await sleep(20))
    if (Date.now() > until) break
  const times = receiver.arrivals.slice(before).map(({ ms }) => ms)
  return { medianMs: median(times), longestMs: Math.max(...times), arrived: times.length }
}
