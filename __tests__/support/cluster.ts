import { spawn, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { borrowedAccount, runningAsRoot, type Account } from '../../src/lib/db/embedded/account'
import { prepareBinaries, type Binaries } from '../../src/lib/db/embedded/binaries'
import { ask, eventually } from './embedded'
import { freePort } from './server'
import { temporaryFolder } from './temporary'

/** Debian's, the embedded one, or another's programs. */
type Release = 15 | 17 | Binaries

/** A Postgres as somebody else runs one: nothing of the product's is set there. */
export type Cluster = {
  /** Of a role in one of its databases, over loopback. */
  url: (role: string, database: string) => string
  /** The same over its Unix socket. */
  socketUrl: (role: string, database: string) => string
  port: number
  /** The folder of its Unix socket. */
  socket: string
  /** As its superuser, in the database `postgres` unless told otherwise. */
  ask: <Row extends Record<string, unknown>>(sql: string, database?: string) => Promise<Row[]>
  account: Account | null
  folder: string
  stop: () => Promise<void>
}

/** Of every role of these clusters. */
const PASSWORD = 'cluster-password'
const SUPERUSER = 'postgres'

/** @param settings as on the server's command line, `name=value` */
export async function startCluster(release: Release, settings: readonly string[] = []): Promise<Cluster> {
  const folder = temporaryFolder()
  const account = runningAsRoot() ? borrowedAccount() : null
  const data = owned(path.join(folder, 'data'), account)
  const socket = owned(path.join(folder, 'run'), account)
  const { initdb, postgres } = programs(release, folder, account)
  const passwords = path.join(folder, 'password')
  writeFileSync(passwords, PASSWORD)
  // As initdb makes it: the test decides about settings from the environment.
  const making = [
    '-D',
    data,
    '-U',
    SUPERUSER,
    '--auth=scram-sha-256',
    `--pwfile=${passwords}`,
    '--encoding=UTF8',
  ]
  execFileSync(initdb, [...making, '--locale=C.UTF-8', '--no-sync'], { cwd: '/', stdio: 'pipe', ...account })
  const port = await freePort()
  const options = [
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    `unix_socket_directories=${socket}`,
    'fsync=off',
  ]
  const child = spawn(
    postgres,
    ['-D', data, ...[...options, ...settings].flatMap((setting) => ['-c', setting])],
    { cwd: '/', stdio: 'ignore', ...account },
  )
  const url = (role: string, database: string) =>
    `postgresql://${role}:${PASSWORD}@127.0.0.1:${port}/${database}`
  await eventually(() => ask(url(SUPERUSER, 'postgres'), 'SELECT 1'))
  return {
    url,
    socketUrl: (role, database) =>
      `postgresql://${role}:${PASSWORD}@localhost:${port}/${database}?host=${encodeURIComponent(socket)}`,
    port,
    socket,
    account,
    folder,
    ask: (sql, database = 'postgres') => ask(url(SUPERUSER, database), sql),
    stop: async () => {
      const gone = once(child, 'exit')
      // Does not wait for sessions.
      child.kill('SIGINT')
      await gone
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function programs(release: Release, folder: string, account: Account | null): Binaries {
  if (typeof release === 'object') return release
  if (release === 17) return prepareBinaries(folder, account)
  const bin = `/usr/lib/postgresql/${release}/bin`
  if (!existsSync(bin))
    throw new Error(`no Postgres ${release} here: apt-get install -y postgresql-${release}`)
  return { initdb: `${bin}/initdb`, postgres: `${bin}/postgres` }
}

/** A folder that the server's account, which is not ours when we are root, may write. */
function owned(folder: string, account: Account | null): string {
  mkdirSync(folder, { mode: 0o700 })
  if (account) chownSync(folder, account.uid, account.gid)
  return folder
}

/** The roles and the database of an installation, as docs/runbook.md makes them; nothing is migrated yet. */
export async function prepareInstallation(
  cluster: Cluster,
  name: string,
  { roles = 2 }: { roles?: 1 | 2 } = {},
): Promise<{ database: string; owner: string; web: string }> {
  const owner = `${name}_owner`
  const web = roles === 2 ? `${name}_web` : owner
  await cluster.ask(`CREATE ROLE ${owner} LOGIN PASSWORD '${PASSWORD}'`)
  if (web !== owner) await cluster.ask(`CREATE ROLE ${web} LOGIN PASSWORD '${PASSWORD}'`)
  await cluster.ask(`CREATE DATABASE ${name} OWNER ${owner}`)
  return { database: name, owner, web }
}
