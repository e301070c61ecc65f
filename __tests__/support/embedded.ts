import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client, type QueryResultRow } from 'pg'
import { placeOf, removePlace, temporaryFolder } from './temporary'

const used: string[] = []

/** A data directory that does not exist yet. `removeDataDirs` takes it away. */
export function newDataDir(name = 'data'): string {
  const folder = temporaryFolder()
  used.push(path.join(folder, name))
  return path.join(folder, name)
}

export function removeDataDirs(): void {
  for (const dataDir of used.splice(0)) {
    removePlace(placeOf(dataDir))
    rmSync(path.dirname(dataDir), { recursive: true, force: true })
  }
}

/** One statement on a connection of its own. */
export async function ask<Row extends QueryResultRow>(
  url: string,
  sql: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new Client({ connectionString: url })
  client.on('error', () => {})
  try {
    await client.connect()
    return (await client.query<Row>(sql, values)).rows
  } finally {
    await client.end().catch(() => {})
  }
}

export const pidFile = (dataDir: string) => path.join(dataDir, 'pg/postmaster.pid')

/** The server's process, by its lock file; 0 when there is none. */
export function serverPid(dataDir: string): number {
  try {
    return Number.parseInt(readFileSync(pidFile(dataDir), 'utf8'), 10)
  } catch {
    return 0
  }
}

/** Tries until it does not throw, for 10 s at most. */
export async function eventually<T>(attempt: () => Promise<T>): Promise<T> {
  for (const until = Date.now() + 10_000; ; await sleep(20)) {
    try {
      return await attempt()
    } catch (error) {
      if (Date.now() > until) throw error
    }
  }
}

/**
 * Another process that starts the same embedded database and then waits to be killed. Resolves when it has
 * its lease.
 */
export async function startInAnotherProcess(dataDir: string): Promise<ChildProcess> {
  const script = `
    const { startEmbedded } = require(${JSON.stringify(path.resolve('src/lib/db/embedded.ts'))})
    startEmbedded(${JSON.stringify(dataDir)}).then(() => { process.stdout.write('up'); setInterval(() => {}, 1000) })`
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=commonjs', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit').then(() => {
    throw new Error('the other process ended')
  })
  await Promise.race([once(child.stdout, 'data'), ended])
  ended.catch(() => {})
  return child
}

export async function killHard(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}
