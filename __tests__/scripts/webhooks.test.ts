import { execFile } from 'node:child_process'
import path from 'node:path'
import { Webhook } from 'standardwebhooks'
import { makeClub, useDatabase } from '../support/club'

const database = useDatabase()

/** `npm run -s webhooks -- ...`, past npm. */
function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = {
    ...process.env,
    DATABASE_URL: database.url(),
    DATABASE_DIRECT_URL: database.directUrl(),
    NEXTAUTH_SECRET: 'for-tests-only-for-tests-only-for-tests-only',
  }
  const file = path.resolve(__dirname, '../../scripts/webhooks.ts')
  return new Promise((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', file, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr })
    })
  })
}

it('adds one, tests it, and shows what was sent there', async () => {
  const { slug } = await makeClub()
  const club = ['--club', slug] as const
  const types = ['--type', 'api_key.revoked', '--type', 'member.removed']
  const made = await run('create', ...club, '--url', 'https://hooks.example.test/', ...types, '--json')
  expect(made).toMatchObject({ code: 0, stderr: '' })
  const { id, secret } = JSON.parse(made.stdout) as { id: string; secret: string }
  expect(new Webhook(secret)).toBeDefined()
  expect((await run('list', ...club)).stdout).toMatch(
    new RegExp(`^${id} {2}enabled {3}https://hooks.example.test/ {2}api_key.revoked,member.removed\n$`),
  )
  expect((await run('test', ...club, '--webhook', id)).stdout).toContain('waits to be sent')
  expect((await run('deliveries', ...club, '--webhook', id)).stdout).toMatch(
    /pending {4}0x {2}webhook\.test {2}-/,
  )
  expect((await run('disable', ...club, '--webhook', id)).stdout).toContain('disabled')
  expect((await run('deliveries', ...club, '--webhook', id)).stdout).toMatch(
    /failed .*The webhook was disabled\./,
  )
  expect((await run('enable', ...club, '--webhook', id)).stdout).toContain('enabled')
}, 120_000)

it('refuses what is no type, no address and no webhook of the club', async () => {
  const [{ slug }, other] = [await makeClub(), await makeClub()]
  const club = ['--club', slug] as const
  const bad = await run('create', ...club, '--url', 'https://x.test/', '--type', 'api_key.exploded')
  expect([bad.code, bad.stderr]).toEqual([2, expect.stringContaining('--type')])
  const odd = await run('create', ...club, '--url', 'ftp://x.test/', '--type', 'api_key.revoked')
  expect([odd.code, odd.stderr]).toEqual([2, expect.stringContaining('--url')])
  const theirs = await run(
    'create',
    '--club',
    other.slug,
    '--url',
    'https://x.test/',
    '--type',
    'api_key.revoked',
    '--json',
  )
  const { id } = JSON.parse(theirs.stdout) as { id: string }
  const foreign = await run('test', ...club, '--webhook', id)
  expect([foreign.code, foreign.stderr]).toEqual([1, expect.stringContaining('No such resource')])
}, 120_000)
