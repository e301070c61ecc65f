import { setTimeout as sleep } from 'node:timers/promises'

/** In milliseconds: the end of the process has more to do, and little time. */
const PATIENCE_MS = 3_000

const shared = globalThis as typeof globalThis & { clubkeysFinishFirst?: Set<() => Promise<void>> }

/** On `globalThis`: the framework loads modules more than once. */
const works = () => (shared.clubkeysFinishFirst ??= new Set())

/**
 * Names work that is finished before the process ends in order, while it still has its database: what was
 * sent to somebody and is not on record yet would be sent again.
 */
export const finishFirst = (finish: () => Promise<void>): void => void works().add(finish)

/** Finishes all of it that is finished soon: what takes longer is done again by another process. */
export async function finishWorks(): Promise<void> {
  const finished = Promise.allSettled([...works()].map((finish) => finish()))
  await Promise.race([finished, sleep(PATIENCE_MS, undefined, { ref: false })])
}
