import { Pool, type PoolClient, type PoolConfig } from 'pg'

/** How many times its timeout somebody waits for a connection, while the database answers others. */
const TURNS = 4

type Release = (error?: Error | boolean) => void
type Callback = (error: Error | undefined, client: PoolClient | undefined, release: Release) => void

/** What the pool says of its own patience; any other error is the server's or the network's. */
const GAVE_UP = /timeout exceeded when trying to connect|due to connection timeout/

/**
 * A pool whose callers wait on while the database answers others: then it is no outage, but a process that
 * has more to do than it can at once, as in its first second. They queue again, at most `TURNS` times in
 * all.
 * @param heardAt when the database last said anything, by the monotonic clock
 */
export class PatientPool extends Pool {
  readonly #heardAt: () => number

  constructor(heardAt: () => number, config: PoolConfig) {
    super(config)
    this.#heardAt = heardAt
  }

  override connect(): Promise<PoolClient>
  override connect(callback: Callback): void
  override connect(callback?: Callback): Promise<PoolClient> | void {
    if (callback) return this.#queue(TURNS, callback)
    return new Promise((resolve, reject) => {
      this.#queue(TURNS, (error, client) => (client ? resolve(client) : reject(error as Error)))
    })
  }

  #queue(turns: number, callback: Callback): void {
    const asked = performance.now()
    super.connect((error, client, release) => {
      if (error && turns > 1 && GAVE_UP.test(error.message) && this.#heardAt() > asked)
        return this.#queue(turns - 1, callback)
      callback(error, client, release)
    })
  }
}
