import { execFileSync } from 'node:child_process'
import { closeDb } from '@/lib/db/client'
import { provision } from '@/lib/db/provision'
import { RESTRICTIONS, RULES } from '@/lib/db/rules'
import { ask } from '../../support/embedded'
import { prepareInstallation, startCluster, type Cluster } from '../../support/cluster'
import { startPgBouncer } from '../../support/pgbouncer'

jest.setTimeout(120_000)
const refusal = (env: Record<string, string>) =>
  provision(env).then(
    () => 'it starts',
    (error: Error) => error.message,
  )

describe.each([15, 17] as const)('on Postgres %s', (major) => {
  let cluster: Cluster
  const both = (name: string) => ({
    DATABASE_URL: cluster.url(`${name}_web`, name),
    DATABASE_DIRECT_URL: cluster.url(`${name}_owner`, name),
  })
  beforeAll(async () => {
    cluster = await startCluster(major)
    for (const name of ['one', 'two', 'three']) await prepareInstallation(cluster, name)
  })
  afterAll(() => cluster.stop())

  it('several installations start on one server, and none reaches another’s rows', async () => {
    for (const name of ['one', 'two']) expect((await provision(both(name))).applied).not.toEqual([])
    await expect(ask(cluster.url('one_web', 'two'), 'SELECT 1')).rejects.toMatchObject({ code: '42501' })
    await cluster.ask('GRANT CONNECT ON DATABASE two TO one_web')
    await expect(ask(cluster.url('one_web', 'two'), 'SELECT * FROM "ApiKey"')).rejects.toMatchObject({
      code: '42501',
    })
    expect(await cluster.ask(`SELECT rolname FROM pg_roles WHERE rolname ~ 'clubkeys'`)).toEqual([])
  })

  it('the app’s role alone starts what is migrated, and refuses what is not', async () => {
    const web = { DATABASE_URL: both('one').DATABASE_URL }
    expect(await provision(web)).toMatchObject({ warnings: [], applied: [], directUrl: web.DATABASE_URL })
    await ask(
      both('one').DATABASE_DIRECT_URL,
      `UPDATE _prisma_migrations SET rolled_back_at = now() WHERE migration_name ~ 'usage'`,
    )
    expect(await refusal(web)).toMatch(/lacks migrations.*\(1, the first is \d+_usage\).*npm run migrate/)
    await ask(both('one').DATABASE_DIRECT_URL, 'UPDATE _prisma_migrations SET rolled_back_at = NULL')
    expect(await refusal({ DATABASE_URL: cluster.url('three_web', 'three') })).toMatch(/lacks migrations/)
  })

  it('everybody still connects to the database that the server’s tools use, or that others use, too', async () => {
    const open = async (database: string) =>
      (await cluster.ask(`SELECT has_database_privilege('public', '${database}', 'CONNECT') AS open`))[0]
    await prepareInstallation(cluster, 'mixed')
    await cluster.ask('CREATE TABLE elsewhere (id int)', 'mixed')
    await provision(both('mixed'))
    expect(await open('mixed')).toEqual({ open: true })
    expect(await open('one')).toEqual({ open: false })
    await provision({ DATABASE_URL: cluster.url('postgres', 'postgres') })
    expect(await open('postgres')).toEqual({ open: true })
  })

  it('the owner’s password goes no further than the migrations', async () => {
    const { directUrl } = await provision(both('one'))
    expect(directUrl).toBe(both('one').DATABASE_URL)
  })

  it('a pooler in the way of migrations is named', async () => {
    await prepareInstallation(cluster, 'pooled')
    const pooler = await startPgBouncer([cluster.socketUrl('pooled_owner', 'pooled')], {
      pool_mode: 'transaction',
    })
    expect(
      await refusal({ DATABASE_URL: pooler.through(cluster.socketUrl('pooled_owner', 'pooled')) }),
    ).toMatch(/DATABASE_URL leads through a pooler.*DATABASE_DIRECT_URL/)
    await pooler.stop()
  })
})

