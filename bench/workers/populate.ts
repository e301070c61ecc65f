import { Client } from 'pg'
import { digestOf } from '@/lib/auth/token'
import { copyIn } from '../support/copy'
import {
  clubIdOfKey,
  clubIdOfMember,
  clubId,
  clubsFor,
  keyId,
  memberOf,
  membersFor,
  tokenOf,
  userId,
} from '../support/keys'
import { answerCalls } from '../support/worker'

const LINES_PER_CHUNK = 500

/**
 * Fills a migrated database with clubs, members and this many keys: rows first, then indexes and foreign
 * keys, then statistics.
 */
export async function populate({ directUrl, keys }: { directUrl: string; keys: number }): Promise<void> {
  const client = new Client({ connectionString: directUrl })
  await client.connect()
  try {
    await client.query(`SET maintenance_work_mem = '512MB'`)
    const restore = await stripTable(client, 'ApiKey')
    await copyIn(client, `COPY "Club" ("id", "slug", "name", "updatedAt") FROM STDIN`, clubs(keys))
    await copyIn(client, `COPY "ClubPolicy" ("clubId", "maxLiveKeysPerMember") FROM STDIN`, policies(keys))
    await copyIn(client, `COPY "User" ("id", "name", "email", "updatedAt") FROM STDIN`, users(keys))
    await copyIn(
      client,
      `COPY "Membership" ("id", "clubId", "userId", "roles", "updatedAt") FROM STDIN`,
      memberships(keys),
    )
    await client.query(
      `INSERT INTO "Holder" ("clubId", "userId", "name", "kind") SELECT "clubId", "userId", 'Member', 'user' FROM "Membership"`,
    )
    await copyIn(
      client,
      `COPY "ApiKey" ("id", "clubId", "userId", "name", "digest", "start", "last4", "scopes", "updatedAt", "expiresAt") FROM STDIN`,
      apiKeys(keys),
    )
    for (const statement of restore) await client.query(statement)
    await client.query('VACUUM ANALYZE')
    await client.query('CHECKPOINT')
  } finally {
    await client.end()
  }
}

/** Takes indexes, constraints and triggers off a table. @returns the statements that put them back */
async function stripTable(client: Client, table: string): Promise<string[]> {
  const { rows: constraints } = await client.query<{ drop: string; add: string }>(
    `SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS drop,
            format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS add
       FROM pg_constraint WHERE contype IN ('f', 'p', 'u') AND (conrelid = $1::regclass OR confrelid = $1::regclass)
      ORDER BY contype = 'f' DESC`,
    [`"${table}"`],
  )
  for (const { drop } of constraints) await client.query(drop)
  const { rows: indexes } = await client.query<{ drop: string; add: string }>(
    `SELECT format('DROP INDEX %I', indexname) AS drop, indexdef AS add FROM pg_indexes WHERE schemaname = 'public' AND tablename = $1`,
    [table],
  )
  for (const { drop } of indexes) await client.query(drop)
  await client.query(`ALTER TABLE "${table}" DISABLE TRIGGER USER`)
  // Foreign keys last: they need the indexes.
  const add = [...indexes, ...constraints.reverse()].map((each) => each.add)
  return [...add, `ALTER TABLE "${table}" ENABLE TRIGGER USER`]
}

const clubs = (keys: number) =>
  chunks(clubsFor(keys), (club) => [clubId(club), `club-${club}`, `Club ${club}`, now()])

const policies = (keys: number) => chunks(clubsFor(keys), (club) => [clubId(club), '1000000'])

const users = (keys: number) =>
  chunks(membersFor(keys), (member) => [
    userId(member),
    `Member ${member}`,
    `member${member}@bench.test`,
    now(),
  ])

const memberships = (keys: number) =>
  chunks(membersFor(keys), (member) => [
    userId(member),
    clubIdOfMember(member),
    userId(member),
    '{CLUB_ADMIN,COACH}',
    now(),
  ])

const EXPIRES = new Date(Date.now() + 90 * 24 * 3600_000).toISOString()
const SCOPES = '{practices:read,api-keys:read,api-keys:write}'

const apiKeys = (keys: number) =>
  chunks(keys, (i) => {
    const token = tokenOf(i)
    const digest = `\\\\x${digestOf(token).toString('hex')}`
    return [
      keyId(i),
      clubIdOfKey(i),
      userId(memberOf(i)),
      `key ${i}`,
      digest,
      token.slice(0, 12),
      token.slice(-4),
      SCOPES,
      now(),
      EXPIRES,
    ]
  })

const started = new Date().toISOString()
const now = () => started

/** Rows in COPY's text format. */
function* chunks(rows: number, row: (i: number) => string[]): Generator<string> {
  for (let from = 0; from < rows; from += LINES_PER_CHUNK) {
    let text = ''
    for (let i = from; i < Math.min(rows, from + LINES_PER_CHUNK); i++) text += `${row(i).join('\t')}\n`
    yield text
  }
}

answerCalls({ populate })
