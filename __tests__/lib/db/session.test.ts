import { inspect } from '@/lib/db/inspect'
import { assertSettings } from '@/lib/db/look'
import { openSession } from '@/lib/db/session'
import { prepareInstallation, startCluster, type Cluster } from '../../support/cluster'
import { startPgBouncer, type PgBouncer } from '../../support/pgbouncer'

jest.setTimeout(60_000)

const HOSTILE = {
  TimeZone: `'America/New_York'`,
  DateStyle: `'German, DMY'`,
  IntervalStyle: `'iso_8601'`,
  bytea_output: `'escape'`,
  standard_conforming_strings: 'off',
  extra_float_digits: '-3',
  array_nulls: 'off',
  backslash_quote: 'on',
  transform_null_equals: 'on',
  default_transaction_isolation: `'serializable'`,
  default_transaction_deferrable: 'on',
  synchronous_commit: 'off',
  exit_on_error: 'on',
  row_security: 'off',
  gin_fuzzy_search_limit: '1',
  search_path: 'elsewhere',
  lock_timeout: `'7s'`,
  idle_session_timeout: `'9s'`,
}

for (const major of [15, 17] as const)
  describe(`on Postgres ${major}`, () => {
    let cluster: Cluster
    beforeAll(async () => {
      cluster = await startCluster(major)
      await prepareInstallation(cluster, 'site')
    })
    afterAll(() => cluster.stop())

    it.each(['server', 'database', 'role', 'role in the database'])(
      'a session is as we rely on it, whatever is set for the %s',
      async (level) => {
        const target = {
          server: 'SYSTEM',
          database: 'DATABASE site',
          role: 'ROLE site_web',
          'role in the database': 'ROLE site_web IN DATABASE site',
        }[level]
        for (const [name, value] of Object.entries(HOSTILE))
          await cluster.ask(`ALTER ${target} SET ${name} = ${value}`)
        await cluster.ask('SELECT pg_reload_conf()')
        const session = await openSession({ connectionString: cluster.url('site_web', 'site') })
        const found = await inspect(session, 'public')
        const { rows } = await session.query(
          `SELECT current_setting('lock_timeout') AS lock, current_setting('idle_session_timeout') AS idle`,
        )
        await session.end()
        for (const name of Object.keys(HOSTILE)) await cluster.ask(`ALTER ${target} RESET ${name}`)
        await cluster.ask('SELECT pg_reload_conf()')
        expect(found).toMatchObject({ pooled: false, wrong: [] })
        expect(rows).toEqual([{ lock: '0', idle: '0' }])
      },
    )
  })

describe.each(['transaction', 'session'] as const)('behind a pooler of mode %s', (mode) => {
  let cluster: Cluster
  let pooler: PgBouncer
  let swallowing: PgBouncer
  beforeAll(async () => {
    cluster = await startCluster(15)
    await prepareInstallation(cluster, 'site')
    pooler = await startPgBouncer([cluster.socketUrl('site_web', 'site')], { pool_mode: mode })
    swallowing = await startPgBouncer([cluster.socketUrl('site_web', 'site')], {
      pool_mode: mode,
      ignore_startup_parameters: 'options',
    })
  })
  afterAll(async () => {
    await pooler.stop()
    await swallowing.stop()
    await cluster.stop()
  })
  const look = async (url: string) => {
    const session = await openSession({ connectionString: url })
    const found = await inspect(session, 'public')
    await session.end()
    return found
  }

  it.each(['refuses', 'swallows'])(
    'that %s options, the role’s sessions get what they rely on, once',
    async (way) => {
      const url = (way === 'refuses' ? pooler : swallowing).through(cluster.socketUrl('site_web', 'site'))
      await cluster.ask('ALTER ROLE site_web IN DATABASE site RESET ALL')
      for (const [name, value] of Object.entries(HOSTILE))
        if (!/timeout/.test(name)) await cluster.ask(`ALTER DATABASE site SET ${name} = ${value}`)
      const before = await look(url)
      expect(before.pooled).toBe(true)
      expect(before.wrong.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['search_path', 'synchronous_commit']),
      )
      // Times are kept by the pooler itself.
      expect(before.wrong.map(({ name }) => name)).not.toContain('TimeZone')
      await assertSettings(url, 'DATABASE_URL')
      expect(await look(url)).toMatchObject({ pooled: true, wrong: [] })
    },
  )

  it('many processes that begin at once do not get in each other’s way', async () => {
    await cluster.ask('ALTER ROLE site_web IN DATABASE site RESET ALL')
    const url = pooler.through(cluster.socketUrl('site_web', 'site'))
    await expect(
      Promise.all(Array.from({ length: 8 }, () => assertSettings(url, 'DATABASE_URL'))),
    ).resolves.toBeDefined()
  })

  it('begins although its sessions are ended by others that begin', async () => {
    await cluster.ask('ALTER ROLE site_web IN DATABASE site RESET ALL')
    let ended = 0
    let done = false
    const ending = (async () => {
      while (!done && ended < 4) {
        const rows = await cluster.ask(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'site_web' AND state = 'idle'`,
        )
        ended += rows.length
      }
    })()
    const url = pooler.through(cluster.socketUrl('site_web', 'site'))
    await assertSettings(url, 'DATABASE_URL').finally(() => (done = true))
    await ending
  })

  it('names a setting that only a superuser can put right, with the statement that does', async () => {
    await cluster.ask('ALTER DATABASE site SET session_replication_role = replica')
    await pooler.order('RECONNECT')
    const refusal = assertSettings(pooler.through(cluster.socketUrl('site_web', 'site')), 'DATABASE_URL')
    await expect(refusal).rejects.toThrow(
      /session_replication_role.*ALTER ROLE "site_web" IN DATABASE "site" SET session_replication_role = 'origin'/,
    )
    await cluster.ask('ALTER DATABASE site RESET session_replication_role')
    await pooler.order('RECONNECT')
  })
})
