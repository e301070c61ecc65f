import { execFile } from 'node:child_process'
import { userInfo } from 'node:os'
import { createApiKey, validateApiKey } from '@/lib/auth/api-key'
import { db } from '@/lib/db/client'
import { flushUses, recordFailure, recordUse } from '@/lib/usage/record'
import { makeClub, makeKey, makeMember, useDatabase } from '../support/club'
import { commandFile } from '../support/command-file'

const database = useDatabase()

/** `npm run -s keys -- ...`, past npm. */
const keys = (...args: string[]) => run(args, '')

/** @param input what it reads from stdin */
function run(args: string[], input: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { ...process.env, DATABASE_URL: database.url(), DATABASE_DIRECT_URL: database.directUrl() }
  return new Promise((resolve) => {
    const command = [process.execPath, [commandFile('keys'), ...args], { env }] as const
    const child = execFile(...command, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr })
    })
    child.stdin?.end(input)
  })
}

async function setup() {
  const { id, slug } = await makeClub()
  const coach = await makeMember(id, ['COACH'])
  const key = await makeKey(coach)
  return { coach, key, on: ['--club', slug, '--id', key.id, '--json'] as const }
}

it('keys rotate: prints the new key once, as one JSON object, on record as the operator; a second time says which one it is', async () => {
  const { key, on } = await setup()
  const { code, stdout } = await keys('rotate', ...on, '--grace', '0')
  expect(code).toBe(0)
  const made = JSON.parse(stdout) as { id: string; key: string }
  expect(made).toMatchObject({ rotatedFromId: key.id })
  expect(await validateApiKey(made.key)).toMatchObject({ ok: true })
  expect(await validateApiKey(key.token)).toMatchObject({ ok: false, reason: 'expired' })
  const row = await db().auditEvent.findFirst({ where: { targetId: key.id, action: 'api-key.rotate' } })
  expect(row).toMatchObject({ actorKind: 'operator', actorLabel: `operator:${userInfo().username}` })
  expect(await keys('rotate', ...on)).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining(made.id),
  })
}, 60_000)

it.each([
  ['--grace', '-1'],
  ['--grace', '604801'],
  ['--grace', 'soon'],
  ['--grace', '1e3'],
  ['--expires-at', 'tomorrow'],
])(
  'keys rotate: exits 2 on %s %s, and does nothing',
  async (option, value) => {
    const { key, on } = await setup()
    expect(await keys('rotate', ...on, `${option}=${value}`)).toMatchObject({ code: 2, stdout: '' })
    expect(await db().apiKey.count({ where: { rotatedFromId: key.id } })).toBe(0)
  },
  60_000,
)

it('keys update: replaces the scopes, within what the owner’s roles grant', async () => {
  const { on } = await setup()
  const narrowed = await keys(
    'update',
    ...on,
    '--scope',
    'practices:read,members:read',
    '--name',
    'scoreboard',
  )
  expect(JSON.parse(narrowed.stdout)).toMatchObject({
    scopes: ['practices:read', 'members:read'],
    name: 'scoreboard',
  })
  expect(await keys('update', ...on, '--scope', 'audit:read')).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('audit:read'),
  })
  expect(await keys('update', ...on, '--scope', 'practices:own')).toMatchObject({ code: 2, stdout: '' })
  expect(await keys('update', ...on)).toMatchObject({ code: 2, stdout: '' })
}, 60_000)

it('keys revoke: takes along what the key made, or leaves it', async () => {
  const { key, on } = await setup()
  const child = await createApiKey(key.actor, { name: 'child', scopes: ['practices:read'] })
  expect(JSON.parse((await keys('revoke', ...on, '--keep-descendants')).stdout)).toMatchObject({
    status: 'revoked',
    alsoRevoked: [],
  })
  expect(await validateApiKey(child.key)).toMatchObject({ ok: true })
  expect(JSON.parse((await keys('revoke', ...on)).stdout)).toMatchObject({ alsoRevoked: [child.id] })
  expect(await validateApiKey(child.key)).toMatchObject({ ok: false, reason: 'revoked' })
}, 60_000)

