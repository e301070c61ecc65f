import { createHash } from 'node:crypto'
import { log } from '../log'
import type { Counters } from './counters'
import { rateLimitStatus, type Decision, type Limit, type RateLimitStatus } from './limit'
import type { RedisAddress } from './redis-address'
import { connectNodes, describeServer, openRedis, type RedisClient } from './redis-client'
import { GIVE_BACK, SCRIPT, scriptArguments } from './script'
import { bySlot, counterName, oneForEachNode } from './slots'

/**
 * How long a request waits for Redis, in milliseconds; at most twice that, since one timer watches all that
 * wait.
 */
const PATIENCE_MS = 100
/** How often the log reports a Redis that comes and goes, in milliseconds. */
const QUIET_MS = 10_000
const RECONNECT_AT_MOST_EVERY_MS = 1_000

const SHA = createHash('sha1').update(SCRIPT).digest('hex')

type Reply = number[] | null

/**
 * Counts calls in Redis, with one round trip a request: in one server, in the master that Sentinels name, or
 * in a cluster. While Redis does not answer, or answers with an error, this process counts by itself, from
 * nothing. So no request waits for an outage, and none passes uncounted. The log says once when that begins
 * and once when it ends.
 */
export class RedisCounters {
  /** Becomes true once Redis counted something. */
  readonly counting: Promise<boolean>
  #client!: RedisClient
  #counts!: (counting: boolean) => void
  /** What kind of server it is shows only when it answers. */
  #known: boolean
  /** What waits for an answer, the longest first. */
  #waiting = new Set<(reply: Reply) => void>()
  #watch: NodeJS.Timeout | null = null
  #away = false
  #told = false
  #quietUntil = -Infinity
  #reconnectedAt = -Infinity

