import { userInfo } from 'node:os'
import { validateApiKey } from '@/lib/auth/api-key'
import { mintToken } from '@/lib/auth/token'
import { db } from '@/lib/db/client'
import { makeClub, makeKey, makeMember, useDatabase } from '../support/club'
import { runKeys } from '../support/keys-command'
import { demand } from '../support/policy'

const database = useDatabase()
const OPERATOR = `operator:${userInfo().username}`

async function setup() {
  const { id: clubId, slug } = await makeClub()
  const coach = await makeMember(clubId, ['COACH'])
  const on = (command: string, ...more: string[]) => [command, '--club', slug, ...more]
  const leaked = (token: string, ...more: string[]) =>
    runKeys(database, on('leaked', ...more), { stdin: `${token}\n` })
  return { clubId, coach, key: await makeKey(coach), on, leaked }
}
const rowOf = (id: string) => db().apiKey.findUniqueOrThrow({ where: { id } })
const eventsOf = (targetId: string) =>
  db().auditEvent.findMany({ where: { targetId }, orderBy: { at: 'asc' } })

describe('keys leaked', () => {
  it('revokes the key of a token, as the policy says, on record as the operator with what they said', async () => {
    const { key, leaked } = await setup()
    const done = await leaked(
      key.token,
      '--source',
      'a ticket',
      '--url',
      `https://a.example/${key.token}`,
      '--json',
    )
    expect(done).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(done.stdout)).toEqual({ acted: true, keyId: key.id })
    expect(await validateApiKey(key.token)).toMatchObject({ ok: false, reason: 'revoked' })
    expect(await rowOf(key.id)).toMatchObject({
      leakSource: 'An operator (a ticket)',
      leakUrl: 'https://a.example/[redacted]',
      revokedAt: expect.any(Date),
    })
    const found = (await eventsOf(key.id)).find(({ action }) => action === 'api-key.leaked')
    expect(found).toMatchObject({ actorKind: 'operator', actorLabel: OPERATOR })
    expect(done.stdout + done.stderr).not.toContain(key.token.slice(8, 40))
  }, 120_000)

  it('disables it where the policy says so, and says where to look', async () => {
    const { clubId, key, leaked } = await setup()
    await demand(clubId, { onLeak: 'disable' })
    const done = await leaked(key.token)
    expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining(`keys -- show --club`) })
    expect(await rowOf(key.id)).toMatchObject({ revokedAt: null, disabledAt: expect.any(Date) })
  }, 120_000)

  it('exits 1 and does nothing for a second report, an unknown token and another club’s', async () => {
    const { key, leaked } = await setup()
    const other = await makeKey(await makeMember((await makeClub()).id, ['COACH']))
    await leaked(key.token)
    for (const token of [key.token, mintToken().secret.reveal(), other.token]) {
      const done = await leaked(token, '--json')
      expect([done.code, done.stderr]).toEqual([1, expect.stringContaining('nothing was done')])
      expect(JSON.parse(done.stdout)).toMatchObject({ acted: false })
    }
    expect(await validateApiKey(other.token)).toMatchObject({ ok: true })
    // Of another club's token it says no more than of one that nobody made.
    expect(JSON.parse((await leaked(other.token, '--json')).stdout)).toEqual({ acted: false, keyId: null })
  }, 120_000)

  it('takes no token from the command line, and exits 2 without one', async () => {
    const { key, leaked, on } = await setup()
    expect(await leaked('')).toMatchObject({ code: 2, stdout: '' })
    const named = await runKeys(database, on('leaked', key.token), { stdin: '' })
    expect(named).toMatchObject({ code: 2, stdout: '' })
    expect(await validateApiKey(key.token)).toMatchObject({ ok: true })
  }, 120_000)
})

describe('keys create --honey', () => {
  it('makes a key that can do nothing, its token once, on record as the operator', async () => {
    const { coach, on } = await setup()
    const done = await runKeys(database, on('create', '--honey', '--user', coach.email, '--name', 'in the old wiki', '--json')) // prettier-ignore
    expect(done).toMatchObject({ code: 0, stderr: '' })
    const made = JSON.parse(done.stdout) as { id: string; key: string }
    expect(made).toMatchObject({ name: 'in the old wiki', scopes: [], status: 'disabled', expiresAt: null, honey: { usedAt: null } }) // prettier-ignore
    expect(await validateApiKey(made.key)).toEqual({ ok: false, reason: 'honey', keyId: made.id })
    expect(await eventsOf(made.id)).toMatchObject([
      {
        action: 'api-key.create',
        actorKind: 'operator',
        actorLabel: OPERATOR,
        changes: { honey: { to: true } },
      },
    ])
    const listed = await runKeys(database, on('list', '--json'))
    expect(listed.stdout).not.toContain(made.key)
    expect(JSON.parse(listed.stdout)).toContainEqual(expect.objectContaining({ id: made.id, honey: { usedAt: null } })) // prettier-ignore
  }, 120_000)

  it.each([
    ['--scope', 'practices:read'],
    ['--expires-at', 'never'],
    ['--allow', '10.0.0.0/8'],
    ['--rate', '10/60'],
  ])(
    'exits 2 beside %s, and makes nothing: it would look as if it could do something',
    async (option, value) => {
      const { clubId, coach, on } = await setup()
      const before = await db().apiKey.count({ where: { clubId } })
      const done = await runKeys(database, on('create', '--honey', '--user', coach.email, '--name', 'x', option, value)) // prettier-ignore
      expect([done.code, done.stdout, done.stderr]).toEqual([2, '', expect.stringContaining(option)])
      expect(await db().apiKey.count({ where: { clubId } })).toBe(before)
    },
    60_000,
  )
})
