import { LRUCache } from 'lru-cache'
import { settings } from '../settings'
import type { Verification, VerifiedKey } from './verification'

/**
 * The longest a cached answer lives, in milliseconds, however quiet the channel: the last net under
 * everything else.
 */
const LIFE_MS = 60_000
/**
 * A cached answer counts only if our newest heartbeat that came back was sent at most this long ago, in
 * milliseconds (G5).
 */
const TRUST_MS = 3_000
/**
 * Answers of "no" have a small cache of their own, so that a flood of random tokens cannot push out good
 * keys.
 */
const MAX_REFUSALS = 10_000
/** Beyond this many changed ids remembered, forgetting every answer is cheaper than checking each. */
const MAX_CHANGES = 10_000

/** How much of keys' metadata is kept at most, in bytes: those used longest ago make room. */
const NOTES_BYTES = 32 * 1024 * 1024

/** At least 1, which the library wants; of a text two bytes a character at the most. */
const sizeOf = ({ answer }: Entry): number =>
  1 + (answer.ok && answer.key.metadata.length > 2 ? 2 * answer.key.metadata.length : 0)

type Entry = { answer: Verification; generation: number; until: number }
type Lookup = { promise: Promise<Verification>; generation: number }

/**
 * Answers kept in this process: SHA-256 of a token → what its verification said. An answer is used only while
 * the channel that would have told of a change is proven alive, and only if nothing it rests on (key, owner,
 * club) has changed since its lookup *began*: a lookup that a revocation overtook can be stored, but never
 * used.
 */
export class VerifiedKeys {
  #good: LRUCache<string, Entry>
  #refused = new LRUCache<string, Entry>({ max: MAX_REFUSALS })
  #lookups = new Map<string, Lookup>()
  /** id → the generation in which it last changed. */
  #changes = new Map<string, number>()
  #refusalsVoidSince = 0
  #allVoidSince = 0
  #generation = 0
  #provenWall = -Infinity
  #provenMonotonic = -Infinity

  constructor(max: number) {
    // The library knows no size of 0. Ours means that nothing proves the channel, so that nothing is ever
    // stored.
    const keys = Math.max(1, max)
    this.#good = new LRUCache({ max: keys, maxSize: keys + NOTES_BYTES, sizeCalculation: sizeOf })
  }

  /**
   * Counts the changes heard of. What is signed for a request binds it, so that it dies with the next change.
   */
  get generation(): number {
    return this.#generation
  }

