import { createHash } from 'node:crypto'
import type { Redis } from 'ioredis'
import { log } from '../log'
import type { Counters } from './counters'
import { standing, type Decision, type Limit } from './limit'
import { SCRIPT, scriptArguments } from './script'

/**
 * How long a request waits for Redis, in milliseconds; twice that at most, since one timer watches over all
 * that wait.
 */
const PATIENCE_MS = 100

const SHA = createHash('sha1').update(SCRIPT).digest('hex')
const PROBE: Limit = { name: 'changes', id: 'probe', limit: 1_000_000, windowSeconds: 1 }

type Reply = number[] | null

/**
 * Calls counted in Redis, one round trip a request. While Redis does not answer, or answers with an error,
 * this process counts by itself, from nothing, so that no request waits for an outage and none passes
 * uncounted. Said once in the log when it begins and once when it ends.
 */
export class RedisCounters {
  /** What waits for an answer, the longest first. */
  #waiting = new Set<(reply: Reply) => void>()
  #watch: NodeJS.Timeout | null = null
  #away = false

  constructor(
    private readonly redis: Redis,
    private readonly own: Counters,
  ) {
    redis.on('error', (error: Error) => this.#lost(error.message))
    redis.on('close', () => this.#lost('the connection was closed'))
    redis.on('ready', () => void this.probe())
  }

  /** As `Counters.take`. Not a promise while this process counts by itself. */
  take(limits: readonly Limit[]): Decision | Promise<Decision> {
    if (this.redis.status !== 'ready') return this.own.take(limits)
    return this.#ask(limits).then((reply) => (reply ? decision(limits, reply) : this.own.take(limits)))
  }

  /** Whether Redis counts right now: asked, not remembered, since a quiet connection can be a dead one. */
  async probe(): Promise<boolean> {
    return this.redis.status === 'ready' && (await this.#ask([PROBE])) !== null
  }

  /** For good. */
  close(): void {
    this.redis.removeAllListeners('close')
    this.redis.disconnect()
  }

  /** @returns null when there was no answer, or an error */
  #ask(limits: readonly Limit[]): Promise<Reply> {
    return new Promise((resolve) => {
      const settle = (reply: Reply) => {
        this.#waiting.delete(settle)
        resolve(reply)
      }
      this.#waiting.add(settle)
      this.#watchOver()
      this.#run(limits).then(
        (reply) => {
          this.#found()
          settle(reply as number[])
        },
        (error: unknown) => {
          this.#lost((error as Error).message)
          settle(null)
        },
      )
    })
  }

  #run(limits: readonly Limit[]): Promise<unknown> {
    const counters = limits.map(({ name, id }) => `clubkeys:${name}:${id}`)
    const rates = scriptArguments(limits)
    return this.redis.evalsha(SHA, counters.length, ...counters, ...rates).catch((error: unknown) => {
      // A restarted Redis knows no script.
      if (!(error as Error).message.startsWith('NOSCRIPT')) throw error
      return this.redis.eval(SCRIPT, counters.length, ...counters, ...rates)
    })
  }

  #watchOver(): void {
    if (this.#watch) return
    const [longest] = this.#waiting
    // After `setImmediate`, answers that lay in the socket while this process was busy have been read: it was
    // not Redis that was slow.
    const look = () => setImmediate(() => this.#look(longest))
    this.#watch = setTimeout(look, PATIENCE_MS).unref()
  }

  #look(longest: ((reply: Reply) => void) | undefined): void {
    this.#watch = null
    if (longest && this.#waiting.has(longest)) this.#giveUp()
    else if (this.#waiting.size > 0) this.#watchOver()
  }

  /**
   * A connection that has fallen silent may never say so: it is left for a new one, and nobody waits for it
   * any longer.
   */
  #giveUp(): void {
    this.#lost(`no answer within ${PATIENCE_MS} ms`)
    this.redis.disconnect(true)
    for (const settle of this.#waiting) settle(null)
  }

  #lost(reason: string): void {
    // A master that became a replica takes no writes; whoever has its place is found by connecting anew.
    if (reason.startsWith('READONLY')) this.redis.disconnect(true)
    if (this.#away) return
    this.#away = true
    // The message alone: the error carries the command, and that of signing in to Redis holds its password.
    // So does the message of a server that does not know the command.
    const { password } = this.redis.options
    log.warn(
      { reason: password ? reason.replaceAll(password, '[redacted]') : reason },
      'Redis does not answer: until it does, each process counts limits by itself',
    )
  }

  #found(): void {
    if (!this.#away) return
    this.#away = false
    log.info('Redis answers again: limits are counted across processes')
  }
}

function decision(limits: readonly Limit[], [allowed, ...counts]: number[]): Decision {
  return {
    allowed: allowed === 1,
    standings: limits.map((limit, i) =>
      standing(limit, counts[2 * i] ?? limit.limit, counts[2 * i + 1] ?? 0),
    ),
  }
}
