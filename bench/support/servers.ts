import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Burst } from './load'

const ROOT = path.resolve(__dirname, '../..')
const NEXT = path.join(ROOT, 'node_modules/next/dist/bin/next')
const SERVER_CORE = '0'
const LOAD_CORE = '1'

export type Load = { n: number; wrong: number; perSecond: number; p50: number; p95: number; p99: number; cpuMs: number }
export type Target = { name: string; port: number; pid: number; stop: () => Promise<void> }

const environment = (databaseUrl: string) => ({
  ...process.env,
  NODE_ENV: 'production' as const,
  NEXT_TELEMETRY_DISABLED: '1',
  DATABASE_URL: databaseUrl,
  NEXTAUTH_SECRET: 'for-benchmarks-only-for-benchmarks-only',
})

export async function build(folder: string, databaseUrl: string): Promise<void> {
  await promisify(execFile)(process.execPath, [NEXT, 'build', path.join(ROOT, folder)], { env: environment(databaseUrl), cwd: path.join(ROOT, folder) })
}

/** Starts a built app, pinned to a core of its own so that the load cannot take its time. */
export async function serve(name: string, folder: string, port: number, databaseUrl: string): Promise<Target> {
  const args = ['-c', SERVER_CORE, process.execPath, NEXT, 'start', '--port', String(port)]
  const child = spawn('taskset', args, { cwd: path.join(ROOT, folder), env: environment(databaseUrl), stdio: ['ignore', 'ignore', 'inherit'] })
  for (let i = 0; ; i++) {
    const ok = await fetch(`http://127.0.0.1:${port}/`).then(() => true, () => false)
    if (ok) break
    if (i > 300 || child.exitCode !== null) throw new Error(`${name} did not start`)
    await sleep(50)
  }
  // taskset becomes node by exec, so its pid is the server's.
  return { name, port, pid: child.pid ?? 0, stop: () => stop(child) }
}

/** One burst of load on the other core, with the server's CPU time per request beside it. */
export async function burst(target: Target, given: Omit<Burst, 'port'>): Promise<Load> {
  const before = cpuMs(target.pid)
  const args = ['-c', LOAD_CORE, process.execPath, '--import', 'tsx', path.join(ROOT, 'bench/support/load.ts')]
  const { stdout } = await promisify(execFile)('taskset', [...args, JSON.stringify({ ...given, port: target.port })])
  const load = JSON.parse(stdout) as Omit<Load, 'cpuMs'>
  if (load.wrong > 0) throw new Error(`${target.name}: ${load.wrong} of ${load.n} answers were no success`)
  return { ...load, cpuMs: (cpuMs(target.pid) - before) / load.n }
}

/** User and system time of the process, in milliseconds (Linux: /proc, 100 ticks a second). */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10
}

async function stop(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  await gone
}