it('keys list and revoke-matching: filter alike; nothing ends without --yes, and nothing at all without a filter', async () => {
  const { coach, key, on } = await setup()
  const club = on.slice(0, 2)
  for (const name of ['robot b', 'robot a']) await makeKey(coach, { name })
  const list = async (...args: string[]) =>
    (JSON.parse((await keys('list', ...club, '--json', ...args)).stdout) as { name: string }[]).map(
      ({ name }) => name,
    )
  expect(await list('--q', 'ROBOT', '--sort', 'name')).toEqual(['robot a', 'robot b'])
  expect(
    await list('--user', coach.email, '--status', 'active', '--sort', 'name', '--order', 'desc'),
  ).toHaveLength(3)
  await db().apiKey.updateMany({
    where: { name: 'robot a' },
    data: { metadata: { env: 'prod', owner: { team: 'web' } } },
  })
  expect(await list('--metadata', 'env=prod', '--metadata', 'owner[team]=web')).toEqual(['robot a'])
  expect(await list('--metadata', 'env=test')).toEqual([])
  for (const wrong of ['env', '=prod', 'a b=prod'])
    expect(await keys('list', ...club, '--metadata', wrong)).toMatchObject({ code: 2, stdout: '' })
  expect(await keys('list', ...club, '--status', 'lost')).toMatchObject({ code: 2, stdout: '' })
  expect(await keys('revoke-matching', ...club, '--yes')).toMatchObject({ code: 2, stdout: '' })
  const revoke = (...args: string[]) => keys('revoke-matching', ...club, '--q', 'robot', '--json', ...args)
  expect(JSON.parse((await revoke()).stdout)).toEqual({ count: 2, alsoRevoked: 0, preview: true })
  expect(JSON.parse((await revoke('--yes', '--reason', 'moving')).stdout)).toEqual({
    count: 2,
    alsoRevoked: 0,
    preview: false,
    complete: true,
  })
  expect(await db().apiKey.count({ where: { revokedReason: 'moving' } })).toBe(2)
  expect(await validateApiKey(key.token)).toMatchObject({ ok: true })
}, 60_000)

it('keys create --allow and verify: a list is kept, printed, and refused by its place', async () => {
  const { coach, on } = await setup()
  const create = (...allow: string[]) =>
    keys(
      'create',
      ...on.slice(0, 2),
      '--json',
      '--user',
      coach.email,
      '--name',
      'n',
      '--scope',
      'practices:read',
      ...allow,
    )
  const made = await create('--allow', '203.0.113.7,2001:DB8::/32')
  expect(JSON.parse(made.stdout)).toMatchObject({ allowedCidrs: ['203.0.113.7/32', '2001:db8::/32'] })
  expect(await create('--allow', '10.0.0.0/8', '--allow', '10.0.0.1/8')).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('allowedCidrs.1'),
  })
}, 60_000)

it('keys verify: prints whose a good token is', async () => {
  const { coach, key, on } = await setup()
  const { code, stdout } = await run(['verify', '--json'], `${key.token}\n`)
  expect([code, JSON.parse(stdout)]).toMatchObject([
    0,
    {
      valid: true,
      keyId: key.id,
      club: on[1],
      owner: { id: coach.userId, name: 'The COACH', kind: 'user' },
      expiresAt: expect.any(String),
    },
  ])
}, 60_000)

it('keys usage: draws how much the keys were used, or prints what the API would', async () => {
  const { key, on } = await setup()
  for (let n = 0; n < 4; n++) recordUse(key.id)
  recordFailure(key.id, 'denied')
  await flushUses()
  const [, slug] = on
  const { code, stdout } = await keys('usage', '--club', slug)
  expect(code).toBe(0)
  const lines = stdout.trim().split('\n')
  expect(lines).toHaveLength(31)
  expect(lines.at(-2)).toBe(`${new Date().toISOString().slice(0, 10)}  4  ${'█'.repeat(40)}  1 denied`)
  expect(lines.at(-1)).toBe('4 requests in all; 1 denied')
  const asked = await keys('usage', ...on, '--by', 'hour')
  expect(JSON.parse(asked.stdout)).toMatchObject({ total: { requests: 4, denied: 1, limited: 0, errors: 0 } })
  expect(await keys('usage', '--club', slug, '--by', 'week')).toMatchObject({ code: 2, stdout: '' })
  expect(await keys('usage', '--club', slug, '--id', key.actor.clubId)).toMatchObject({ code: 1, stdout: '' })
}, 60_000)

