import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { once } from 'node:events'
import { makeCheckout, type Command } from '../support/checkout'
import { prepareInstallation, startCluster, type Cluster } from '../support/cluster'
import { openBlackHole } from '../support/black-hole'
import { ask } from '../support/embedded'
import { lowerFloor, NEWER_RULES } from '../support/newer-release'
import { pretendOlder } from '../support/older'
import { startPgBouncer } from '../support/pgbouncer'
import { relayTo } from '../support/relay'
import { freePort } from '../support/server'
import { startStandby } from '../support/standby'

jest.setTimeout(120_000)

const PASSWORD = 'cluster-password'
const NEXTAUTH_SECRET = 'of-the-database-test-of-the-database-test'

const checkout = makeCheckout()
let cluster: Cluster
let mute: Server
let mutePort: number
const web = (more = '') => cluster.url('club_web', 'club') + more
const owner = (more = '') => cluster.url('club_owner', 'club') + more

beforeAll(async () => {
  cluster = await startCluster(15)
  await prepareInstallation(cluster, 'club')
  mute = createServer(() => {}).listen(0, '127.0.0.1')
  await once(mute, 'listening')
  mutePort = (mute.address() as { port: number }).port
})
afterAll(async () => {
  checkout.remove()
  mute.close()
  await cluster.stop()
})

const run = (script: string, env: Record<string, string>) =>
  checkout.run(script, { NEXTAUTH_SECRET, PORT: '4599', ...env })

/** What it printed, once it has ended by a refusal in one line, without a password or a stack. */
async function refusal(command: Command): Promise<string> {
  expect(await command.ended).toBe(1)
  const said = command.output().trim()
  expect(said).not.toContain(PASSWORD)
  expect(said).not.toMatch(/ {4}at |node_modules|Error:/)
  expect(said.split('\n').filter((line) => !line.startsWith('The environment is not usable')).length).toBe(1)
  return said
}

/** In one sentence, and in time on a machine that does nothing else. */
async function startRefuses(env: Record<string, string>, reason: RegExp): Promise<void> {
  const command = run('scripts/start.ts', env)
  expect(await refusal(command)).toMatch(reason)
  expect(command.tookMs()).toBeLessThan(5_000)
}

describe('npm run migrate', () => {
  it('migrates as the owner alone, and gives rights to the role it is told', async () => {
    const command = checkout.run('scripts/migrate.ts --role club_web', { DATABASE_DIRECT_URL: owner() })
    expect([await command.ended, command.output()]).toEqual([
      0,
      expect.stringMatching(/^Applied:\n( {2}\d+_\w+\n)+$/),
    ])
    expect(await ask(web(), 'SELECT count(*)::int AS n FROM "ApiKey"')).toEqual([{ n: 0 }])
    const again = run('scripts/migrate.ts', { DATABASE_URL: web(), DATABASE_DIRECT_URL: owner() })
    expect([await again.ended, again.output()]).toEqual([0, 'Nothing to apply.\n'])
  })

  it('refuses the app’s role', async () => {
    expect(await refusal(run('scripts/migrate.ts', { DATABASE_URL: web() }))).toMatch(/owns no table/)
  })
})

describe('npm start with the app’s role alone', () => {
  it('serves, and no process of it holds the owner’s password', async () => {
    const port = await freePort()
    const command = run('scripts/start.ts', { DATABASE_URL: web(), PORT: String(port) })
    await command.until('clubkeys is up')
    expect((await fetch(`http://localhost:${port}/api/health/ready`)).status).toBe(200)
    command.process.kill('SIGTERM')
    expect(await command.ended).toBe(0)
  })

  it('with the owner’s address beside it, what serves is not given that', async () => {
    const port = await freePort()
    await cluster.ask(`ALTER ROLE club_owner PASSWORD 'the-owners-own'`)
    const direct = owner().replace(PASSWORD, 'the-owners-own')
    const command = run('scripts/start.ts', {
      DATABASE_URL: web(),
      DATABASE_DIRECT_URL: direct,
      PORT: String(port),
    })
    await command.until('clubkeys is up')
    const children = readFileSync(`/proc/${command.process.pid}/task/${command.process.pid}/children`, 'utf8')
    const serving = children.trim().split(' ').filter(Boolean)
    expect(serving.length).toBeGreaterThan(0)
    for (const pid of serving)
      expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toContain('the-owners-own')
    command.process.kill('SIGTERM')
    expect(await command.ended).toBe(0)
    await cluster.ask(`ALTER ROLE club_owner PASSWORD '${PASSWORD}'`)
  })
})

