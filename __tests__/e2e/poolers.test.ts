import { setTimeout as sleep } from 'node:timers/promises'
import { makeClub, makeKey, makeMember, useDatabase, type TestKey } from '../support/club'
import { eventually } from '../support/embedded'
import { countLookups } from '../support/lookups'
import { startPgBouncer, type PgBouncer } from '../support/pgbouncer'
import { startServer, type Server } from '../support/server'

// Two processes that reach their database through a pooler alone, without DATABASE_DIRECT_URL: in session
// mode a process can hear of changes there, in transaction mode it cannot.

const database = useDatabase()

const MODES = [
  { mode: 'session', cache: 'ok', boundMs: 3_000 },
  { mode: 'transaction', cache: 'off', boundMs: 0 },
] as const

describe.each(MODES)('through PgBouncer in $mode mode', ({ mode, cache, boundMs }) => {
  let pooler: PgBouncer
  let servers: Server[]
  beforeAll(async () => {
    pooler = await startPgBouncer([database.url()], {
      pool_mode: mode,
      // A session pooler gives each client a connection of its own.
      default_pool_size: '40',
      ignore_startup_parameters: 'statement_timeout, idle_in_transaction_session_timeout, extra_float_digits',
    })
    const env = { DATABASE_PREPARED_STATEMENTS: mode === 'transaction' ? 'off' : 'on' }
    const databaseUrl = pooler.through(database.url())
    servers = await Promise.all([startServer({ databaseUrl, env }), startServer({ databaseUrl, env })])
    if (cache === 'ok')
      for (const server of servers)
        await eventually(async () => expect(await checks(server)).toMatchObject({ cache }))
  }, 60_000)
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.stop()))
    await pooler.stop()
  })

  const [here, there] = [() => servers[0]!, () => servers[1]!]
  const checks = async (server: Server) => {
    const answer = await server.call('GET', '/api/health/ready')
    expect(answer.status).toBe(200)
    return answer.json().checks
  }
  const use = async (server: Server, { token }: TestKey) =>
    (await server.call('GET', '/api/v1/whoami', token)).status

  it(`readiness says that the cache is ${cache}`, async () => {
    for (const server of servers)
      expect(await checks(server)).toEqual({
        database: 'ok',
        migrations: 'ok',
        keys: 'ok',
        rules: 'ok',
        cache,
      })
  })

  it('G5: a key that is revoked in one process is refused in the other', async () => {
    const owner = await makeMember((await makeClub()).id, ['CLUB_ADMIN'])
    const admin = await makeKey(owner)
    for (let i = 0; i < 5; i++) {
      const key = await makeKey(owner)
      for (let time = 0; time < 3; time++) expect(await use(there(), key)).toBe(200)
      const path = `/api/v1/api-keys/${key.id}/revoke`
      expect((await here().call('POST', path, admin.token, {})).status).toBe(200)
      const from = Date.now()
      while (boundMs > 0 && (await use(there(), key)) === 200 && Date.now() - from < boundMs) await sleep(5)
      expect(await use(there(), key)).toBe(401)
    }
  })

  it('G6: a good key costs one statement at most', async () => {
    const key = await makeKey(await makeMember((await makeClub()).id, ['COACH']))
    expect(await use(there(), key)).toBe(200)
    const calls = async () => {
      for (let i = 0; i < 20; i++) expect(await use(there(), key)).toBe(200)
    }
    expect(await countLookups(database.directUrl(), calls)).toBe(cache === 'ok' ? 0 : 20)
  })

  it('the log says why there is no channel, once', async () => {
    await sleep(2_000)
    const lines = (server: Server) => server.output().match(/^.*the change channel is .*$/gm) ?? []
    if (cache === 'ok') expect(servers.flatMap(lines).filter((line) => line.includes('pooler'))).toEqual([])
    else for (const server of servers) expect(lines(server)).toEqual([expect.stringContaining('pooler')])
  })
})
