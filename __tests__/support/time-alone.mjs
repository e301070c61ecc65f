import { readFileSync, writeFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'

// Preloaded into a command: writes down how many milliseconds it took from its own start to its end, less those
// in which it was ready to run and another process had the core. A machine that tests other things at the same
// time makes it no slower so.

const { CLUBKEYS_TEST_TIME: file } = process.env
if (file) process.on('exit', () => writeFileSync(file, String(Math.round(aloneMs()))))

function aloneMs() {
  try {
    // Of the main thread: nanoseconds on a core, waiting for one, how often.
    const waited = Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[1]) / 1_000_000
    return agedMs() - waited
  } catch {
    // Where the system does not say, it is the time on the clock.
    return performance.now()
  }
}

/** Since the process was made, which is before Node's own clock begins: it may have waited by then. */
function agedMs() {
  const stat = readFileSync('/proc/self/stat', 'utf8')
  // The 22nd field, in hundredths of a second; the 2nd may hold spaces.
  const made = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]) * 10
  return Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1_000 - made
}
