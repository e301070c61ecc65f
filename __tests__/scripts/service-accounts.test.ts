import { execFile } from 'node:child_process'
import { userInfo } from 'node:os'
import { validateApiKey } from '@/lib/auth/api-key'
import { db } from '@/lib/db/client'
import { makeClub, makeMember, makeServiceAccount, useDatabase } from '../support/club'
import { commandFile } from '../support/command-file'

const database = useDatabase()

/** `npm run -s keys|service-accounts -- ...`, past npm. */
function run(
  script: 'keys' | 'service-accounts',
  ...args: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { ...process.env, DATABASE_URL: database.url(), DATABASE_DIRECT_URL: database.directUrl() }
  return new Promise((resolve) => {
    execFile(process.execPath, [commandFile(script), ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr })
    })
  })
}

it('service-accounts: makes one, a key for it by name and by id, suspends, reinstates and removes it, on record', async () => {
  const { id: clubId, slug } = await makeClub()
  const club = ['--club', slug] as const
  const made = await run(
    'service-accounts',
    'create',
    ...club,
    '--name',
    'the scoreboard',
    '--role',
    'COACH',
    '--json',
  )
  expect(made.code).toBe(0)
  const account = JSON.parse(made.stdout) as { id: string; user: { id: string } }
  expect(account).toMatchObject({ user: { name: 'the scoreboard', kind: 'service' }, roles: ['COACH'] })
  const key = ['--name', 'ci', '--scope', 'practices:read', '--json']
  for (const named of ['the scoreboard', account.id]) {
    const created = JSON.parse(
      (await run('keys', 'create', ...club, '--service-account', named, ...key)).stdout,
    ) as { key: string }
    expect(created).toMatchObject({ owner: { id: account.user.id, kind: 'service' } })
    expect(await validateApiKey(created.key)).toMatchObject({ ok: true, key: { userId: account.user.id } })
  }
  expect((await run('service-accounts', 'list', ...club)).stdout).toMatch(
    /the scoreboard {2}COACH {2}2 live keys/,
  )

  await run('service-accounts', 'suspend', ...club, '--account', 'the scoreboard')
  const refused = await run('keys', 'create', ...club, '--service-account', 'the scoreboard', ...key)
  expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('suspended') })
  await run('service-accounts', 'reinstate', ...club, '--account', account.id)
  const renamed = await run(
    'service-accounts',
    'update',
    ...club,
    '--account',
    account.id,
    '--name',
    'board',
    '--role',
    'ATHLETE',
    '--json',
  )
  expect(JSON.parse(renamed.stdout)).toMatchObject({
    user: { name: 'board' },
    roles: ['ATHLETE'],
    status: 'ACTIVE',
  })
  expect(await run('service-accounts', 'remove', ...club, '--account', 'board')).toMatchObject({ code: 0 })
  expect(await db().apiKey.count({ where: { clubId, revokedAt: null } })).toBe(0)
  const events = await db().auditEvent.findMany({
    where: { clubId, targetId: account.id },
    orderBy: { id: 'asc' },
  })
  expect(events.map(({ action }) => action.replace('service-account.', ''))).toEqual([
    'create',
    'update',
    'update',
    'update',
    'remove',
  ])
  expect(new Set(events.map(({ actorLabel }) => actorLabel))).toEqual(
    new Set([`operator:${userInfo().username}`]),
  )
}, 120_000)

it('service-accounts: finds neither another club’s nor a person', async () => {
  const [home, rival] = [await makeClub(), await makeClub()]
  const theirs = await makeServiceAccount(rival.id, ['COACH'], 'theirs')
  const person = await makeMember(home.id, ['COACH'])
  const { id } = await db().membership.findFirstOrThrow({ where: { userId: person.userId } })
  for (const account of ['theirs', theirs.id, theirs.userId, id, 'The COACH']) {
    const answer = await run('service-accounts', 'remove', '--club', home.slug, '--account', account)
    expect(answer).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('no service account'),
    })
  }
}, 60_000)

it.each([
  ['service-accounts' as const, []],
  ['service-accounts' as const, ['destroy']],
  ['service-accounts' as const, ['create', '--club', 'x', '--name', 'y']],
  ['service-accounts' as const, ['create', '--club', 'x', '--name', 'y', '--role', 'KING']],
  ['service-accounts' as const, ['update', '--club', 'x', '--account', 'y']],
  ['keys' as const, ['create', '--club', 'x', '--name', 'y', '--scope', 'practices:read']],
  [
    'keys' as const,
    [
      'create',
      '--club',
      'x',
      '--name',
      'y',
      '--scope',
      'practices:read',
      '--user',
      'a@b.test',
      '--service-account',
      'z',
    ],
  ],
])('%s: tells wrong usage with exit code 2: %j', async (script, args) => {
  expect(await run(script, ...args)).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('usage:'),
  })
})
