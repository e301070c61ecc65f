import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '../../__tests__/support/keep-alive'
import { nightsWithTwoHours } from './clock'
import type { Tally } from './tally'

/** Two processes of one installation, as their callers meet them. */
export type Processes = {
  here: Client
  there: Client
  /** The token of an admin of its club. */
  admin: string
  /** Whether a process keeps what it verified: then it hears of a change a little later, else at once. */
  caches: boolean
}

type Key = { id: string; key: string; expiresAt: string | null; replacedById: string | null; status: string }
type Made = { data: Record<string, unknown>[]; nextCursor: string | null }

/** G5: that long if the channel is cut silently, and as a rule milliseconds. */
const HEARD_WITHIN_MS = 3_000

/** The API of an installation, and every answer held against what it must be. */
export class Life {
  constructor(
    private readonly processes: Processes,
    private readonly tally: Tally,
  ) {}

  /** A key that its owner, who is an admin, makes for themselves. */
  async make(more: Record<string, unknown> = {}): Promise<Key> {
    return this.#act<Key>(
      'POST',
      'api-keys',
      { name: 'of the matrix', scopes: ['api-keys:read'], ...more },
      201,
    )
  }

  /** What each process says to it. */
  async use(what: string, { key }: { key: string }, status: number): Promise<void> {
    const { here, there } = this.processes
    for (const [where, call] of Object.entries({ here, there }))
      this.tally.is(`${what}, ${where}`, await statusOf(call, key), status)
  }

  /** Alive in every answer that came before its end, dead in every one that was asked for after it. */
  async endToTheSecond(): Promise<Key> {
    const ends = Math.ceil(Date.now() / 1_000) * 1_000 + 2_000
    const expiresAt = new Date(ends).toISOString()
    const [short, spent] = [await this.make({ expiresAt }), await this.make({ expiresAt })]
    const long = await this.make({ expiresAt: new Date(Date.now() + 40_000).toISOString() })
    const { here, there } = this.processes
    while (Date.now() < ends + 200) {
      for (const call of [here, there]) {
        const asked = Date.now()
        const status = await statusOf(call, short.key)
        if (Date.now() < ends) this.tally.is('a key before its end', status, 200)
        if (asked >= ends) this.tally.is('a key after its end', status, 401)
      }
      await sleep(25)
    }
    await this.use('a key of 40 seconds', long, 200)
    const { expiresAt: told, status } = await this.#read(short)
    this.tally.is('its end as it is told', [told, status], [expiresAt, 'expired'])
    await this.#act('DELETE', `api-keys/${spent.id}`, undefined, 204)
    return short
  }

  async rotateWithoutGrace(): Promise<Key> {
    const old = await this.#known()
    const next = await this.#act<Key>('POST', `api-keys/${old.id}/rotate`, { graceSeconds: 0 }, 201)
    this.tally.is('the rotated key, here', await statusOf(this.processes.here, old.key), 401)
    await this.#untilRefusedThere('a rotated key', old)
    await this.use('its successor', next, 200)
    this.tally.is('the successor as it is told', (await this.#read(old)).replacedById, next.id)
    return old
  }

  /** @returns milliseconds until the other process refused each */
  async revoke(times: number): Promise<{ last: Key; ms: number[] }> {
    const ms: number[] = []
    let last = await this.#known()
    for (let time = 0; time < times; time++) {
      if (time > 0) last = await this.#known()
      await this.#act('POST', `api-keys/${last.id}/revoke`, {}, 200)
      this.tally.is('a revoked key, here', await statusOf(this.processes.here, last.key), 401)
      ms.push(await this.#untilRefusedThere('a revoked key', last))
    }
    return { last, ms }
  }

  /** @returns how many of `calls` at once, half of them to each process, a limit of 20 let through */
  async limit(calls: number): Promise<{ limited: Key; passed: number }> {
    const limited = await this.make({ rateLimit: { limit: 20, windowSeconds: 60 } })
    const { here, there } = this.processes
    const asked = Array.from({ length: calls }, (_, i) => statusOf(i % 2 ? here : there, limited.key))
    const answers = await Promise.all(asked)
    const passed = answers.filter((status) => status === 200).length
    this.tally.is('calls that pass a limit of 20', passed, 20)
    this.tally.is('calls that do not', answers.filter((status) => status === 429).length, calls - 20)
    return { limited, passed }
  }

  /** What depends on times in another way: the log, its pages, and hours that a clock shows twice. */
  async times(): Promise<void> {
    for (const expiresAt of nightsWithTwoHours()) {
      const { id } = await this.make({ expiresAt })
      this.tally.is('an end in a night with two hours', (await this.#read({ id })).expiresAt, expiresAt)
    }
    const [newest] = (await this.#list('audit-events?limit=1')).data
    const ago = Date.now() - Date.parse(String(newest?.at))
    this.tally.holds(`the newest audit row is of ${ago} ms ago`, ago > -1_000 && ago < 10_000)
    for (const list of ['audit-events', 'api-keys'])
      this.tally.is(`${list}, page by page`, await this.#idsOf(list, 3), await this.#idsOf(list, 100))
  }

  /** One that both processes have in memory, where they keep anything. */
  async #known(): Promise<Key> {
    const key = await this.make()
    for (let time = 0; time < 2; time++) await this.use('a good key', key, 200)
    return key
  }

  async #untilRefusedThere(what: string, { key }: Key): Promise<number> {
    const { there, caches } = this.processes
    const from = performance.now()
    for (let asked = 0; ; asked++) {
      const status = await statusOf(there, key)
      const ms = performance.now() - from
      if (status !== 200) {
        this.tally.is(`${what}, there`, status, 401)
        return ms
      }
      if (ms > HEARD_WITHIN_MS || (asked === 0 && !caches)) {
        this.tally.is(`${what}, there, after ${Math.round(ms)} ms`, status, 401)
        return ms
      }
    }
  }

  #read({ id }: { id: string }): Promise<Key> {
    return this.#act<Key>('GET', `api-keys/${id}`, undefined, 200)
  }

  #list(target: string): Promise<Made> {
    return this.#act<Made>('GET', target, undefined, 200)
  }

  async #idsOf(list: string, limit: number): Promise<unknown[]> {
    const ids: unknown[] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: Made = await this.#list(`${list}?limit=${limit}${cursor && `&cursor=${cursor}`}`)
      ids.push(...page.data.map(({ id }) => id))
      cursor = page.nextCursor
    }
    return ids
  }

  async #act<T>(method: string, target: string, body: unknown, status: number): Promise<T> {
    const { here, admin: token } = this.processes
    const sent = {
      method,
      path: `/api/v1/${target}`,
      token,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }
    const answer = await here(sent)
    this.tally.is(`${method} ${target.replace(/[0-9a-f-]{36}/, '{id}')}`, answer.status, status)
    return (answer.body ? answer.json() : {}) as T
  }
}

const statusOf = async (call: Client, token: string): Promise<number> =>
  (await call({ method: 'GET', path: '/api/v1/whoami', token })).status
