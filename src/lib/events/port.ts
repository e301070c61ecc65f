import type { EventType } from '@/contracts/events'
import type { Transaction } from '../db/client'

/** An event as it was written. */
export type PostedEvent = {
  id: string
  clubId: string
  /** Of two events about the same thing, the later one has the larger. */
  sequence: bigint
  type: EventType
  subjectId: string
  data: Readonly<Record<string, unknown>>
  createdAt: Date
}

export type Subscriber = {
  types: readonly EventType[]
  tell: (tx: Transaction, events: readonly PostedEvent[]) => Promise<void>
}

/** On `globalThis`: the framework loads modules more than once. */
const shared = globalThis as typeof globalThis & { clubkeysSubscribers?: Map<string, Subscriber> }
export const subscribers = (): ReadonlyMap<string, Subscriber> => (shared.clubkeysSubscribers ??= new Map())

/**
 * Has a part of the app told of events of these types, in every club. Soon after the commit of what they tell
 * of, one process calls it, in a transaction of its own; what it does is safe to be done again. Where it throws,
 * it is called with each of these events by itself, and again with those that it still could not take: after a
 * minute, then after as long as the event is old, an hour at most. So it is where the process ends before its
 * commit.
 * @param name its own; a second call with it takes the first one's place
 */
export function onEvents(name: string, types: readonly EventType[], tell: Subscriber['tell']): void {
  shared.clubkeysSubscribers = new Map(subscribers()).set(name, { types, tell })
}

/** What events tell of the things that they are about, by id; what is missing is not there any more. */
export type Describe = (
  tx: Transaction,
  clubId: string,
  ids: readonly string[],
) => Promise<Map<string, object>>

const sharedWords = globalThis as typeof globalThis & { clubkeysDescribed?: Map<string, Describe> }
export const described = (): ReadonlyMap<string, Describe> => (sharedWords.clubkeysDescribed ??= new Map())

/** Has events about the rows of one of the app's own models tell more than the id. */
export function describeRows(model: string, describe: Describe): void {
  sharedWords.clubkeysDescribed = new Map(described()).set(model, describe)
}
