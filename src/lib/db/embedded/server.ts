import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, fstatSync, openSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { SERVER_ENVIRONMENT } from './account'
import type { Cluster } from './cluster'
import { commandOf, isAlive } from '../../process/processes'

/** Where a running server listens: `host` is a socket folder, or the loopback address. */
export type Postmaster = { pid: number; host: string; port: number; ready: boolean }

const SOCKET_PORT = 5432
/** sun_path holds 104 bytes on macOS, 108 on Linux. */
const LONGEST_SOCKET_PATH = 100
const START_PATIENCE_MS = 120_000
const STOP_PATIENCE_MS = 60_000
const POLL_MS = 10

/**
 * Always given on the command line: an older cluster gets today's, and nobody's ALTER SYSTEM outlives a
 * restart.
 */
const SETTINGS = {
  max_connections: '100',
  shared_buffers: '64MB',
  max_wal_size: '256MB',
  max_wal_senders: '0',
  // Parallel workers need more of /dev/shm than a container gives, and this database is small.
  max_parallel_workers_per_gather: '0',
  jit: 'off',
  // What a statement costs is asked of the server itself (`CREATE EXTENSION pg_stat_statements`).
  shared_preload_libraries: 'pg_stat_statements',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] ',
  // "LOG" ranks above ERROR here. The text of an error quotes its input, and that may be somebody's key.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
} as const

/** The server of this cluster, if one runs. A pid that has gone to another process since is none. */
export function runningServer(cluster: Cluster): Postmaster | null {
  const server = readPidFile(cluster)
  return server && isAlive(server.pid) && serves(cluster, server.pid) ? server : null
}

function serves(cluster: Cluster, pid: number): boolean {
  return commandOf(pid).includes(` -D ${cluster.folder} `)
}

function readPidFile(cluster: Cluster): Postmaster | null {
  try {
    const [pid, , , port, socket, , , status] = readFileSync(pidFile(cluster), 'utf8').split('\n')
    return {
      pid: Number(pid),
      host: socket?.trim() || '127.0.0.1',
      port: Number(port),
      ready: status?.trim() === 'ready',
    }
  } catch {
    return null
  }
}

const pidFile = (cluster: Cluster) => path.join(cluster.folder, 'postmaster.pid')
const socketFile = (folder: string) => path.join(folder, `.s.PGSQL.${SOCKET_PORT}`)

/**
 * Starts the server and waits until it takes connections. Returns without one when another process is
 * starting or just ended it: Postgres's own locks let one server at a cluster, so the caller only has to look
 * again.
 */
export async function startServer(cluster: Cluster): Promise<void> {
  const listen = await whereToListen(cluster)
  dropStaleLocks(cluster)
  const log = openSync(cluster.logFile, 'a', 0o600)
  const before = fstatSync(log).size
  const child = spawn(cluster.binaries.postgres, serverArguments(cluster, listen), {
    cwd: '/',
    env: SERVER_ENVIRONMENT,
    // Of its own session, so that Ctrl-C in the terminal does not take the database away from under the app.
    detached: true,
    stdio: ['ignore', log, log],
    ...cluster.account,
  })
  closeSync(log)
  if (await becomesReady(cluster, child)) return child.unref()
  const said = readFileSync(cluster.logFile).subarray(before).toString('utf8')
  if (!/lock file .* already exists|pre-existing shared memory block|could not bind/.test(said)) {
    throw new Error(
      `the embedded database does not start: ${said.trim().split('\n').at(-1) || `see ${cluster.logFile}`}`,
    )
  }
  await sleep(50)
}

function serverArguments(cluster: Cluster, listen: { host: string; port: number }): string[] {
  const socket = listen.host.startsWith('/')
  const settings = {
    ...SETTINGS,
    port: String(listen.port),
    listen_addresses: socket ? '' : listen.host,
    unix_socket_directories: socket ? listen.host : '',
    unix_socket_permissions: '0700',
  }
  return [
    '-D',
    cluster.folder,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]
}

async function becomesReady(cluster: Cluster, child: ChildProcess): Promise<boolean> {
  let ended = false
  let failure: Error | undefined
  child.once('exit', () => (ended = true))
  child.once('error', (error) => (failure = error))
  for (const until = Date.now() + START_PATIENCE_MS; Date.now() < until; await sleep(POLL_MS)) {
    if (failure)
      throw new Error(
        `the embedded database cannot be run: ${failure.message}. DATABASE_URL names another one.`,
        { cause: failure },
      )
    if (ended) return false
    const server = readPidFile(cluster)
    if (server?.ready && server.pid === child.pid) return true
  }
  child.kill('SIGQUIT')
  throw new Error(
    `the embedded database was not ready within ${START_PATIENCE_MS / 1000} s: see ${cluster.logFile}`,
  )
}

/** A socket nobody else can reach, unless its path is too long for the system: then the loopback address. */
async function whereToListen(cluster: Cluster): Promise<{ host: string; port: number }> {
  if (Buffer.byteLength(socketFile(cluster.run)) <= LONGEST_SOCKET_PATH)
    return { host: cluster.run, port: SOCKET_PORT }
  // After a crash the old port again: others hold addresses with it.
  const last = readPidFile(cluster)
  return { host: '127.0.0.1', port: (last && (await freePort(last.port))) ?? (await freePort(0)) ?? 0 }
}

function freePort(wanted: number): Promise<number | null> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(null))
    probe.listen(wanted, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
}

/**
 * Postgres takes over the lock files of a dead server, but not when its pid went to another process of this
 * account (usual in containers, where pids begin at 1 again). Should a server have started since we looked,
 * its shared memory still keeps a second one out.
 */
function dropStaleLocks(cluster: Cluster): void {
  const server = readPidFile(cluster)
  if (!server || (isAlive(server.pid) && serves(cluster, server.pid))) return
  rmSync(pidFile(cluster), { force: true })
  rmSync(`${socketFile(cluster.run)}.lock`, { force: true })
}

/**
 * Ends the server: open transactions roll back, everything acknowledged is on disk. Returns when it is gone.
 */
export async function stopServer(cluster: Cluster): Promise<void> {
  const server = runningServer(cluster)
  if (!server) return
  signal(server.pid, 'SIGINT')
  for (const until = Date.now() + STOP_PATIENCE_MS; isAlive(server.pid); await sleep(POLL_MS)) {
    // Immediate shutdown: the next start recovers from the log, nothing is lost.
    if (Date.now() > until) signal(server.pid, 'SIGQUIT')
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
