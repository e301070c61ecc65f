import { endAllLines } from '../auth/end-line'
import { log } from '../log'
import { counter } from '../metrics'
import { onSweepSoon } from '../process/sweep-soon'
import { remind } from '../reminders/remind'
import { forgetOldSecrets } from '../webhooks/forget-secrets'
import { resealSecrets } from '../webhooks/reseal'
import { sweep } from './sweep'

/**
 * How long after its start a process sweeps for the first time, and how often from then on, in milliseconds.
 */
const FIRST_MS = 60_000
const EVERY_MS = 600_000

/**
 * Sweeps every so often, and when an act left something to do, for as long as this process lives; it keeps no
 * process alive. Keys of lines still work until they are ended: that waits for nothing else that is swept.
 */
export function sweepEverySoOften(): void {
  const all = [endAllLines, sweepAndTell, remindAndTell, resealSecrets, forgetOldSecrets].map(repeatable)
  const run = () => Promise.all(all.map((one) => one()))
  // Not all processes that were started together at once.
  const soon = (ms: number) =>
    setTimeout(() => void run().finally(() => soon(EVERY_MS)), ms * (0.5 + Math.random())).unref()
  onSweepSoon(() => void run())
  soon(FIRST_MS)
}

/** Never twice at once: asked for meanwhile, it runs once more. It throws nothing. */
function repeatable(act: () => Promise<void>): () => Promise<void> {
  let running = false
  let asked = false
  return async () => {
    if (running) return void (asked = true)
    running = true
    do {
      asked = false
      await act().then(
        () => runs('done').count++,
        (error: unknown) => {
          runs('failed').count++
          log.warn({ err: error }, 'sweeping outdated rows failed; it is tried again')
        },
      )
    } while (asked)
    running = false
  }
}

const runs = counter('clubkeys_sweeps_total', 'Runs of the sweep and of what goes with it.', 'result', [
  'done',
  'failed',
])
const rows = counter('clubkeys_swept_rows_total', 'Outdated rows that were deleted, by table.', 'table')

async function sweepAndTell(): Promise<void> {
  const swept = await sweep()
  for (const [table, deleted] of Object.entries(swept)) rows(table).count += deleted
  if (Object.values(swept).some((rows) => rows > 0)) log.info({ swept }, 'outdated rows were swept')
}

async function remindAndTell(): Promise<void> {
  const reminders = await remind()
  if (reminders > 0) log.info({ reminders }, 'people were reminded of keys')
}
