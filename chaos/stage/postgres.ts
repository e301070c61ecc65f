import { readdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { APP_ROLE, startEmbedded } from '@/lib/db/embedded'
import { openCluster } from '@/lib/db/embedded/cluster'
import { runningServer, startServer, stopServer } from '@/lib/db/embedded/server'
import { migrate } from '@/lib/db/migrate'
import { ask } from '../../__tests__/support/embedded'
import { temporaryFolder } from '../../__tests__/support/temporary'

/** A migrated Postgres of its own that nobody else's tests use, to do to it what may befall one. */
export type Postgres = {
  /** The app's role. */
  url: string
  /** The owner of the tables. */
  directUrl: string
  stop: () => Promise<void>
  /** Returns when it takes connections again. */
  start: () => Promise<void>
  /** Every process of it at once, as when the power goes. */
  kill: () => Promise<void>
  /** Alive, and answering nothing: what a full disk, a frozen volume or a dead network looks like. */
  pause: () => Promise<void>
  resume: () => Promise<void>
  /** Another client takes every connection that the app's role may have. */
  exhaust: () => Promise<void>
  relent: () => Promise<void>
  setReadOnly: (readOnly: boolean) => Promise<void>
  ask: <Row extends Record<string, unknown>>(sql: string, values?: unknown[]) => Promise<Row[]>
  /** Ends it for good. */
  remove: () => Promise<void>
}

export async function startPostgres(): Promise<Postgres> {
  const folder = temporaryFolder()
  // Once the usual way, for its roles and tables; from then on nobody may bring it back but this program.
  const first = await startEmbedded(folder)
  const { url, directUrl } = first
  await migrate(directUrl, { appUser: APP_ROLE })
  await first.stop()
  const cluster = await openCluster(folder, '')
  const start = async () => {
    while (!runningServer(cluster)?.ready) await startServer(cluster)
  }
  const processes = () => family(runningServer(cluster)?.pid ?? 0)
  const hoard = new Hoard(url, directUrl)
  await start()
  return {
    url,
    directUrl,
    start,
    stop: () => stopServer(cluster),
    kill: async () => {
      const all = processes()
      signal(all, 'SIGKILL')
      while (runningServer(cluster)) await sleep(5)
    },
    // The parent first, or it would go on making children; woken last, when they are.
    pause: async () => {
      signal(processes().slice(0, 1), 'SIGSTOP')
      signal(processes().slice(1), 'SIGSTOP')
    },
    resume: async () => signal(processes().reverse(), 'SIGCONT'),
    exhaust: () => hoard.take(),
    relent: () => hoard.release(),
    setReadOnly: async (readOnly) => setReadOnly(directUrl, readOnly),
    ask: (sql, values) => ask(directUrl, sql, values),
    remove: async () => {
      signal(processes().reverse(), 'SIGCONT')
      await hoard.release()
      await stopServer(cluster)
      // As root the cluster may lie elsewhere, with only a link here.
      if (!cluster.folder.startsWith(folder))
        rmSync(path.dirname(cluster.folder), { recursive: true, force: true })
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function setReadOnly(directUrl: string, readOnly: boolean): Promise<void> {
  await ask(
    directUrl,
    `ALTER SYSTEM ${readOnly ? 'SET default_transaction_read_only = on' : 'RESET default_transaction_read_only'}`,
  )
  await ask(directUrl, 'SELECT pg_reload_conf()')
}

const GREED = 20

/** All connections there are, the app's own taken from it, too, and whatever becomes free meanwhile. */
class Hoard {
  #held: Client[] = []
  #taking = false
  #takers: Promise<unknown> = Promise.resolve()

  constructor(
    private readonly url: string,
    private readonly directUrl: string,
  ) {}

  async take(): Promise<void> {
    // Of its own, and before anybody is greedy: there will be none left for questions.
    const owner = new Client({ connectionString: this.directUrl })
    await owner.connect()
    this.#taking = true
    // What the app loses it asks for again at once, and is sometimes first: until nothing is left for it.
    const rob = async () => {
      while (this.#taking) {
        await owner.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'clubkeys'`,
        )
        await sleep(10)
      }
      await owner.end()
    }
    this.#takers = Promise.all([rob(), ...Array.from({ length: GREED }, () => this.#grab())])
  }

  async release(): Promise<void> {
    this.#taking = false
    await this.#takers
    await Promise.all(this.#held.splice(0).map((client) => client.end().catch(() => {})))
  }

  async #grab(): Promise<void> {
    while (this.#taking) {
      const client = new Client({ connectionString: this.url, application_name: 'hoard' })
      client.on('error', () => {})
      try {
        await client.connect()
        this.#held.push(client)
      } catch {
        await sleep(2)
      }
    }
  }
}

/** A process and its children. */
function family(parent: number): number[] {
  if (!parent) return []
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parentOf(name) === parent)
  return [parent, ...children.map(Number)]
}

function parentOf(pid: string): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return Number(stat.slice(stat.lastIndexOf(')') + 4).split(' ')[0])
  } catch {
    return 0
  }
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
}