it('keys find: tells whose a token is, and how to end it', async () => {
  const { key, on } = await setup()
  const [, slug] = on
  const find = (input: string, ...args: string[]) => run(['find', ...args], input)
  const { code, stdout } = await find(`${key.token}\n`)
  expect(code).toBe(0)
  expect(stdout).toContain(`--club ${slug} --id ${key.id}`)
  expect(stdout).not.toContain(key.token)
  const json = await find('', '--json', '--last4', key.token.slice(-4))
  expect(JSON.parse(json.stdout)).toMatchObject([{ id: key.id, club: { slug }, descendants: 0 }])
  expect(await find('sk_club_nobodys')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('no such key'),
  })
  expect(await find('')).toMatchObject({ code: 2 })
}, 60_000)

describe('keys create and update --metadata', () => {
  it('keeps what it is given, nested, and replaces it', async () => {
    const { coach, on } = await setup()
    const { email } = await db().user.findUniqueOrThrow({ where: { id: coach.userId } })
    const [, slug = ''] = on
    const made = [
      '--club',
      slug,
      '--user',
      email ?? '',
      '--name',
      'ci',
      '--scope',
      'practices:read',
      '--json',
    ]
    const created = await keys('create', ...made, '--metadata', '{"team":{"name":"web"},"tier":1.5}')
    expect(JSON.parse(created.stdout)).toMatchObject({ metadata: { team: { name: 'web' }, tier: 1.5 } })
    const { id } = JSON.parse(created.stdout) as { id: string }
    const updated = await keys('update', '--club', slug, '--id', id, '--json', '--metadata', '{"team":"ops"}')
    expect(JSON.parse(updated.stdout)).toMatchObject({ id, metadata: { team: 'ops' } })
  }, 60_000)

  it.each([
    ['team=web', 'must be JSON'],
    ['["team"]', 'must be an object'],
    ['{"team":1,"team":2}', 'team'],
    ['{"n":1e-400}', 'n'],
  ])(
    'exits 2 on %s, names the option, and changes nothing',
    async (text, said) => {
      const { key, on } = await setup()
      const { code, stderr } = await keys('update', ...on, '--metadata', text)
      expect(code).toBe(2)
      expect(stderr.split('\n')[0]).toMatch(/^--metadata/)
      expect(stderr.split('\n')[0]).toContain(said)
      expect(await db().apiKey.findUniqueOrThrow({ where: { id: key.id } })).toMatchObject({ metadata: {} })
    },
    30_000,
  )
})

it('keys update --expires-at: a text that is no instant is told once what it must be', async () => {
  const { on } = await setup()
  const { code, stderr } = await keys('update', ...on, '--expires-at', 'soon')
  expect(code).toBe(2)
  expect(stderr.split('\n').filter((line) => line.startsWith('--expires-at:'))).toHaveLength(1)
}, 30_000)

it('keys leaked: ends the key of a token from stdin as a leak, once, and in its own club alone', async () => {
  const { coach, key, on } = await setup()
  const slug = on[1]
  const other = await setup()
  const report = (club: string, ...more: string[]) =>
    run(['leaked', '--club', club, '--json', ...more], key.token)
  expect(await report(other.on[1])).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('"acted":false'),
  })
  const { code, stdout } = await report(slug, '--source', 'A customer', '--url', 'https://paste.example/3')
  expect([code, JSON.parse(stdout)]).toEqual([0, { acted: true, keyId: key.id }])
  expect(await validateApiKey(key.token)).toMatchObject({ ok: false, reason: 'revoked' })
  const row = await db().auditEvent.findFirst({ where: { targetId: key.id, action: 'api-key.leaked' } })
  expect(row).toMatchObject({ clubId: coach.clubId, actorKind: 'operator' })
  expect(row?.changes).toMatchObject({ source: { to: 'An operator (A customer)' } })
  expect(await report(slug)).toMatchObject({ code: 1, stderr: expect.stringContaining('nothing was done') })
  const listed = await keys('list', '--club', slug, '--leaked', 'true', '--json')
  expect(JSON.parse(listed.stdout)).toMatchObject([
    { id: key.id, leaked: { url: 'https://paste.example/3' } },
  ])
}, 60_000)
