import { execFile } from 'node:child_process'
import { validateApiKey } from '@/lib/auth/api-key'
import { db } from '@/lib/db/client'
import { makeClub, makeKey, makeMember, makeServiceAccount, useDatabase } from '../support/club'
import { commandFile } from '../support/command-file'

const database = useDatabase()

/** `npm run -s members -- ...`, past npm. */
function members(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { ...process.env, DATABASE_URL: database.url(), DATABASE_DIRECT_URL: database.directUrl() }
  return new Promise((resolve) => {
    execFile(process.execPath, [commandFile('members'), ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr })
    })
  })
}

async function setup() {
  const { id: clubId, slug } = await makeClub()
  const coach = await makeMember(clubId, ['COACH'])
  const key = await makeKey(coach, { name: 'scoreboard', scopes: ['practices:read', 'practices:write'] })
  return { clubId, slug, coach, key, named: ['--club', slug, '--user', coach.email.toUpperCase()] as const }
}

it('members: says what would stop, hands it over, narrows and removes, on record as the operator', async () => {
  const { clubId, coach, key, named } = await setup()
  const robot = await makeServiceAccount(clubId, ['COACH'], 'robot')
  expect(JSON.parse((await members('impact', ...named, '--json')).stdout)).toMatchObject({
    keys: [{ id: key.id, scopesLost: ['practices:read', 'practices:write'] }],
  })
  expect((await members('impact', ...named, '--role', 'ATHLETE')).stdout).toMatch(
    /scoreboard .* loses practices:write\n$/,
  )

  const handed = await members(
    'hand-over',
    ...named,
    '--service-account',
    'robot',
    '--id',
    key.id,
    '--grace',
    '60',
    '--json',
  )
  const [heir] = (JSON.parse(handed.stdout) as { keys: { key: string }[] }).keys
  expect(heir).toMatchObject({ owner: { id: robot.userId, kind: 'service' }, rotatedFromId: key.id })
  expect(await validateApiKey(heir!.key)).toMatchObject({ ok: true })

  expect((await members('roles', ...named, '--role', 'ATHLETE')).stdout).toContain('ATHLETE')
  expect((await members('suspend', ...named)).stdout).toContain('SUSPENDED')
  expect((await members('reinstate', ...named)).stdout).toContain('ACTIVE')
  await db().membership.findFirstOrThrow({
    where: { clubId, userId: coach.userId, status: 'ACTIVE', roles: { equals: ['ATHLETE'] } },
  })
  expect(await members('remove', ...named)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('REMOVED'),
  })
  expect(await validateApiKey(heir!.key)).toMatchObject({ ok: true })
  const events = await db().auditEvent.findMany({
    where: { clubId, actorLabel: { startsWith: 'operator:' } },
    orderBy: { id: 'asc' },
  })
  expect(events.map(({ action }) => action)).toEqual([
    'api-key.create',
    'api-key.hand-over',
    'member.update',
    'member.update',
    'member.update',
    'member.remove',
  ])
}, 120_000)

it('members: hands nothing over that the account may not do, or that is not this member’s', async () => {
  const { clubId, key, named } = await setup()
  await makeServiceAccount(clubId, ['ATHLETE'], 'robot')
  const other = await makeKey(await makeMember(clubId, ['COACH']))
  const hand = (id: string) => members('hand-over', ...named, '--service-account', 'robot', '--id', id)
  expect(await hand(key.id)).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('scoreboard'),
  })
  expect(await hand(other.id)).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('live key of this member'),
  })
  expect(await db().apiKey.count({ where: { clubId } })).toBe(2)
}, 60_000)

it.each([
  [[]],
  [['destroy']],
  [['impact', '--club', 'x']],
  [['impact', '--club', 'x', '--user', 'a@b.test', '--role', 'KING']],
  [['hand-over', '--club', 'x', '--user', 'a@b.test', '--service-account', 'y']],
  [
    [
      'hand-over',
      '--club',
      'x',
      '--user',
      'a@b.test',
      '--service-account',
      'y',
      '--id',
      'z',
      '--grace',
      '-1',
    ],
  ],
  [['roles', '--club', 'x', '--user', 'a@b.test']],
])('tells wrong usage with exit code 2: %j', async (args) => {
  expect(await members(...args)).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('usage:'),
  })
})
