import { log } from '../log'
import { onSweepSoon } from './soon'
import { sweep } from './sweep'

/**
 * How long after its start a process sweeps for the first time, and how often from then on, in milliseconds.
 */
const FIRST_MS = 60_000
const EVERY_MS = 600_000

/**
 * Sweeps every so often, and when an act left something to do, for as long as this process lives; it keeps no
 * process alive.
 */
export function sweepEverySoOften(): void {
  let running = false
  let asked = false
  const run = async () => {
    if (running) return void (asked = true)
    running = true
    do {
      asked = false
      await sweepOnce()
    } while (asked)
    running = false
  }
  // Not all processes that were started together at once.
  const soon = (ms: number) =>
    setTimeout(() => void run().finally(() => soon(EVERY_MS)), ms * (0.5 + Math.random())).unref()
  onSweepSoon(() => void run())
  soon(FIRST_MS)
}

async function sweepOnce(): Promise<void> {
  try {
    const swept = await sweep()
    if (Object.values(swept).some((rows) => rows > 0)) log.info({ swept }, 'outdated rows were swept')
  } catch (error) {
    log.warn({ err: error }, 'sweeping outdated rows failed; it is tried again')
  }
}
