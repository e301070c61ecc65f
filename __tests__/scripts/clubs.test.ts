import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { userInfo } from 'node:os'
import { peekSetPasswordLink, setPassword } from '@/lib/sign-in/set-password'
import { db } from '@/lib/db/client'
import { makeClub, makeKey, makeMember, useDatabase } from '../support/club'
import { PASSWORD } from '../support/sign-in'
import { commandFile } from '../support/command-file'
import { keptPolicyOf } from '@/lib/policy-row'

const database = useDatabase()
const newAddress = () => `${randomUUID()}@example.test`
const newSlug = () => `club-${randomUUID().slice(0, 8)}`

/** `npm run -s clubs -- ...`, past npm. */
function clubs(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = {
    ...process.env,
    DATABASE_URL: database.url(),
    DATABASE_DIRECT_URL: database.directUrl(),
    NEXTAUTH_URL: 'https://keys.test',
    SMTP_URL: '',
  }
  return new Promise((resolve) => {
    execFile(process.execPath, [commandFile('clubs'), ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr })
    })
  })
}
const tokenIn = (text: string) => /https:\/\/keys\.test\/set-password#([\w-]{43})/.exec(text)?.[1] ?? ''

it('clubs create: makes a club and prints its admin a link, which lets them in', async () => {
  const [slug, email] = [newSlug(), newAddress()]
  const { code, stdout } = await clubs(
    'create',
    '--slug',
    slug,
    '--name',
    'City Harriers',
    '--admin',
    email.toUpperCase(),
  )
  expect(code).toBe(0)
  expect(await setPassword(tokenIn(stdout), PASSWORD)).toEqual({ ok: true, email })
  const again = await clubs('create', '--slug', newSlug(), '--name', 'Next', '--admin', email, '--json')
  expect(JSON.parse(again.stdout)).toMatchObject({ admin: { email }, setPasswordLink: null })
  expect(await clubs('create', '--slug', slug, '--name', 'Taken', '--admin', email)).toMatchObject({
    code: 1,
    stdout: '',
  })
}, 60_000)

it('clubs invite: takes a person in, on record as the operator, and prints a link', async () => {
  const { id: clubId, slug } = await makeClub()
  const email = newAddress()
  const { code, stdout } = await clubs(
    'invite',
    '--club',
    slug,
    '--email',
    email,
    '--name',
    'Ian',
    '--role',
    'COACH,ATHLETE',
    '--json',
  )
  expect(code).toBe(0)
  const made = JSON.parse(stdout) as { id: string; setPasswordLink: string }
  expect(made).toMatchObject({
    user: { email, name: 'Ian' },
    roles: ['COACH', 'ATHLETE'],
    status: 'ACTIVE',
    mailed: false,
  })
  expect(await peekSetPasswordLink(tokenIn(made.setPasswordLink))).toEqual({ email, identities: [] })
  expect(await db().auditEvent.findFirst({ where: { clubId, targetId: made.id } })).toMatchObject({
    actorKind: 'operator',
    actorLabel: `operator:${userInfo().username}`,
  })
  expect(await clubs('invite', '--club', slug, '--email', email, '--role', 'COACH')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('already'),
  })
}, 60_000)

it('clubs password-link: lets somebody back in who forgot', async () => {
  const { email } = await makeMember((await makeClub()).id, ['COACH'])
  const { stdout } = await clubs('password-link', '--email', email)
  expect(await setPassword(tokenIn(stdout), PASSWORD)).toEqual({ ok: true, email })
  expect(await clubs('password-link', '--email', newAddress())).toMatchObject({ code: 1, stdout: '' })
}, 60_000)

it.each([
  [[]],
  [['destroy']],
  [['constructor']],
  [['invite', '--club', 'x', '--email', 'no address', '--role', 'COACH']],
  [['invite', '--club', 'x', '--email', 'a@b.test', '--role', 'KING']],
  [['invite', '--club', 'x', '--email', 'a@b.test']],
  [['create', '--slug', 'No Slug', '--name', 'x', '--admin', 'a@b.test']],
])('tells wrong usage with exit code 2: %j', async (args) => {
  expect(await clubs(...args)).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('usage:'),
  })
})

it('clubs policy: shows it, previews a change, makes it on record, and names the option that is wrong', async () => {
  const { id, slug } = await makeClub()
  await makeKey(await makeMember(id, ['COACH']), { expiresAt: null })
  const policy = (...args: string[]) => clubs('policy', '--club', slug, '--json', ...args)
  expect(JSON.parse((await policy()).stdout)).toMatchObject({
    maxKeyDays: 366,
    outside: { keys: { count: 0 } },
  })
  const change = ['--default-days', '7', '--max-days', '30', '--non-expiring', 'no', '--keys-per-member', '5', '--on-leak', 'disable'] // prettier-ignore
  const seen = await policy(...change, '--preview')
  expect(JSON.parse(seen.stdout)).toMatchObject({ maxKeyDays: 30, outside: { keys: { count: 1 } } })
  expect(await keptPolicyOf(db(), id)).toMatchObject({ maxKeyDays: 366 })
  expect((await policy(...change)).stdout).toBe(seen.stdout)
  expect(await keptPolicyOf(db(), id)).toMatchObject({
    defaultKeyDays: 7,
    maxLiveKeysPerMember: 5,
    onLeak: 'disable',
  })
  expect(await db().auditEvent.findFirst({ where: { clubId: id, action: 'club.policy' } })).toMatchObject({
    actorKind: 'operator',
  })
  expect(await policy('--max-days', '3')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('maxKeyDays'),
  })
  expect(await policy('--max-days', 'many')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--max-days'),
  })
  const makers = ['--makers', 'CLUB_ADMIN', '--role-scopes', 'COACH=practices:read,members:read', '--role-scopes', 'ATHLETE=', '--min-days', '1'] // prettier-ignore
  const bound = { COACH: ['practices:read', 'members:read'], ATHLETE: [] }
  expect(JSON.parse((await policy(...makers)).stdout)).toMatchObject({
    keyMakers: ['CLUB_ADMIN'],
    keyScopes: bound,
    minKeyDays: 1,
  })
  expect(JSON.parse((await policy('--makers', 'everyone', '--role-scopes', 'all')).stdout)).toMatchObject({
    keyMakers: null,
    keyScopes: null,
  })
  for (const wrong of ['COACH', '=practices:read'])
    expect(await policy('--role-scopes', wrong)).toMatchObject({ code: 2 })
  expect(await policy('--role-scopes', 'NOBODY=')).toMatchObject({ code: 2 })
  expect(await policy('--non-expiring', 'maybe')).toMatchObject({ code: 2 })
}, 60_000)

it('clubs list: names every club, with its active members and live keys', async () => {
  const { id, slug } = await makeClub()
  await makeKey(await makeMember(id, ['COACH']))
  const { code, stdout } = await clubs('list', '--json')
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toContainEqual(expect.objectContaining({ id, slug, members: 1, liveKeys: 1 }))
  expect((await clubs('list')).stdout).toMatch(new RegExp(`^${slug} +1 member  1 key  Club ${slug}$`, 'm'))
}, 60_000)
