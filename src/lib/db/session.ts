import { Client, type ClientConfig } from 'pg'
import { driversAddress, schemaOf } from './address'
import { KEPT_BY_POOLERS, namesOneOfOurs, startupOptions, type SessionLimits } from './session-settings'

export type SessionConfig = ClientConfig & SessionLimits & { connectionString: string }

/** How much a session can ask for at its start, of what it relies on. */
type Asks = 'everything' | 'what poolers keep' | 'nothing'
const FEWER = { everything: 'what poolers keep', 'what poolers keep': 'nothing', nothing: 'nothing' } as const

type Place = {
  asks: Asks
  /** A pooler was found on the way: the next statement may meet another session of the server. */
  pooled: boolean
  /** The server's, as `server_version_num`; 0 while it is unknown. */
  version: number
}
const shared = globalThis as typeof globalThis & { clubkeysPlaces?: Map<string, Place> }

/** Missing in pg's types. */
type Inside = {
  getStartupConf: () => Record<string, string>
  _connect: (callback: (error: Error | null) => void) => void
}
const inside = Client.prototype as unknown as Inside

/**
 * A session in which everything that we rely on is set from the first statement on, whatever server, database
 * and role set. It asks in the startup packet, since a SET behind a transaction pooler reaches somebody
 * else's session. All our sessions are of this kind.
 */
export class DatabaseSession extends Client {
  readonly #url: string
  readonly #limits: SessionLimits
  #asked: Asks = 'everything'

  constructor(config: SessionConfig) {
    super({ ...config, connectionString: driversAddress(config.connectionString) })
    this.#url = config.connectionString
    this.#limits = config
  }

  getStartupConf(): Record<string, string> {
    // Timeouts of the address are among our own options; `options` of the address come first, and lose.
    const {
      statement_timeout: _,
      idle_in_transaction_session_timeout: __,
      lock_timeout: ___,
      options,
      ...who
    } = inside.getStartupConf.call(this)
    const { asks, version } = this.place
    this.#asked = asks
    if (asks === 'nothing') return who
    if (asks === 'what poolers keep') return { ...who, ...KEPT_BY_POOLERS }
    const ours = startupOptions(schemaOf(this.#url), this.#limits, version)
    return { ...who, ...KEPT_BY_POOLERS, options: [options, ours].filter(Boolean).join(' ') }
  }

  _connect(callback: (error: Error | null) => void): void {
    inside._connect.call(this, (error) => {
      if (error && refusesToBeAsked(error)) this.#askForLess()
      callback(error)
    })
  }

  /** This session was refused because of what it asked for: the next one to this address asks for less. */
  nextAsksForLess = false

  get place(): Place {
    return placeAt(this.#url)
  }

  #askForLess(): void {
    const { place } = this
    place.pooled = true
    // If several were refused at the same moment, only one counts.
    if (place.asks === this.#asked) place.asks = FEWER[this.#asked]
    this.nextAsksForLess = place.asks !== this.#asked
  }
}

/**
 * A session of its own. If a pooler refuses what we ask for, we ask for less; `inspect` finds what is missing
 * then.
 */
export async function openSession(config: SessionConfig): Promise<DatabaseSession> {
  for (;;) {
    const session = new DatabaseSession({ connectionTimeoutMillis: CONNECT_PATIENCE_MS, ...config })
    session.on('error', () => {}) // The statement under way reports it.
    try {
      await session.connect()
      return session
    } catch (error) {
      await session.end().catch(() => {})
      if (!session.nextAsksForLess) throw error
    }
  }
}

/**
 * Long enough for a server on the other side of the world, short enough to say within 5 s that none answers.
 */
const CONNECT_PATIENCE_MS = 3_000

/** What this process knows of the server, or pooler, that an address leads to. */
export function placeAt(url: string): Place {
  const places = (shared.clubkeysPlaces ??= new Map<string, Place>())
  let place = places.get(url)
  if (!place) places.set(url, (place = { asks: 'everything', pooled: false, version: 0 }))
  return place
}

/**
 * Postgres itself accepts all of it; PgBouncer says 08P01, RDS Proxy 0A000. A Postgres that is too old says
 * 42704; it is asked for less, so that it can tell its version.
 */
function refusesToBeAsked(error: unknown): boolean {
  const { code = '', message = '' } = error as { code?: string; message?: string }
  if (code === '42704') return namesOneOfOurs(message)
  return ['08P01', '0A000'].includes(code) && /startup|command-line|option|parameter/i.test(message)
}
