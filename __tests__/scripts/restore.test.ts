import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { provision } from '@/lib/db/provision'
import { ask } from '../support/embedded'
import { startCluster, type Cluster } from '../support/cluster'
import { runKeys } from '../support/keys-command'

jest.setTimeout(120_000)

// By Debian's pg_dump and Postgres 15, as docs/runbook.md tells, with the roles that deploy/postgres makes.

const ROLES = path.resolve(__dirname, '../../deploy/postgres/roles.sh')
const PASSWORD = 'cluster-password'
let cluster: Cluster
let token: string
let late: { id: string; key: string }

const url = (database: string) => cluster.url('clubkeys_web', database)
const owners = (database: string) => cluster.url('clubkeys_owner', database)
const at = (database: string) => ({ url: () => url(database), directUrl: () => owners(database) })
const SECRET = { NEXTAUTH_SECRET: 'of-the-restore-of-the-restore-of-it' }

async function keys(database: string, args: string, stdin?: string): Promise<Record<string, unknown>> {
  const given = { env: SECRET, ...(stdin !== undefined && { stdin }) }
  const { stdout, stderr } = await runKeys(at(database), args.split(' '), given)
  return JSON.parse(stdout || JSON.stringify({ stderr })) as Record<string, unknown>
}
const make = async (name: string) =>
  (await keys(
    'clubkeys',
    `create --club one --user one@example.test --name ${name} --scope practices:read --json`,
  )) as {
    id: string
    key: string
  }
const server = (): NodeJS.ProcessEnv => ({
  ...process.env,
  PGHOST: '127.0.0.1',
  PGPORT: String(cluster.port),
  PGPASSWORD: PASSWORD,
})
const run = (program: string, ...args: string[]) =>
  execFileSync(program, args, { env: server(), stdio: 'pipe' })

beforeAll(async () => {
  cluster = await startCluster(15)
  const made = { OWNER_PASSWORD: PASSWORD, WEB_PASSWORD: PASSWORD }
  execFileSync(ROLES, [], { env: { ...server(), ...made }, stdio: 'pipe' })
  await provision({ DATABASE_URL: url('clubkeys'), DATABASE_DIRECT_URL: owners('clubkeys') })
  const userId = '00000000-0000-4000-8000-000000000001'
  const clubId = '00000000-0000-4000-8000-000000000002'
  await ask(
    owners('clubkeys'),
    `INSERT INTO "User" (id, email, name, "emailVerified", "updatedAt") VALUES ('${userId}', 'one@example.test', 'One', now(), now());
     INSERT INTO "Club" (id, slug, name, "updatedAt") VALUES ('${clubId}', 'one', 'One', now());
     INSERT INTO "Membership" (id, "clubId", "userId", roles, "updatedAt") VALUES (gen_random_uuid(), '${clubId}', '${userId}', '{CLUB_ADMIN,COACH}', now())`,
  )
  token = (await make('early')).key
  late = await make('late')
  run('pg_dump', '--format=custom', '--username=postgres', `--file=${cluster.folder}/backup`, 'clubkeys')
  await keys('clubkeys', `revoke --club one --id ${late.id} --reason leaked --json`)
  run('createdb', '--username=postgres', '--owner=clubkeys_owner', 'restored')
  run('pg_restore', '--username=postgres', '--dbname=restored', '--exit-on-error', `${cluster.folder}/backup`)
})
afterAll(() => cluster.stop())

describe('a restored backup', () => {
  it('starts as it is: nothing to migrate, no right missing, nothing to warn of', async () => {
    const web = { DATABASE_URL: url('restored') }
    expect(await provision({ ...web, DATABASE_DIRECT_URL: owners('restored') })).toMatchObject({
      applied: [],
      warnings: [],
    })
    expect(await provision(web)).toMatchObject({ applied: [], warnings: [] })
  })

  it('knows the keys of before, and the record of how they were made', async () => {
    expect(await keys('restored', 'verify', token)).toMatchObject({ valid: true, name: 'early' })
    const events = 'SELECT "id", "action", "targetId", "at" FROM "AuditEvent" ORDER BY "id"'
    const [before, after] = [await ask(owners('clubkeys'), events), await ask(owners('restored'), events)]
    expect(after).toHaveLength(2)
    expect(before.slice(0, 2)).toEqual(after)
  })

  it('holds the rules that the database itself keeps, and gives the app’s role no more than before', async () => {
    const rights = `SELECT table_name, privilege_type FROM information_schema.role_table_grants
                     WHERE grantee = 'clubkeys_web' ORDER BY 1, 2`
    const given = await ask(owners('restored'), rights)
    expect(given.length).toBeGreaterThan(20)
    expect(given).toEqual(await ask(owners('clubkeys'), rights))
    for (const sql of [
      'DELETE FROM "AuditEvent"',
      'DROP TABLE "ApiKey"',
      'UPDATE "AuditEvent" SET "action" = $$x$$',
    ])
      await expect(ask(url('restored'), sql)).rejects.toMatchObject({ code: '42501' })
    await expect(ask(owners('restored'), 'DELETE FROM "AuditEvent"')).rejects.toThrow(/append-only/)
    const triggers = 'SELECT tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname'
    expect(await ask(owners('restored'), triggers)).toEqual(await ask(owners('clubkeys'), triggers))
  })

  it('knows nothing of what came after it: keys that were revoked since live again, until the runbook is followed', async () => {
    expect(await keys('clubkeys', 'verify', late.key)).toMatchObject({ valid: false, reason: 'revoked' })
    expect(await keys('restored', 'verify', late.key)).toMatchObject({ valid: true })
    // What the runbook says to ask the database that was left.
    const since = await ask<{ slug: string; id: string }>(
      owners('clubkeys'),
      `SELECT c."slug", k."id" FROM "ApiKey" k JOIN "club" c ON c."club_id" = k."clubId" WHERE k."revokedAt" > now() - interval '1 hour'`,
    )
    expect(since).toEqual([{ slug: 'one', id: late.id }])
    for (const { slug, id } of since)
      await keys('restored', `revoke --club ${slug} --id ${id} --reason restored --json`)
    expect(await keys('restored', 'verify', late.key)).toMatchObject({ valid: false, reason: 'revoked' })
    expect(await keys('restored', 'verify', token)).toMatchObject({ valid: true })
  })
})
