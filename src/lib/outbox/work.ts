import { log } from '../log'
import { onWake } from './wake'

/** How often it is looked for work, in milliseconds: while there was some, and while there was none. */
const LOOK_MS = { busy: 1_000, idle: 5_000 } as const
/** Two looks are at least so far apart, in milliseconds. */
const BREATH_MS = 20

export type Outbox<Row> = {
  name: string
  /** How many are sent at once, in this process. */
  most: number
  /**
   * Takes what is due and nobody else has, `free` rows at most, and leaves it to others if this process ends:
   * at least once means that a row is only ever *lent*.
   */
  claim: (free: number) => Promise<readonly Row[]>
  /** Sends one and writes what became of it. */
  send: (row: Row) => Promise<void>
}

/**
 * Sends what a table holds to be sent, for as long as this process lives; it keeps no process alive. Woken by
 * the change channel, it looks at once.
 * @returns ends it, and waits for what is under way
 */
export function workOff<Row>({ name, most, claim, send }: Outbox<Row>): () => Promise<void> {
  const underWay = new Set<Promise<void>>()
  let stopped = false
  let woken = Promise.withResolvers<void>()
  const wake = () => woken.resolve()
  const unhook = onWake(wake)

  const start = (row: Row) => {
    const sending = send(row)
      .catch((error: unknown) =>
        log.error({ err: error, outbox: name }, 'something was not sent; it is tried again'),
      )
      .finally(() => {
        underWay.delete(sending)
        wake()
      })
    underWay.add(sending)
  }
  let said = false
  /** @returns whether there was anything */
  const look = async (): Promise<boolean> => {
    const free = most - underWay.size
    if (free <= 0) return true
    try {
      const rows = await claim(free)
      rows.forEach(start)
      said = false
      return rows.length > 0
    } catch (error) {
      // Once for each outage.
      if (!said)
        log.warn({ err: error, outbox: name }, 'nothing could be taken to be sent; it is tried again')
      said = true
      return false
    }
  }
  const run = async () => {
    while (!stopped) {
      woken = Promise.withResolvers()
      const busy = (await look()) || underWay.size > 0
      await Promise.race([woken.promise, pause(busy ? LOOK_MS.busy : LOOK_MS.idle)])
      await pause(BREATH_MS)
    }
  }
  const running = run()
  return async () => {
    stopped = true
    unhook()
    wake()
    await running
    await Promise.all(underWay)
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms).unref())
