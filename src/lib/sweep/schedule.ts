import { log } from '../log'
import { sweep } from './sweep'

/**
 * How long after its start a process sweeps for the first time, and how often from then on, in milliseconds.
 */
const FIRST_MS = 60_000
const EVERY_MS = 600_000

/** Sweeps every so often, for as long as this process lives; it keeps no process alive. */
export function sweepEverySoOften(): void {
  // Not all processes that were started together at once.
  const soon = (ms: number) => setTimeout(() => void run(), ms * (0.5 + Math.random())).unref()
  const run = async () => {
    try {
      const swept = await sweep()
      if (Object.values(swept).some((rows) => rows > 0)) log.info({ swept }, 'outdated rows were swept')
    } catch (error) {
      log.warn({ err: error }, 'sweeping outdated rows failed; it is tried again')
    }
    soon(EVERY_MS)
  }
  soon(FIRST_MS)
}
