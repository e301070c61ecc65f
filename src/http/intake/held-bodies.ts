import type { IncomingMessage, ServerResponse } from 'node:http'
import { unavailable, type Refusal } from '@/lib/errors'
import { tooLarge } from '../body'
import { whenOver } from './when-over'

/** All that is held of bodies at once, of requests that have no answer yet. */
const MAX_HELD_BYTES = 32 * 1024 * 1024
/**
 * A body up to this is never sent away for room: what ends an attack is shorter, and 2,000 connections hold
 * no more than 8 MB of them.
 */
const SMALL_BYTES = 4 * 1024

type Held = { bytes: number; refuse: (refusal: Refusal) => void }

/** Every piece costs reading it, however short: nobody sends 64 KiB in more. */
const MAX_PIECES = 2_000

/** Bodies that are not there in full yet and are over {@link SMALL_BYTES}; the oldest first. */
const unfinished = new Set<Held>()
let heldBytes = 0

export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0'

/**
 * Keeps a body back until it is there in full, and then hands it on. A length that was declared is a promise,
 * and chunks declare none: what is counted is what comes.
 * @param limit in bytes
 * @param done gets the body; the message's own stream has it too by then
 */
export function holdBody(
  message: IncomingMessage,
  response: ServerResponse,
  limit: number,
  refuse: (refusal: Refusal) => void,
  done: (body: Buffer) => void,
): void {
  const body = new Received()
  let pieces = 0
  const held: Held = { bytes: 0, refuse: (refusal) => give(refusal) }
  const letGo = () => {
    unfinished.delete(held)
    heldBytes -= held.bytes
    held.bytes = 0
  }
  const give = (refusal: Refusal) => {
    letGo()
    Reflect.deleteProperty(message, 'push')
    refuse(refusal)
  }
  message.push = (chunk: Buffer | null) => {
    if (chunk === null) {
      unfinished.delete(held)
      Reflect.deleteProperty(message, 'push')
      if (body.length > 0) message.push(body.bytes())
      const ended = message.push(null)
      done(body.bytes())
      return ended
    }
    if (++pieces > MAX_PIECES || body.length + chunk.length > limit) {
      give(tooLarge(limit))
      return true
    }
    body.add(chunk)
    held.bytes += chunk.length
    heldBytes += chunk.length
    if (body.length > SMALL_BYTES) unfinished.add(held)
    makeRoom()
    return true
  }
  whenOver(message, response, letGo)
}

/** The one that has been at it for longest has had its time. */
function makeRoom(): void {
  for (const held of unfinished) {
    if (heldBytes <= MAX_HELD_BYTES) return
    held.refuse(unavailable())
  }
}

/** Bytes in one piece: chunks of one byte each would take a hundred times their length. */
class Received {
  private store: Buffer = Buffer.alloc(0)
  length = 0

  add(chunk: Buffer): void {
    const needed = this.length + chunk.length
    if (this.length === 0) this.store = chunk
    else {
      if (needed > this.store.length) this.grow(Math.max(needed, 2 * this.store.length))
      chunk.copy(this.store, this.length)
    }
    this.length = needed
  }

  bytes = (): Buffer => this.store.subarray(0, this.length)

  private grow(size: number): void {
    const larger = Buffer.allocUnsafeSlow(size)
    this.bytes().copy(larger)
    this.store = larger
  }
}
