import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { ask } from './embedded'
import { freePort } from './server'
import { temporaryFolder } from './temporary'

export type PgBouncer = {
  /** The same database and role, through it. */
  through: (url: string) => string
  /** A command of its console, such as `RECONNECT`. */
  order: (command: string) => Promise<void>
  /** From here on it leads new connections to another server. */
  leadTo: (url: string) => Promise<void>
  stop: () => Promise<void>
}

/**
 * A PgBouncer before one embedded server, as Debian ships it but for `settings`.
 * @param urls one for each role that comes through it
 */
export async function startPgBouncer(
  urls: readonly string[],
  settings: Record<string, string> = {},
): Promise<PgBouncer> {
  const [first = ''] = urls
  const folder = temporaryFolder()
  const port = await freePort()
  const file = path.join(folder, 'pgbouncer.ini')
  const users = path.join(folder, 'users.txt')
  const write = (url: string) => writeFileSync(file, configuration(url, port, users, settings))
  write(first)
  writeFileSync(users, [...new Set(urls.map(credentials))].join('\n'))
  // It will not run as root; and only the server's own account gets into the folder of its socket.
  const owner = statSync(socketOf(first).folder)
  if (process.getuid?.() === 0) for (const each of [folder, users]) chownSync(each, owner.uid, owner.gid)
  chmodSync(users, 0o600)
  const identity = process.getuid?.() === 0 ? { uid: owner.uid, gid: owner.gid } : {}
  const child = spawn('pgbouncer', [file], {
    ...identity,
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const console = `postgresql://${new URL(first).username}@127.0.0.1:${port}/pgbouncer`
  const order = async (command: string) => void (await ask(console, command))
  await untilItAnswers(() => order('SHOW VERSION'), child).catch(async (error: unknown) => {
    throw new Error(`PgBouncer did not start (apt-get install pgbouncer): ${said}`, { cause: error })
  })
  return {
    through: (url) => through(url, port),
    order,
    leadTo: async (url) => {
      write(url)
      await order('RELOAD')
    },
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = once(child, 'exit')
        child.kill('SIGKILL')
        await gone
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function configuration(url: string, port: number, users: string, settings: Record<string, string>): string {
  const { folder, port: serverPort } = socketOf(url)
  const all: Record<string, string> = {
    listen_addr: '127.0.0.1',
    listen_port: String(port),
    unix_socket_dir: '',
    auth_type: 'trust',
    auth_file: users,
    admin_users: decodeURIComponent(new URL(url).username),
    ...settings,
  }
  const lines = Object.entries(all).map(([name, value]) => `${name} = ${value}`)
  return `[databases]\n* = host=${folder} port=${serverPort}\n[pgbouncer]\n${lines.join('\n')}\n`
}

function socketOf(url: string): { folder: string; port: string } {
  const { searchParams, port } = new URL(url)
  return { folder: searchParams.get('host') ?? '127.0.0.1', port }
}

function credentials(url: string): string {
  const { username, password } = new URL(url)
  return `"${decodeURIComponent(username)}" "${decodeURIComponent(password)}"`
}

function through(url: string, port: number): string {
  const there = new URL(url)
  there.searchParams.delete('host')
  there.hostname = '127.0.0.1'
  there.port = String(port)
  return there.toString()
}

async function untilItAnswers(
  attempt: () => Promise<void>,
  child: { exitCode: number | null },
): Promise<void> {
  for (const until = Date.now() + 10_000; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
    try {
      return await attempt()
    } catch (error) {
      if (Date.now() > until || child.exitCode !== null) throw error
    }
  }
}
