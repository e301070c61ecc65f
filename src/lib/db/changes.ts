import { randomUUID } from 'node:crypto'
import { log } from '../log'
import { DatabaseSession } from './session'

/** The channel on which the database's own triggers tell of changes. */
const CHANNEL = 'clubkeys_changes'
/** How often a heartbeat is sent, in milliseconds: six fit into the time an answer is trusted. */
const BEAT_EVERY_MS = 500
/** If a heartbeat has not come back for this long, in milliseconds, the connection is given up. */
const SILENT_AFTER_MS = 3_000
/** `deaf`: the connection stands but no heartbeat comes back; a new one soon would hardly hear more. */
const RECONNECT_MS = { first: 100, longest: 2_000, deaf: 60_000 }
/** A connection that was proven for this long counts as stable, in milliseconds. */
const STEADY_MS = 10_000

const UNHEARD =
  'heartbeats sent through DATABASE_URL are not heard through DATABASE_DIRECT_URL: they lead to two servers or databases, or one leads through a pooler that keeps no sessions'
const SHARED = 'a pooler that keeps no sessions stands between: set DATABASE_DIRECT_URL to an address past it'

type Moment = { wall: number; monotonic: number }

/** What a listener hears. `proven`: everything that was committed before that moment has been heard of. */
type ChangeListener = {
  changed: (ids: string[]) => void
  added: () => void
  changedAll: () => void
  /** Something was put into an outbox. */
  posted: () => void
  proven: (sent: Moment) => void
  lost: () => void
}

/**
 * Sends a heartbeat on another connection than the one that listens: sent and heard on one connection, it
 * would prove nothing about others. Rejects where it was not sent.
 */
type SendBeat = (channel: string, payload: string) => Promise<Sent>
/** `shared`: the connection that sent it listens as well, though nobody here told it to. */
export type Sent = { shared: boolean }

/**
 * Listens to the database's changes on a connection of its own, and proves again and again that it hears. For
 * that it has heartbeats sent through the same channel, and reports when each that came back was *sent*.
 * Postgres delivers in commit order, so nothing older is still to come.
 * @param url past any pooler: LISTEN needs a session
 * @returns stops listening
 */
export function listenToChanges(
  url: string,
  sendBeat: SendBeat,
  listener: ChangeListener,
): () => Promise<void> {
  let stopped = false
  let pause = RECONNECT_MS.first
  let session: Session | undefined
  let announced = false
  const onProven = (steady: boolean) => {
    if (steady) pause = RECONNECT_MS.first
    if (announced) log.info('the change channel is back')
    announced = false
  }
  const run = async () => {
    while (!stopped) {
      session = new Session(url, sendBeat, listener, onProven)
      const { reason, deaf, again } = await session.run()
      listener.lost()
      if (stopped) return
      if (again) continue
      // Once for each outage: where there is no channel at all (serverless, a transaction pooler) it never
      // comes back.
      if (!announced)
        log.warn(
          { reason },
          'the change channel is down; keys are verified from the database until it is back',
        )
      announced = true
      await new Promise((resolve) => setTimeout(resolve, pause).unref())
      pause = Math.min(pause * 2, deaf ? RECONNECT_MS.deaf : RECONNECT_MS.longest)
    }
  }
  const running = run()
  return async () => {
    stopped = true
    session?.end('stopped')
    await running
  }
}

/** `again`: a pooler refused what the session asked for; the next session asks for less. */
type Ended = { reason: string; deaf: boolean; again?: boolean }
type Beat = Moment & { acknowledged: boolean }

/**
 * One connection, from start to end. After its LISTEN it sends nothing, or once more when it is known to be a
 * session of its own: a transaction pooler lends a silent connection to others at once, and its notifications
 * are lost.
 */
class Session {
  #client: DatabaseSession
  #self = randomUUID()
  /** Heartbeats that have not come back, the oldest first. */
  #sent = new Map<string, Beat>()
  #beat = 0
  #sending = false
  #failure: string | null = null
  #listeningSince = 0
  #heardAt = 0
  #proven = false
  #finish!: (ended: Ended) => void
  #finished = new Promise<Ended>((resolve) => (this.#finish = resolve))

  constructor(
    url: string,
    private readonly sendBeat: SendBeat,
    private readonly listener: ChangeListener,
    private readonly onProven: (steady: boolean) => void,
  ) {
    this.#client = new DatabaseSession({
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
  async run(): Promise<Ended> {
    let timer: NodeJS.Timeout | undefined
    try {
      await this.#client.connect()
      await this.#client.query(`LISTEN ${CHANNEL}`)
      this.#listeningSince = this.#heardAt = performance.now()
      // Nobody knows what changed while nobody listened: forget everything before the first proof.
      this.listener.changedAll()
      this.#send()
      timer = setInterval(() => this.#send(), BEAT_EVERY_MS).unref()
      return await this.#finished
    } catch (error) {
      return { reason: (error as Error).message, deaf: false, again: this.#client.nextAsksForLess }
    } finally {
      clearInterval(timer)
      this.#client.end().catch(() => undefined)
    }
  }

  end(reason: string, deaf = false): void {
    this.#finish({ reason, deaf })
  }

  #send(): void {
    // `setImmediate`: by then, what waited in the socket while this process was busy has been read.
    if (this.#isSilent()) return void setImmediate(() => this.#isSilent() && this.#endSilent())
    // A heartbeat that is still being written proves as much as another one behind it.
    if (this.#sending) return
    this.#sending = true
    const name = String(++this.#beat)
    const beat = { wall: Date.now(), monotonic: performance.now(), acknowledged: false }
    this.#sent.set(name, beat)
    this.sendBeat(CHANNEL, `beat ${this.#self} ${name}`)
      .then(
        ({ shared }) => {
          beat.acknowledged = true
          this.#failure = null
          if (shared) this.end(SHARED, true)
        },
        (error: unknown) => (this.#failure = (error as Error).message),
      )
      .finally(() => (this.#sending = false))
  }

  #isSilent(): boolean {
    return performance.now() - this.#heardAt > SILENT_AFTER_MS
  }

  #endSilent(): void {
    const deaf = [...this.#sent.values()].some(({ acknowledged }) => acknowledged)
    this.end(deaf ? UNHEARD : `no heartbeat could be sent: ${this.#failure ?? 'no answer'}`, deaf)
  }

  #hear(payload: string): void {
    if (payload.startsWith('beat ')) this.#hearBeat(payload)
    else if (payload === '*') this.listener.changedAll()
    else if (payload === '+') this.listener.added()
    else if (payload === 'outbox') this.listener.posted()
    else this.listener.changed(payload.split(','))
  }

  #hearBeat(payload: string): void {
    const [, self, name = ''] = payload.split(' ')
    const sent = self === this.#self ? this.#sent.get(name) : undefined
    if (!sent) return
    for (const [earlier, { acknowledged }] of this.#sent) {
      if (earlier === name) break
      // They are sent and heard in order: if one is missing, changes may be missing, too.
      if (acknowledged) return this.end(UNHEARD, true)
      this.#sent.delete(earlier)
    }
    this.#sent.delete(name)
    this.#heardAt = performance.now()
    if (!this.#proven) this.#stay()
    this.#proven = true
    this.onProven(this.#heardAt - this.#listeningSince > STEADY_MS)
    this.listener.proven(sent)
  }

  /** A server may end sessions that are silent for long (`idle_session_timeout`), as this one is. */
  #stay(): void {
    this.#client.query('SET idle_session_timeout = 0').catch(() => undefined)
  }
}
