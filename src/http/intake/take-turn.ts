import type { IncomingMessage, ServerResponse } from 'node:http'
import { lastHeardFrom } from '@/lib/db/pool'
import { settings } from '@/lib/settings'
import { unavailable } from '@/lib/errors'
import { inThisContext } from './in-this-context'
import { pathIn } from './path-in'
import { refuse } from './refuse'
import { Turns } from './turns'
import { whenOver } from './when-over'
import { queueOf, whoseTurn, type Queue, type Whose } from './whose-turn'

/** Of acts, and of each credential's: one that ends things without pause leaves room for the next. */
const ACTS = { all: 4, each: 2 }
/** How many acts of one known credential halt the rest in ten seconds: more would halt others for good. */
const HALTS = 10
const HALTS_MS = 10_000
/** Connections to the database that the rest leaves alone. */
const RESERVED = 2

type Queues = Record<Queue, Turns>
/** On `globalThis`: the framework loads what takes requests in and handlers as separate module instances. */
const shared = globalThis as typeof globalThis & { clubkeysQueues?: Queues }
let halts = { since: 0, by: new Map<string, number>() }

function open(): Queues {
  const { poolSize, timeoutMs } = settings().db
  const stalledMs = timeoutMs * 0.8
  const all = Math.max(Math.ceil(poolSize / 2), poolSize - RESERVED)
  const database = { stalledMs, heardAt: lastHeardFrom }
  return { acts: new Turns({ ...ACTS, ...database }), rest: new Turns({ all, ...database }) }
}

/** For `takeAllInFirst`. */
export function haltRest(): () => void {
  return queues().rest.halt()
}

const queues = (): Queues => (shared.clubkeysQueues ??= open())

/** For who watches: how many requests each queue works on, and how many wait in it. */
export function queueSizes(): Record<string, { busy: number; waiting: number }> {
  const { acts, rest } = queues()
  return { acts: acts.sizes, rest: rest.sizes }
}

/**
 * Hands a request on when it is its turn. A burst waits here, before it costs anything, and a caller who
 * ends something passes it by (G13).
 * @param queue of an action, which its path does not show
 */
export function takeTurn(
  message: IncomingMessage,
  response: ServerResponse,
  goOn: () => unknown,
  queue = queueOf(message, pathIn(message)),
): void {
  if (queue === null) return void goOn()
  const whose = whoseTurn(message, queue)
  if (!(whose instanceof Promise)) return waitIn(queue, whose, message, response, goOn)
  const inContext = inThisContext(goOn)
  whose.then(
    (known) => waitIn(queue, known, message, response, inContext),
    (error: unknown) => refuse(message, response, error),
  )
}

function waitIn(
  queue: Queue,
  { name, known }: Whose,
  message: IncomingMessage,
  response: ServerResponse,
  goOn: () => unknown,
): void {
  if (message.socket.destroyed) return
  const goOnWithRest = queue === 'acts' && known && mayHalt(name) ? queues().rest.halt() : undefined
  const end = queues()[queue].take(name, goOn, () => refuse(message, response, unavailable()), inThisContext)
  let isOver = false
  const over = (served: boolean | undefined) => {
    if (isOver) return
    isOver = true
    end(served)
    goOnWithRest?.()
  }
  whenAnswered(response, over)
  whenOver(message, response, () => over(undefined))
}

function mayHalt(name: string): boolean {
  const now = performance.now()
  if (now - halts.since > HALTS_MS) halts = { since: now, by: new Map() }
  const count = (halts.by.get(name) ?? 0) + 1
  halts.by.set(name, count)
  return count <= HALTS
}

/**
 * Answers are whole before their first byte is written. From then on the turn is another's: a client may take
 * its answer as slowly as it likes.
 */
function whenAnswered(response: ServerResponse, act: (served: boolean) => void): void {
  const writeHead = response.writeHead.bind(response) as (...given: unknown[]) => ServerResponse
  response.writeHead = (...given: unknown[]) => {
    const written = writeHead(...given)
    act(given[0] !== 503)
    return written
  }
}
