import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { Client } from 'pg'
import { randomUUID } from 'node:crypto'
import { migrate } from '@/lib/db/migrate'
import { prepareInstallation, startCluster } from '../../__tests__/support/cluster'

export type Club = { id: string; slug: string; owner: string }

/** An installation on Debian's Postgres, which brings `pg_dump`, whose server writes every statement down. */
export type Site = {
  url: string
  directUrl: string
  ask: <Row extends Record<string, unknown>>(sql: string, values?: unknown[]) => Promise<Row[]>
  /** A club with one member, by email address: past this process's own access, which leads elsewhere. */
  addClub: () => Promise<Club>
  /** What a backup holds. */
  dump: () => string
  /** What the server has written down so far. */
  log: () => string
  stop: () => Promise<void>
}

const LOGS = 'every-statement'
const EVERYTHING = [
  'logging_collector=on',
  `log_directory=${LOGS}`,
  'log_statement=all',
  'log_file_mode=0644',
]

export async function openSite(): Promise<Site> {
  const cluster = await startCluster(15, EVERYTHING)
  const { database, owner, web } = await prepareInstallation(cluster, 'imports')
  const [url, directUrl] = [cluster.url(web, database), cluster.url(owner, database)]
  await migrate(directUrl, { appUser: web })
  const client = new Client({ connectionString: directUrl })
  await client.connect()
  const logs = path.join(cluster.folder, 'data', LOGS)
  return {
    url,
    directUrl,
    ask: async (sql, values) => (await client.query<never>(sql, values)).rows,
    addClub: () => addClub(client),
    dump: () =>
      execFileSync('/usr/lib/postgresql/15/bin/pg_dump', [directUrl], {
        encoding: 'utf8',
        maxBuffer: 2 ** 30,
      }),
    log: () =>
      readdirSync(logs)
        .map((name) => readFileSync(path.join(logs, name), 'utf8'))
        .join('\n'),
    stop: async () => {
      await client.end()
      await cluster.stop()
    },
  }
}

async function addClub(client: Client): Promise<Club> {
  const [id, user] = [randomUUID(), randomUUID()]
  const [slug, owner] = [`club-${id.slice(0, 8)}`, `${user}@example.test`]
  await client.query(`INSERT INTO "Club" ("id", "slug", "name", "updatedAt") VALUES ($1, $2, $2, now())`, [id, slug]) // prettier-ignore
  await client.query(`INSERT INTO "User" ("id", "email", "name", "updatedAt") VALUES ($1, $2, 'Owner', now())`, [user, owner]) // prettier-ignore
  await client.query(`INSERT INTO "Membership" ("id", "clubId", "userId", "roles", "updatedAt") VALUES (gen_random_uuid(), $1, $2, '{COACH}', now())`, [id, user]) // prettier-ignore
  return { id, slug, owner }
}
