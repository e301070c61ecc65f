import { setTimeout as sleep } from 'node:timers/promises'
import { makeClub, makeKey, makeMember } from '../__tests__/support/club'
import { openClient, type Client, type Exchange } from '../__tests__/support/keep-alive'
import { madeUpToken } from './made-up'
import type { Postgres } from './stage/postgres'
import { demand } from '../__tests__/support/policy'

/** `good`: must be let in, or told 503. `bad`: must never be let in. */
type Right = 'good' | 'bad'
/**
 * One request and what came of it; status 0: the connection broke. Times by the monotonic clock, in
 * milliseconds.
 */
export type Sent = {
  what: string
  right: Right
  status: number
  code: string
  sentAt: number
  endedAt: number
}
type Key = { id: string; token: string }

/** Ids of what was acknowledged with 2xx, and must be there ever after. */
type Ledger = { 'api-key.create': string[]; 'api-key.revoke': string[]; 'practice.create': string[] }

const WORKERS = 6
const PAUSE_MS = 15
const STOCK = 100
const MOST_KEYS = 100_000
const PATIENCE_MS = 5_000

/**
 * Reads and writes as clients make them, all the time, until stopped: keys the process has in memory and keys
 * it has never seen, new keys, revocations, practices; and, between them, keys that were revoked and tokens
 * that nobody made.
 */
export class Traffic {
  readonly sent: Sent[] = []
  readonly ledger: Ledger = { 'api-key.create': [], 'api-key.revoke': [], 'practice.create': [] }
  /** Good, and never used so far. */
  #unused: Key[] = []
  #used: Key[] = []
  /** Their revocation was acknowledged. */
  #revoked: Key[] = []
  #stopped = false
  #workers: Promise<unknown> = Promise.resolve()
  #close = () => {}
  #call!: Client
  #hot!: Key

  private constructor(private readonly heardAfterMs: number) {}

  /**
   * @param port of the process, or of what stands before several
   * @param heardAfterMs how long after its revocation a key may still be let in elsewhere; not at all by the
   *   process that revoked it
   */
  static async start(port: number, { heardAfterMs = 0 } = {}): Promise<Traffic> {
    const traffic = new Traffic(heardAfterMs)
    const { id: clubId } = await makeClub()
    await demand(clubId, { maxLiveKeysPerMember: MOST_KEYS })
    const owner = await makeMember(clubId, ['CLUB_ADMIN', 'COACH'])
    traffic.#hot = await makeKey(owner)
    for (let i = 0; i < STOCK; i++) traffic.#unused.push(await makeKey(owner))
    const { call, close } = openClient(() => port, { maxSockets: WORKERS, timeoutMs: PATIENCE_MS })
    traffic.#call = call
    traffic.#close = close
    traffic.#workers = Promise.all(Array.from({ length: WORKERS }, (_, i) => traffic.#work(i)))
    return traffic
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#workers
    this.#close()
  }

  /** What was acknowledged and is not there: the row, its revocation, its audit row. */
  async lost({ ask }: Postgres): Promise<string[]> {
    const missing = async (what: string, ids: readonly string[], sql: string) => {
      const rows = await ask<{ id: string }>(
        `SELECT g.id FROM unnest($1::uuid[]) AS g(id) WHERE NOT EXISTS (${sql})`,
        [ids],
      )
      return rows.map(({ id }) => `${what} ${id}`)
    }
    const revoked = `SELECT FROM "ApiKey" k WHERE k."id" = g.id AND k."revokedAt" IS NOT NULL`
    const found = await Promise.all([
      missing('key', this.ledger['api-key.create'], 'SELECT FROM "ApiKey" k WHERE k."id" = g.id'),
      missing('revocation', this.ledger['api-key.revoke'], revoked),
      missing('practice', this.ledger['practice.create'], 'SELECT FROM "Practice" p WHERE p."id" = g.id'),
      ...Object.entries(this.ledger).map(([action, ids]) =>
        missing(
          `audit row ${action}`,
          ids,
          `SELECT FROM "AuditEvent" a WHERE a."targetId" = g.id::text AND a."action" = '${action}'`,
        ),
      ),
    ])
    return found.flat()
  }

  async #work(offset: number): Promise<void> {
    const acts = [
      this.#readHot,
      this.#create,
      this.#readUnseen,
      this.#plan,
      this.#useRevoked,
      this.#revoke,
      this.#guess,
    ]
    for (let i = offset; !this.#stopped; i++) {
      await acts[i % acts.length]?.call(this)
      await sleep(PAUSE_MS)
    }
  }

  async #send(what: string, right: Right, exchange: Exchange): Promise<Record<string, unknown> | null> {
    const sentAt = performance.now()
    const answer = await this.#call(exchange).catch(() => null)
    const body = readObject(answer?.body)
    const { status } = answer ?? { status: 0 }
    this.sent.push({
      what,
      right,
      status,
      code: typeof body.code === 'string' ? body.code : '',
      sentAt,
      endedAt: performance.now(),
    })
    return status >= 200 && status < 300 ? body : null
  }

  async #readHot(): Promise<void> {
    await this.#send('read with a known key', 'good', {
      method: 'GET',
      path: '/api/v1/whoami',
      token: this.#hot.token,
    })
  }

  async #readUnseen(): Promise<void> {
    const key = this.#unused.shift()
    if (!key) return
    await this.#send('read with a key not seen before', 'good', {
      method: 'GET',
      path: '/api/v1/practices',
      token: key.token,
    })
    this.#used.push(key)
  }

  async #create(): Promise<void> {
    const made = await this.#send(
      'create a key',
      'good',
      this.#write('/api/v1/api-keys', { name: 'chaos', scopes: ['practices:read'] }),
    )
    if (!made) return
    this.ledger['api-key.create'].push(String(made.id))
    this.#unused.push({ id: String(made.id), token: String(made.key) })
  }

  async #revoke(): Promise<void> {
    const key = this.#used.shift()
    if (!key) return
    // Answered otherwise than by 2xx it may be revoked or not: it is used no more.
    if (!(await this.#send('revoke a key', 'good', this.#write(`/api/v1/api-keys/${key.id}/revoke`, {}))))
      return
    this.ledger['api-key.revoke'].push(key.id)
    setTimeout(() => this.#revoked.push(key), this.heardAfterMs)
  }

  async #plan(): Promise<void> {
    const practice = { title: 'chaos', startsAt: '2027-01-01T10:00:00Z' }
    const made = await this.#send('plan a practice', 'good', this.#write('/api/v1/practices', practice))
    if (made) this.ledger['practice.create'].push(String(made.id))
  }

  async #useRevoked(): Promise<void> {
    const key = this.#revoked[Math.floor(Math.random() * this.#revoked.length)]
    if (key)
      await this.#send('use a revoked key', 'bad', {
        method: 'GET',
        path: '/api/v1/practices',
        token: key.token,
      })
  }

  async #guess(): Promise<void> {
    await this.#send('use a made-up token', 'bad', {
      method: 'GET',
      path: '/api/v1/practices',
      token: madeUpToken(),
    })
  }

  #write(path: string, body: object): Exchange {
    return { method: 'POST', path, token: this.#hot.token, body: JSON.stringify(body) }
  }
}

function readObject(text = ''): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return {}
  }
}
