import { Presets, SingleBar } from 'cli-progress'

const KNOWN = '{bar} {percentage}% | {value} of {total} rows | {rate} rows/s | {eta_formatted} left'
const OPEN = '{value} rows | {rate} rows/s | {duration_formatted}'
/** Where nobody watches, a line now and then. */
const EVERY_MS = 10_000

/** A bar on stderr. @param total null: nobody knows how many rows there are @param silent for programs */
export function showProgress(total: number | null, silent: boolean) {
  if (silent) return { update: () => {}, stop: () => {} }
  const format = total === null ? OPEN : KNOWN
  const bar = new SingleBar(
    { format, noTTYOutput: true, notTTYSchedule: EVERY_MS, clearOnComplete: false, etaBuffer: 50 },
    Presets.shades_classic,
  )
  const began = performance.now()
  bar.start(total ?? 0, 0, { rate: 0 })
  const update = ({ read }: { read: number }): void => {
    if (total === null) bar.setTotal(read)
    bar.update(read, { rate: Math.round(read / Math.max(0.001, (performance.now() - began) / 1000)) })
  }
  return { update, stop: () => bar.stop() }
}