// By Debian's own pg_dump, which knows no newer server.
describe('elsewhere', () => {
  let cluster: Cluster
  const both = (name: string) => ({
    DATABASE_URL: cluster.url(`${name}_web`, name),
    DATABASE_DIRECT_URL: cluster.url(`${name}_owner`, name),
  })
  beforeAll(async () => {
    cluster = await startCluster(15)
    await prepareInstallation(cluster, 'one')
    await provision(both('one'))
  })
  afterAll(async () => {
    await closeDb()
    await cluster.stop()
  })

  it('a dump restored on a server without the role starts once it is made, as the refusal says', async () => {
    const dump = execFileSync('pg_dump', [both('one').DATABASE_DIRECT_URL], {
      encoding: 'utf8',
      maxBuffer: 1e8,
    })
    await cluster.ask(`CREATE ROLE moved_owner LOGIN PASSWORD 'cluster-password'`)
    await cluster.ask('CREATE DATABASE moved OWNER moved_owner')
    const restored = dump.replaceAll('one_owner', 'moved_owner').replaceAll('one_web', 'moved_web')
    execFileSync('psql', ['-q', cluster.url('postgres', 'moved')], {
      input: restored,
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    const url = both('moved')
    expect(await refusal(url)).toBe(
      `The server has no role "moved_web", which DATABASE_URL logs in as; as an administrator run: CREATE ROLE "moved_web" LOGIN PASSWORD '...';`,
    )
    await cluster.ask(`CREATE ROLE "moved_web" LOGIN PASSWORD 'cluster-password'`)
    expect(await provision(url)).toMatchObject({ warnings: [], applied: [] })
    expect(await ask(url.DATABASE_URL, 'SELECT count(*)::int AS n FROM "ApiKey"')).toEqual([{ n: 0 }])
  })

  it('mixed releases: a dump carries its floor with it, and what raises it', async () => {
    const { DATABASE_DIRECT_URL: owner } = both('one')
    await prepareInstallation(cluster, 'later')
    const later = both('later')
    const restore = (database: string) => {
      const dump = execFileSync('pg_dump', [owner], { encoding: 'utf8', maxBuffer: 1e8 })
      const input = dump.replaceAll('one_owner', `${database}_owner`).replaceAll('one_web', `${database}_web`)
      execFileSync('psql', ['-q', cluster.url('postgres', database)], {
        input,
        stdio: ['pipe', 'ignore', 'ignore'],
      })
    }
    restore('later')
    expect(await provision(later)).toMatchObject({ warnings: [], applied: [] })
    await ask(
      later.DATABASE_URL,
      `INSERT INTO "ClubPolicy" ("clubId", "rateLimit", "rateWindow") VALUES (gen_random_uuid()::text, 5, 60)`,
    )
    expect(await ask(later.DATABASE_URL, 'SELECT "rules" FROM "RulesFloor"')).toEqual([
      { rules: RESTRICTIONS.ClubPolicy.rateLimit },
    ])
    await ask(
      owner,
      `INSERT INTO "RulesFloor" ("rules", "restriction") VALUES (${RULES + 1}, 'ApiKey.quota')`,
    )
    await prepareInstallation(cluster, 'last')
    restore('last')
    expect(await refusal(both('last'))).toMatch(
      `needs rules ${RULES + 1} since ApiKey.quota was first written`,
    )
  })

  it('a dump restored as somebody else says whose the tables are', async () => {
    const dump = execFileSync('pg_dump', ['--no-owner', '--no-acl', both('one').DATABASE_DIRECT_URL], {
      encoding: 'utf8',
      maxBuffer: 1e8,
    })
    await prepareInstallation(cluster, 'taken')
    execFileSync('psql', ['-q', cluster.url('postgres', 'taken')], {
      input: dump,
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    expect(await refusal(both('taken'))).toMatch(
      /belong to "postgres".*"taken_owner".*GRANT "postgres" TO "taken_owner"/,
    )
  })

  it('?schema= is one place for migrations and for the app', async () => {
    await prepareInstallation(cluster, 'housed')
    const { DATABASE_URL: url, DATABASE_DIRECT_URL: direct } = both('housed')
    const env = { DATABASE_URL: `${url}?schema=clubs`, DATABASE_DIRECT_URL: `${direct}?schema=clubs` }
    expect((await provision(env)).applied).not.toEqual([])
    expect(
      await cluster.ask(
        `SELECT nspname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relname = 'ApiKey'`,
        'housed',
      ),
    ).toEqual([{ nspname: 'clubs' }])
    process.env.DATABASE_URL = env.DATABASE_URL
    const { db } = await import('@/lib/db/client')
    const { id: clubId } = await db().club.create({ data: { slug: 'housed', name: 'Housed' } })
    await db().clubPolicy.create({ data: { clubId, rateLimit: 5, rateWindow: 60 } })
    expect(await db().$queryRaw`SELECT slug FROM "Club"`).toEqual([{ slug: 'housed' }])
    expect(await ask(url, 'SELECT "rules" FROM clubs."RulesFloor"')).toEqual([
      { rules: RESTRICTIONS.ClubPolicy.rateLimit },
    ])
    await ask(direct, `INSERT INTO clubs."RulesFloor" ("rules", "restriction") VALUES (${RULES + 1}, 'x')`)
    expect(await refusal(env)).toMatch(`needs rules ${RULES + 1} since x was first written`)
    expect(await refusal({ ...env, DATABASE_DIRECT_URL: direct })).toMatch(/DATABASE_DIRECT_URL.*schema/)
  })
})
