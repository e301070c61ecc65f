import { closeDb } from '@/lib/db/client'
import { provision } from '@/lib/db/provision'
import { prepareInstallation, startCluster, type Cluster } from '../../support/cluster'
import { startPgBouncer, type PgBouncer } from '../../support/pgbouncer'

jest.setTimeout(120_000)

/** As most servers are; west, east, half an hour and three quarters off; and a format of dates that few programs read. */
const SURROUNDINGS = [
  ['TimeZone', 'UTC', 'database'],
  ['TimeZone', 'America/New_York', 'database'],
  ['TimeZone', 'Europe/Berlin', 'role'],
  ['TimeZone', 'Asia/Kolkata', 'server'],
  ['TimeZone', 'Asia/Kathmandu', 'server'],
  ['TimeZone', 'America/St_Johns', 'database'],
  ['DateStyle', 'German, DMY', 'database'],
] as const
const WAYS = ['straight', 'through a session pooler', 'through a transaction pooler'] as const
const INSTALLATIONS = [
  { major: 15, roles: 2 },
  { major: 17, roles: 1 },
] as const

describe.each(INSTALLATIONS)('G14: Postgres $major, $roles role(s)', ({ major, roles }) => {
  let cluster: Cluster
  let poolers: PgBouncer[]
  let web: string
  let owner: string
  beforeAll(async () => {
    cluster = await startCluster(major)
    ;({ web, owner } = await prepareInstallation(cluster, 'site', { roles }))
    const at = [cluster.socketUrl(web, 'site')]
    poolers = [
      await startPgBouncer(at, { pool_mode: 'session' }),
      await startPgBouncer(at, { pool_mode: 'transaction' }),
    ]
    // Of the whole server: so are the migrations made, too.
    await cluster.ask(`ALTER SYSTEM SET TimeZone = 'America/New_York'`)
    await cluster.ask(`ALTER SYSTEM SET DateStyle = 'German, DMY'`)
    await cluster.ask('SELECT pg_reload_conf()')
    await provision({
      DATABASE_URL: cluster.url(web, 'site'),
      DATABASE_DIRECT_URL: cluster.url(owner, 'site'),
    })
    await cluster.ask('ALTER SYSTEM RESET ALL')
  })
  afterAll(async () => {
    await closeDb()
    for (const pooler of poolers) await pooler.stop()
    await cluster.stop()
  })

  describe.each(WAYS)('%s', (way) => {
    let life: typeof import('../../support/life-of-a-key')
    beforeAll(async () => {
      await closeDb()
      const pooler = poolers[WAYS.indexOf(way) - 1]
      const url = pooler ? pooler.through(cluster.socketUrl(web, 'site')) : cluster.url(web, 'site')
      await provision({ DATABASE_URL: url, DATABASE_DIRECT_URL: cluster.url(owner, 'site') })
      // The environment is read once: another address wants other modules.
      jest.resetModules()
      process.env.DATABASE_URL = url
      await import('@/keys')
      life = await import('../../support/life-of-a-key')
    })

    it.each(SURROUNDINGS)(
      '%s = %s, set for the %s: what is in time and what is late is as the clock says',
      async (name, value, level) => {
        const target = { database: 'DATABASE site', role: `ROLE ${web}`, server: 'SYSTEM' }[level]
        await cluster.ask(`ALTER ${target} SET ${name} = '${value}'`)
        await cluster.ask('SELECT pg_reload_conf()')
        for (const pooler of poolers) await pooler.order('RECONNECT')
        await closeDb()
        try {
          await life.liveThrough()
        } finally {
          await cluster.ask(`ALTER ${target} RESET ${name}`)
        }
      },
    )
  })
})
