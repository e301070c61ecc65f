import { chmodSync, chownSync, copyFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { makeCertificate } from '../support/certificate'
import { makeCheckout, type Command } from '../support/checkout'
import { prepareInstallation, startCluster, type Cluster } from '../support/cluster'
import { eventually } from '../support/embedded'
import { freePort } from '../support/server'

jest.setTimeout(120_000)

// A Postgres that lets our roles in with TLS alone, with a certificate of an authority that nobody knows.

const ours = makeCertificate('IP:127.0.0.1')
const others = makeCertificate('IP:127.0.0.1')
const checkout = makeCheckout()
let cluster: Cluster
beforeAll(async () => {
  cluster = await startCluster(15)
  await certify(ours)
  await cluster.ask('ALTER SYSTEM SET ssl = on')
  const hba = ['host all postgres all scram-sha-256', 'hostssl all all all scram-sha-256']
  writeFileSync(path.join(cluster.folder, 'data/pg_hba.conf'), `${hba.join('\n')}\n`)
  await cluster.ask('SELECT pg_reload_conf()')
  await prepareInstallation(cluster, 'club')
})
afterAll(async () => {
  checkout.remove()
  await cluster.stop()
})

/** What the server shows from its next connection on. */
async function certify({ certificate, key }: ReturnType<typeof makeCertificate>): Promise<void> {
  for (const [name, from] of Object.entries({ 'server.crt': certificate, 'server.key': key })) {
    const file = path.join(cluster.folder, 'data', name)
    copyFileSync(from, file)
    chmodSync(file, 0o600)
    if (cluster.account) chownSync(file, cluster.account.uid, cluster.account.gid)
  }
  await cluster.ask('SELECT pg_reload_conf()')
}

const addresses = (how: string) => ({
  DATABASE_URL: `${cluster.url('club_web', 'club')}?${how}`,
  DATABASE_DIRECT_URL: `${cluster.url('club_owner', 'club')}?${how}`,
})
const verified = (mode: string, { ca } = ours) => `sslmode=${mode}&sslrootcert=${encodeURIComponent(ca)}`
const run = (script: string, env: Record<string, string>) =>
  checkout.run(script, { NEXTAUTH_SECRET: 'of-the-tls-test-of-the-tls-test-of-the', ...env })

/** All that it printed, once it has ended with this code. */
async function ended(command: Command, code: number): Promise<string> {
  expect([await command.ended, command.output()]).toEqual([code, expect.any(String)])
  // On a machine that does nothing else.
  if (code === 1) expect(command.tookMs()).toBeLessThan(5_000)
  return command.output()
}

it('verify-full with an authority of one’s own: migrations, command line, and every session of what serves', async () => {
  const env = addresses(verified('verify-full'))
  expect(await ended(run('scripts/migrate.ts', env), 0)).toContain('Applied:')
  const create = 'scripts/clubs.ts create --slug one --name One --admin one@example.test'
  expect(await ended(run(create, env), 0)).toContain('Created the club one.')
  const port = await freePort()
  const start = run('scripts/start.ts', { ...env, PORT: String(port) })
  await start.until('clubkeys is up')
  await eventually(async () => {
    const ready = await fetch(`http://localhost:${port}/api/health/ready`)
    // `ok`: it listens for changes, and hears them.
    expect(((await ready.json()) as { checks: unknown }).checks).toMatchObject({
      database: 'ok',
      cache: 'ok',
    })
  })
  const sessions = await cluster.ask<{ name: string; ssl: boolean }>(
    `SELECT DISTINCT application_name AS name, ssl FROM pg_stat_activity JOIN pg_stat_ssl USING (pid) WHERE usename <> 'postgres' ORDER BY 1`,
  )
  expect(sessions).toEqual([
    { name: 'clubkeys', ssl: true },
    { name: 'clubkeys changes', ssl: true },
  ])
  start.process.kill('SIGTERM')
  expect(await ended(start, 0)).not.toMatch(/warning/i)
})

describe('a start that cannot trust the server says why, in one line', () => {
  const UNKNOWN =
    'the server’s certificate is from an authority not known here; download that authority’s certificate from your provider and add sslrootcert=/path/to/it.crt to the address (sslmode=require is checked, too)'
  const CASES: [string, string, string][] = [
    ['the wrong authority', verified('verify-full', others), UNKNOWN],
    ['no authority', 'sslmode=verify-full', UNKNOWN],
    ['require, which the driver reads as verify-full', 'sslmode=require', UNKNOWN],
    ['prefer, likewise', verified('prefer', others), UNKNOWN],
    ['verify-ca, likewise', verified('verify-ca', others), UNKNOWN],
    [
      'no TLS',
      'sslmode=disable',
      'the server lets this role in with TLS only (sslmode=verify-full), or not from here (pg_hba.conf)',
    ],
  ]
  it.each(CASES)('%s', async (_, how, reason) => {
    const env = addresses(how)
    const expected = `DATABASE_DIRECT_URL cannot be used: ${reason}.\n`
    for (const script of ['scripts/start.ts', 'scripts/migrate.ts'])
      expect(await ended(run(script, env), 1)).toBe(expected)
    // Of what serves, too: it is given the app's role alone.
    const web = { DATABASE_URL: env.DATABASE_URL }
    expect(await ended(run('scripts/start.ts', web), 1)).toBe(expected.replace('DIRECT_', ''))
  })

  it('a certificate for another host', async () => {
    const elsewhere = makeCertificate('DNS:localhost,DNS:db.example.test')
    await certify(elsewhere)
    const command = run('scripts/start.ts', addresses(verified('verify-full', elsewhere)))
    expect(await ended(command, 1)).toBe(
      'DATABASE_DIRECT_URL cannot be used: the server’s certificate is for another host name.\n',
    )
    await certify(ours)
  })
})

it.each([
  ['no-verify', 'sslmode=no-verify'],
  ['require, prefer and verify-ca with its authority', verified('require')],
  ['require as libpq means it', 'uselibpqcompat=true&sslmode=require'],
])('%s: lets it in, with TLS, without a further word', async (_, how) => {
  expect(await ended(run('scripts/migrate.ts', addresses(how)), 0)).toBe('Nothing to apply.\n')
})

it('verify-full with an authority that all of Node was told of', async () => {
  const env = { ...addresses('sslmode=verify-full'), NODE_EXTRA_CA_CERTS: ours.ca }
  expect(await ended(run('scripts/migrate.ts', env), 0)).not.toContain('cannot be used')
})
