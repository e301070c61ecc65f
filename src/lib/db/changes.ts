import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { log } from '../log'

/** The channel that the database's own triggers tell changes on. */
const CHANNEL = 'clubkeys_changes'
/** How often a heartbeat is sent, in milliseconds: six fit into the time an answer is trusted. */
const BEAT_EVERY_MS = 500
/** A connection whose heartbeat has not come back for this long is given up, in milliseconds. */
const SILENT_AFTER_MS = 3_000
const RECONNECT_MS = { first: 100, longest: 2_000 }

type Moment = { wall: number; monotonic: number }

/** What a listener is told. `proven`: everything committed before that moment has been heard of. */
export type ChangeListener = {
  changed: (ids: string[]) => void
  added: () => void
  changedAll: () => void
  proven: (sent: Moment) => void
  lost: () => void
}

/**
 * Listens to the database's changes on a connection of its own and proves again and again that it hears: it
 * sends heartbeats through the very channel and reports when each that came back was *sent*. Postgres
 * delivers in commit order, so nothing older is still to come.
 * @param url past any pooler: LISTEN needs a session
 * @returns stops listening
 */
export function listenToChanges(url: string, listener: ChangeListener): () => Promise<void> {
  let stopped = false
  let pause = RECONNECT_MS.first
  let session: Session | undefined
  let announced = false
  const onProven = () => {
    pause = RECONNECT_MS.first
    if (announced) log.info('the change channel is back')
    announced = false
  }
  const run = async () => {
    while (!stopped) {
      session = new Session(url, listener, onProven)
      const reason = await session.run()
      listener.lost()
      if (stopped) return
      // Once for each outage: where there is no channel at all (serverless, a transaction pooler) this is how
      // it stays.
      if (!announced)
        log.warn(
          { reason },
          'the change channel is down; keys are verified from the database until it is back',
        )
      announced = true
      await new Promise((resolve) => setTimeout(resolve, pause).unref())
      pause = Math.min(pause * 2, RECONNECT_MS.longest)
    }
  }
  const running = run()
  return async () => {
    stopped = true
    session?.end('stopped')
    await running
  }
}

/** One connection's life. */
class Session {
  #client: Client
  #self = randomUUID()
  #sent = new Map<string, Moment>()
  #beat = 0
  #sending = false
  #heardAt = performance.now()
  #finish!: (reason: string) => void
  #finished = new Promise<string>((resolve) => (this.#finish = resolve))

  constructor(
    url: string,
    private readonly listener: ChangeListener,
    private readonly onProven: () => void,
  ) {
    this.#client = new Client({
      connectionString: url,
      connectionTimeoutMillis: 3_000,
      query_timeout: SILENT_AFTER_MS,
      application_name: 'clubkeys changes',
      keepAlive: true,
    })
    this.#client.on('error', (error) => this.end(error.message))
    this.#client.on('end', () => this.end('the connection ended'))
    this.#client.on('notification', ({ payload = '' }) => this.#hear(payload))
  }

  /** @returns why it ended */
  async run(): Promise<string> {
    let timer: NodeJS.Timeout | undefined
    try {
      await this.#client.connect()
      await this.#client.query(`LISTEN ${CHANNEL}`)
      // What changed while nobody listened is unknown: forget everything before the first proof.
      this.listener.changedAll()
      this.#send()
      timer = setInterval(() => this.#send(), BEAT_EVERY_MS).unref()
      return await this.#finished
    } catch (error) {
      return (error as Error).message
    } finally {
      clearInterval(timer)
      this.#client.end().catch(() => undefined)
    }
  }

  end(reason: string): void {
    this.#finish(reason)
  }

  #send(): void {
    if (performance.now() - this.#heardAt > SILENT_AFTER_MS) return this.end('no heartbeat came back')
    // One that is not written yet proves no less than another behind it.
    if (this.#sending) return
    this.#sending = true
    const name = String(++this.#beat)
    this.#sent.set(name, { wall: Date.now(), monotonic: performance.now() })
    this.#client
      .query('SELECT pg_notify($1, $2)', [CHANNEL, `beat ${this.#self} ${name}`])
      .catch((error: unknown) => this.end((error as Error).message))
      .finally(() => (this.#sending = false))
  }

  #hear(payload: string): void {
    if (payload.startsWith('beat ')) this.#hearBeat(payload)
    else if (payload === '*') this.listener.changedAll()
    else if (payload === '+') this.listener.added()
    else this.listener.changed(payload.split(','))
  }

  #hearBeat(payload: string): void {
    const [, self, name = ''] = payload.split(' ')
    const sent = self === this.#self ? this.#sent.get(name) : undefined
    if (!sent) return
    this.#sent.delete(name)
    this.#heardAt = performance.now()
    this.onProven()
    this.listener.proven(sent)
  }
}