  /** How many answers it holds, whether or not they still count. */
  get sizes(): { good: number; refused: number } {
    return { good: this.#good.size, refused: this.#refused.size }
  }

  /** How long ago the channel was last proven alive, in milliseconds; Infinity: it is not. */
  get provenAgeMs(): number {
    return performance.now() - this.#provenMonotonic
  }

  /** The answer from memory, if there is one that counts. */
  recall(digest: string): Verification | null {
    const now = Date.now()
    if (!this.#trustedAt(now)) return null
    const entry = this.#good.get(digest) ?? this.#refused.get(digest)
    return entry && this.#counts(entry, now) ? entry.answer : null
  }

  /** The key from memory, if it is good. */
  recallGood(digest: string): VerifiedKey | null {
    const now = Date.now()
    if (!this.#trustedAt(now)) return null
    const entry = this.#good.get(digest)
    return entry?.answer.ok && this.#counts(entry, now) ? entry.answer.key : null
  }

  /** The answer from memory, or `lookUp`'s; simultaneous misses of one token share one lookup. */
  answer(digest: string, lookUp: () => Promise<Verification>): Verification | Promise<Verification> {
    const recalled = this.recall(digest)
    if (recalled) return recalled
    if (!this.trusted) return lookUp().then((found) => this.#noted(digest, found))
    const running = this.#lookups.get(digest)
    if (running && running.generation === this.#generation) return running.promise
    return this.#lookUp(digest, lookUp)
  }

  /**
   * Whether this was a good key when it was last looked up, however long ago that is and whatever has changed
   * since.
   */
  wasGood(digest: string): boolean {
    return this.#good.has(digest)
  }

  /** Whose key it was then. Says nothing of what it may do now. */
  lastKnown(digest: string): Pick<VerifiedKey, 'id' | 'clubId' | 'userId'> | null {
    const answer = this.#good.peek(digest)?.answer
    return answer?.ok ? answer.key : null
  }

  /**
   * Whether the channel is proven alive, computed at each use from when the proof was sent: a timer that did
   * not run cannot lie.
   */
  get trusted(): boolean {
    return this.#trustedAt(Date.now())
  }

  /**
   * A heartbeat came back. @param sent both clocks when it was sent: every change committed before has been
   * heard of
   */
  prove(sent: { wall: number; monotonic: number }): void {
    this.#provenWall = sent.wall
    this.#provenMonotonic = sent.monotonic
  }

  /** The channel is gone: nothing cached counts from here on. */
  distrust(): void {
    this.#provenWall = this.#provenMonotonic = -Infinity
    this.forgetAll()
  }

  /** Voids every answer that rests on one of these keys, users or clubs. */
  forget(ids: readonly string[]): void {
    this.#generation++
    this.#refusalsVoidSince = this.#generation
    for (const id of ids) this.#changes.set(id, this.#generation)
    if (this.#changes.size > MAX_CHANGES) this.forgetAll()
  }

  /** A key was made: what was unknown may be known now. */
  forgetRefusals(): void {
    this.#generation++
    this.#refusalsVoidSince = this.#generation
  }

  forgetAll(): void {
    this.#generation++
    this.#allVoidSince = this.#refusalsVoidSince = this.#generation
    // The good ones stay, void, as keys that were: a lookup of theirs need not wait behind a flood.
    this.#refused.clear()
    this.#changes.clear()
  }

  #trustedAt(now: number): boolean {
    // Both clocks: the monotonic one may stand still while the machine sleeps, the other may be set back.
    return Math.max(now - this.#provenWall, performance.now() - this.#provenMonotonic) < TRUST_MS
  }

  #counts({ answer, generation, until }: Entry, now: number): boolean {
    if (now >= until || generation < this.#allVoidSince) return false
    if (!answer.ok) return generation >= this.#refusalsVoidSince
    const { id, userId, clubId } = answer.key
    return (
      this.#changes.size === 0 ||
      !(
        this.#changedSince(id, generation) ||
        this.#changedSince(userId, generation) ||
        this.#changedSince(clubId, generation)
      )
    )
  }

  #changedSince(id: string, generation: number): boolean {
    return (this.#changes.get(id) ?? -1) > generation
  }

  #lookUp(digest: string, lookUp: () => Promise<Verification>): Promise<Verification> {
    const generation = this.#generation
    const started = Date.now()
    const promise = lookUp()
    const lookup = { promise, generation }
    this.#lookups.set(digest, lookup)
    const done = () => {
      if (this.#lookups.get(digest) === lookup) this.#lookups.delete(digest)
    }
    promise.then((answer) => {
      done()
      const ends = answer.ok && answer.key.expiresAt ? answer.key.expiresAt.getTime() : Infinity
      const entry = { answer, generation, until: Math.min(started + LIFE_MS, ends) }
      this.#noted(digest, answer)
      if (answer.ok) this.#good.set(digest, entry)
      else this.#refused.set(digest, entry)
    }, done)
    return promise
  }

  /**
   * What is refused now was never good: left where it was, it would hide the refusal, and each call with a
   * dead key would be a lookup.
   */
  #noted(digest: string, answer: Verification): Verification {
    if (!answer.ok) this.#good.delete(digest)
    return answer
  }
}

const shared = globalThis as typeof globalThis & { clubkeysVerifiedKeys?: VerifiedKeys }

/**
 * The one cache of this process. On `globalThis`, because the framework loads middleware and handlers as
 * separate module instances.
 */
export const verifiedKeys = (): VerifiedKeys =>
  (shared.clubkeysVerifiedKeys ??= new VerifiedKeys(settings().cacheSize))