describe('a start that cannot succeed says why, once, within 5 s', () => {
  const undo: string[] = []
  afterEach(async () => {
    for (const sql of undo.splice(0)) await cluster.ask(sql)
  })
  const set = async (sql: string, back: string) => {
    await cluster.ask(sql)
    undo.push(back)
  }
  const at = (port: number) => `postgresql://club_web:${PASSWORD}@127.0.0.1:${port}/club`

  const CASES: [string, () => Promise<string> | string, RegExp][] = [
    ['nothing listens', async () => at(await freePort()), /DATABASE_URL cannot be used: nothing listens/],
    [
      'a host that says nothing',
      () => at(mutePort),
      /DATABASE_URL cannot be used: the server does not answer/,
    ],
    ['no such host', () => web().replace('127.0.0.1', 'no-such-host.invalid'), /host cannot be/],
    ['no such socket', () => `postgresql://club_web:${PASSWORD}@/club?host=/no/such/folder`, /no socket/],
    [
      'a wrong password',
      () => web().replace(PASSWORD, 'wrong'),
      /does not know the role, or refuses its password/,
    ],
    ['no such database', () => cluster.url('club_web', 'none'), /no such database/],
    ['TLS where there is none', () => web('?sslmode=verify-full'), /does not offer TLS/],
    ['a password with a # in it', () => web().replace(PASSWORD, 'cluster#password'), /DATABASE_URL.*%23/],
    ['several hosts', () => web().replace('127.0.0.1', '127.0.0.1,127.0.0.1'), /DATABASE_URL.*several hosts/],
    [
      'no right to connect',
      async () => {
        await set(
          'REVOKE CONNECT ON DATABASE club FROM club_web',
          'GRANT CONNECT ON DATABASE club TO club_web',
        )
        return web()
      },
      /may not connect.*GRANT CONNECT/,
    ],
    [
      'no room for connections',
      async () => {
        await set('ALTER ROLE club_web CONNECTION LIMIT 4', 'ALTER ROLE club_web CONNECTION LIMIT -1')
        return web()
      },
      /4 connections.*DATABASE_POOL_SIZE/,
    ],
    [
      'no room at all',
      async () => {
        await set('ALTER ROLE club_web CONNECTION LIMIT 0', 'ALTER ROLE club_web CONNECTION LIMIT -1')
        return web()
      },
      /no connection left/,
    ],
    [
      'a read-only database',
      async () => {
        await set(
          'ALTER DATABASE club SET default_transaction_read_only = on',
          'ALTER DATABASE club RESET default_transaction_read_only',
        )
        return web()
      },
      /default_transaction_read_only/,
    ],
    [
      'triggers switched off for the role',
      async () => {
        await set(
          'ALTER ROLE club_web SET session_replication_role = replica',
          'ALTER ROLE club_web RESET session_replication_role',
        )
        return web()
      },
      /session_replication_role \(replica, not origin\)/,
    ],
    [
      'a database in another encoding',
      async () => {
        await set(
          `CREATE DATABASE latin OWNER club_owner ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0`,
          'DROP DATABASE latin',
        )
        return cluster.url('club_owner', 'latin')
      },
      /another encoding than UTF8/,
    ],
    ['options that no server knows', () => web('?options=-c%20no_such_setting%3D1'), /not know a setting/],
    [
      'options with a wrong value',
      () => web('?options=-c%20work_mem%3Dmuch'),
      /refuses the value of a setting/,
    ],
    [
      'no rights on tables',
      async () => {
        await cluster.ask('REVOKE UPDATE ON "ApiKey" FROM club_web', 'club')
        return web()
      },
      /"club_web".*"ApiKey".*npm run migrate/,
    ],
  ]
  it.each(CASES)('%s', async (_, address, reason) => {
    const url = await address()
    await startRefuses({ DATABASE_URL: url }, reason)
    // The command line says the same.
    if (/password|hosts|nothing/.test(_))
      expect(await refusal(run('scripts/clubs.ts list', { DATABASE_URL: url }))).toMatch(reason)
  })

  const WITHOUT_ADDRESS: [string, () => Record<string, string>, RegExp][] = [
    [
      'no session secret',
      () => ({ DATABASE_URL: web(), NEXTAUTH_SECRET: '' }),
      /NEXTAUTH_SECRET: is required/,
    ],
    ['an address of something else', () => ({ DATABASE_URL: 'mysql://db/club' }), /must be a postgresql:/],
    [
      'the app’s role missing, as after a restore elsewhere',
      () => ({ DATABASE_URL: web().replace('club_web', 'club_gone'), DATABASE_DIRECT_URL: owner() }),
      /no role "club_gone".*CREATE ROLE/,
    ],
    [
      'an owner’s address that says nothing',
      () => ({ DATABASE_URL: web(), DATABASE_DIRECT_URL: at(mutePort) }),
      /DATABASE_DIRECT_URL cannot be used: the server does not answer/,
    ],
  ]
  it.each(WITHOUT_ADDRESS)('%s', async (_, env, reason) => {
    await startRefuses(env(), reason)
  })

  it('a black hole, which not even refuses', async () => {
    const hole = await openBlackHole()
    await startRefuses(
      { DATABASE_URL: at(hole.port) },
      /DATABASE_URL cannot be used: the server does not answer/,
    )
    hole.close()
  })

  it('a server that falls silent after the login', async () => {
    const silent = await relayTo(web(), { untilFirstQuery: true })
    await startRefuses(
      { DATABASE_URL: silent.url },
      /DATABASE_URL cannot be used: the server does not answer/,
    )
    await silent.close()
  })

  it('a pooler whose server is gone', async () => {
    const gone = `postgresql://club_web:${PASSWORD}@localhost:1/club?host=${encodeURIComponent(cluster.socket)}`
    const pooler = await startPgBouncer([gone], { pool_mode: 'transaction' })
    await startRefuses({ DATABASE_URL: pooler.through(gone) }, /DATABASE_URL cannot be used: /)
    await pooler.stop()
  })

  it('a database that needs rules of a newer release', async () => {
    await cluster.ask(`INSERT INTO "RulesFloor" VALUES (${NEWER_RULES}, 'ApiKey.new')`, 'club')
    await startRefuses({ DATABASE_URL: web() }, /needs rules \d+ since ApiKey.new was first written/)
    await lowerFloor(cluster.url('postgres', 'club'))
  })

  it('a replica', async () => {
    const standby = await startStandby()
    await startRefuses({ DATABASE_URL: standby.directUrl }, /leads to a read-only replica/)
    await standby.stop()
  })

  it.each([13, 14])('Postgres %i', async (release) => {
    const older = await pretendOlder(cluster.port, release)
    const reason = `DATABASE_URL leads to Postgres ${release}, and this needs 15 or newer.`
    try {
      await startRefuses({ DATABASE_URL: at(older.port) }, new RegExp(`^${reason}$`))
      expect(await refusal(run('scripts/migrate.ts', { DATABASE_URL: at(older.port) }))).toBe(reason)
    } finally {
      older.close()
    }
  })

  it('a pooler before migrations that are pending', async () => {
    await prepareInstallation(cluster, 'new', { roles: 1 })
    const url = cluster.socketUrl('new_owner', 'new')
    const pooler = await startPgBouncer([url], { pool_mode: 'transaction' })
    await startRefuses({ DATABASE_URL: pooler.through(url) }, /pooler.*DATABASE_DIRECT_URL/)
    await pooler.stop()
  })
})