  constructor(
    private address: RedisAddress,
    private readonly own: Counters,
    private readonly patienceMs = PATIENCE_MS,
  ) {
    this.counting = new Promise((resolve) => (this.#counts = resolve))
    this.#known = address.kind === 'sentinel'
    this.#use(openRedis(address))
  }

  /** As `Counters.take`. Not a promise while this process counts by itself. */
  take(limits: readonly Limit[]): Decision | Promise<Decision> {
    if (!this.isUp) return this.own.take(limits)
    const groups = this.#client.isCluster ? bySlot(limits) : [limits]
    return this.#count(groups).then((counted) => counted ?? this.own.take(limits))
  }

  /**
   * Whether Redis counts right now, on every node, as a request needs it. Each probe asks, since a quiet
   * connection can be a dead one.
   */
  async probe(): Promise<boolean> {
    if (!this.isUp) return false
    const client = this.#client
    const names = 'slots' in client ? oneForEachNode((slot) => client.slots[slot]?.[0]) : ['probe']
    const replies = await Promise.all(names.map((name) => this.#ask(probeLimits(name))))
    return replies.every((reply) => reply !== null)
  }

  /** For good. */
  close(): void {
    this.#leave(this.#client)
  }

  /** Whether Redis counts; else this process does. */
  get isUp(): boolean {
    return this.#known && this.#client.status === 'ready'
  }

  #use(client: RedisClient): void {
    this.#client = client
    client.on('error', (error: Error) => this.#lost(error.message))
    client.on('close', () => {
      // Its nodes are connected to anew, one by one.
      if (client.isCluster) this.#known = false
      this.#lost('the connection was closed')
    })
    client.on('ready', () => void this.#look(client))
  }

  #leave(client: RedisClient): void {
    client.removeAllListeners('close')
    client.removeAllListeners('ready')
    client.disconnect()
  }

  /** Finds out what kind of server answers: a node of a cluster takes only a part of the counters. */
  async #look(client: RedisClient): Promise<void> {
    if ('nodes' in client) await connectNodes(client)
    else {
      const found = await describeServer(client)
      if (client !== this.#client) return
      if (found?.cluster) return this.#joinCluster()
      if (found?.evicts && !this.#known)
        log.warn('Redis may forget counters when its memory is full: set maxmemory-policy to noeviction')
    }
    this.#known = true
    if (await this.probe()) this.#counts(true)
  }

  #joinCluster(): void {
    if (this.#client.isCluster) return
    this.#leave(this.#client)
    this.address = { ...this.address, kind: 'cluster' }
    this.#known = false
    this.#use(openRedis(this.address))
  }

  /**
   * Counts under all limits or under none, though they may lie on several nodes.
   * @returns null where Redis did not answer
   */
  async #count(groups: (readonly Limit[])[]): Promise<Decision | null> {
    const rateLimits: RateLimitStatus[] = []
    const counted: (readonly Limit[])[] = []
    for (const limits of groups) {
      const reply = await this.#ask(limits)
      if (!reply) return null
      const [allowed, ...counts] = reply
      for (const [i, limit] of limits.entries())
        rateLimits.push(rateLimitStatus(limit, counts[2 * i] ?? limit.limit, counts[2 * i + 1] ?? 0))
      if (allowed !== 1) {
        for (const before of counted) this.#giveBack(before)
        return { allowed: false, rateLimits }
      }
      counted.push(limits)
    }
    return { allowed: true, rateLimits }
  }

  #giveBack(limits: readonly Limit[]): void {
    const names = limits.map(counterName)
    this.#client
      .eval(GIVE_BACK, names.length, ...names)
      .catch((error: unknown) => this.#lost((error as Error).message))
  }

  /** @returns null for no answer, or an error */
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
          this.#refused((error as Error).message)
          settle(null)
        },
      )
    })
  }

  #run(limits: readonly Limit[]): Promise<unknown> {
    const client = this.#client
    const counters = limits.map(counterName)
    const rates = scriptArguments(limits)
    return client.evalsha(SHA, counters.length, ...counters, ...rates).catch((error: unknown) => {
      // A restarted Redis knows no script.
      if (!(error as Error).message.startsWith('NOSCRIPT')) throw error
      return client.eval(SCRIPT, counters.length, ...counters, ...rates)
    })
  }

  #watchOver(): void {
    if (this.#watch) return
    const [longest] = this.#waiting
    // After `setImmediate`, answers that waited in the socket while this process was busy have been read:
    // then it was not Redis that was slow.
    const look = () => setImmediate(() => this.#lookAfter(longest))
    this.#watch = setTimeout(look, this.patienceMs).unref()
  }

  #lookAfter(longest: ((reply: Reply) => void) | undefined): void {
    this.#watch = null
    if (longest && this.#waiting.has(longest)) this.#giveUp()
    else if (this.#waiting.size > 0) this.#watchOver()
  }

  /**
   * A silent connection may never report its end: it is replaced, and nobody waits for it any longer. In a
   * cluster the others go on: the client itself drops a silent node.
   */
  #giveUp(): void {
    this.#lost(`no answer within ${this.patienceMs} ms`)
    if (!this.#client.isCluster) this.#client.disconnect(true)
    for (const settle of this.#waiting) settle(null)
  }

  #refused(reason: string): void {
    this.#lost(reason)
    if (this.address.kind === 'cluster') return
    // Only a node of a cluster answers so, to a client that takes it for a single server.
    if (/^(MOVED|ASK|CROSSSLOT) /.test(reason)) return this.#joinCluster()
    // A master that became a replica takes no writes; a new connection finds its successor.
    const isDue = performance.now() - this.#reconnectedAt > RECONNECT_AT_MOST_EVERY_MS
    if (!reason.startsWith('READONLY') || !isDue) return
    this.#reconnectedAt = performance.now()
    this.#client.disconnect(true)
  }

  #lost(reason: string): void {
    this.#away = true
    if (this.#told || performance.now() < this.#quietUntil) return
    this.#told = true
    this.#quietUntil = performance.now() + QUIET_MS
    // Only the message: the error holds the command, and the one that signs in to Redis holds its password.
    // So does the message of a server that does not know the command.
    const { password, sentinel } = this.address
    let said = reason
    for (const secret of [password, sentinel?.password])
      if (secret) said = said.replaceAll(secret, '[redacted]')
    log.warn({ reason: said }, 'Redis does not answer: until it does, each process counts limits by itself')
  }

  #found(): void {
    if (!this.#away) return
    this.#away = false
    if (this.#told) log.info('Redis answers again: limits are counted across processes')
    this.#told = false
  }
}

/** As many limits, and of the same kinds, as every request meets. */
const probeLimits = (slot: string): Limit[] => [
  { name: 'key', id: 'probe', slot, limit: 1_000_000, windowSeconds: 1 },
  { name: 'club', id: 'probe', slot, limit: 1_000_000, windowSeconds: 1 },
]
