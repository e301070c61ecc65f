import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { placed, type Place } from './cores'
import { atEnd } from './teardown'

export const ROOT = path.resolve(__dirname, '../..')
const STOP_PATIENCE_MS = 15_000

/** Settings of a developer's own would be measured instead of ours. */
const OWN = /^(DATABASE_|NEXTAUTH_|REDIS_|API_KEY_|CLUBKEYS_)|^(PORT|NODE_ENV|NODE_OPTIONS|LOG_LEVEL)$/

type Start = { place: Place; env: Record<string, string>; ipc?: boolean; cwd?: string }

/** Starts the pinned Node in its place. It ends with this run at the latest. */
export function startNode(
  args: readonly string[],
  { place, env, ipc = false, cwd = ROOT }: Start,
): ChildProcess {
  const [command, commandArgs] = placed(place, process.execPath, args)
  const child = spawn(command, commandArgs, {
    cwd,
    env: { ...inherited(), NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', LOG_LEVEL: 'error', ...env },
    stdio: ipc ? ['ignore', 'ignore', 'inherit', 'ipc'] : ['ignore', 'ignore', 'inherit'],
  })
  atEnd(() => stop(child))
  return child
}

/** `CLUBKEYS_SUPERVISOR_PID`: a server of ours ends by itself when this program was killed outright. */
export function inherited(): NodeJS.ProcessEnv {
  const kept = Object.fromEntries(Object.entries(process.env).filter(([name]) => !OWN.test(name)))
  return { ...kept, NODE_ENV: 'production', CLUBKEYS_SUPERVISOR_PID: String(process.pid) }
}

export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE_MS)
  await gone
  clearTimeout(impatience)
}

/**
 * User and system time of the process so far, in milliseconds. In steps of 10 (Linux counts 100 ticks a
 * second); NaN elsewhere.
 */
export function cpuMs(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) * 10
  } catch {
    return NaN
  }
}
