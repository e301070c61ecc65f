import type { IncomingMessage, ServerResponse } from 'node:http'
import { unavailable, type Refusal } from '@/lib/errors'
import { tooLarge } from '../body'
import { whenOver } from './when-over'

/** The most that is held of bodies at once, of requests that have no answer yet. */
const MAX_HELD_BYTES = 32 * 1024 * 1024
/**
 * A body up to this size is never refused for lack of room: requests that end an attack are smaller, and
 * 2,000 connections hold at most 8 MB of them.
 */
const SMALL_BYTES = 4 * 1024

type Held = { bytes: number; refuse: (refusal: Refusal) => void }

/** Reading a chunk costs time, however short it is: no real client sends 64 KiB in more. */
const MAX_PIECES = 2_000

/** Incomplete bodies over {@link SMALL_BYTES}, the oldest first. */
const unfinished = new Set<Held>()
let heldBytes = 0

export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0'

/**
 * Holds a body until it is complete, and then hands it on. Bytes bytes are counted: a declared length is
 * only a promise, and chunks declare none.
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
  const body = new Bytes()
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

/** The body that has taken longest makes room. */
function makeRoom(): void {
  for (const held of unfinished) {
    if (heldBytes <= MAX_HELD_BYTES) return
    held.refuse(unavailable())
  }
}

/** Bytes in one buffer: a list of chunks of one byte would take a hundred times their length. */
class Bytes {
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
