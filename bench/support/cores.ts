import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

// What is measured has a core of its own; load, database and this program share the others, so that they take
// no time from it.

const MEASURED = '0'

export type Place = 'measured' | 'others' | 'all'

/**
 * Null where processes cannot be pinned (one core, no `taskset`): figures then include each other's noise.
 */
const others = canPin() ? otherCores() : null

export const pinned = others !== null

/** The command that runs `program` in its place. By `exec`, so that the pid is the program's own. */
export function placed(place: Place, program: string, args: readonly string[]): [string, string[]] {
  if (others === null) return [program, [...args]]
  const cores = { measured: MEASURED, others, all: `${MEASURED},${others}` }[place]
  return ['taskset', ['-c', cores, program, ...args]]
}

/** Moves this process, with every thread, to the other cores; what it starts inherits them. */
export function makeWay(): void {
  if (others !== null)
    spawnSync('taskset', ['-a', '-p', '-c', others, String(process.pid)], { stdio: 'ignore' })
}

function canPin(): boolean {
  return (
    availableParallelism() > 1 &&
    spawnSync('taskset', ['-c', MEASURED, 'true'], { stdio: 'ignore' }).status === 0
  )
}

function otherCores(): string {
  const last = availableParallelism() - 1
  return last === 1 ? '1' : `1-${last}`
}
