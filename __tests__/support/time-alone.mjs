import { readFileSync, writeFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'

// Preloaded into a command: writes down how many milliseconds it took from its own start to its end, less those
// in which it was ready to run and another process had the core. A machine that tests other things at the same
// time makes it no slower so.

const { CLUBKEYS_TEST_TIME: file } = process.env
if (file) process.on('exit', () => writeFileSync(file, String(Math.round(performance.now() - waitedMs()))))

/** Where the system does not say, it is the time on the clock. */
function waitedMs() {
  try {
    // Of the main thread: on a core, waiting for one, how often.
    return Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[1]) / 1_000_000
  } catch {
    return 0
  }
}
