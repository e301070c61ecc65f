import { randomBytes } from 'node:crypto'
import { operatorActor } from '@/lib/auth/actor'
import { deleteApiKey, revokeApiKey, validateApiKey } from '@/lib/auth/api-key'
import { db } from '@/lib/db/client'
import type { Cells } from '@/lib/import/row'
import { runImport, survey } from '@/lib/import/run-import'
import { makeClub, makeKey, makeMember, useDatabase } from '../../support/club'
import { DAY_MS, found, keyOf, oldToken, RULES, useImports } from '../../support/importing'
import { useRows } from '../../support/rows'

const database = useDatabase()
const rows = useRows(database.directUrl)
const { coach, operator, row, take } = useImports()

/** All but holders: an owner's is locked before their row is looked at, and gives nobody anything. */
const kept = async () => (await rows.all()).filter((row) => !row.startsWith('Holder '))

describe('refuses', () => {
  const WEAK = 'hunter2hunter2'
  it.each<[string, Cells | (() => Cells | Promise<Cells>), string, object?]>([
    ['no token', { token: '' }, 'has no token', {}],
    ['a token with a space in it', { token: `${oldToken()} x` }, 'no Authorization header can hold', {}],
    ['a token with a NUL in it', { token: `${oldToken()}\0` }, 'no Authorization header can hold', {}],
    [
      'a token of 257 characters',
      { token: randomBytes(200).toString('hex').slice(0, 257) },
      'over 256 characters',
      {},
    ],
    [
      'our own shape with a wrong checksum',
      { token: `sk_club_${'a1B2c3D4e5'.repeat(5).slice(0, 49)}` },
      'its checksum is wrong',
      {},
    ],
    [
      'our own brand in another shape',
      { token: `sk_club_${randomBytes(32).toString('hex')}` },
      'its checksum is wrong',
      {},
    ],
    ['a weak token', { token: WEAK }, 'fewer than 128 random bits', {}],
    ['a weak token that never ends', { token: WEAK }, 'does not end within 90 days', { allowWeak: true }],
    [
      'a weak token that ends late',
      { token: WEAK, expires: new Date(Date.now() + 91 * DAY_MS).toISOString() },
      'does not end within 90 days',
      { allowWeak: true },
    ],
    ['a token of fewer bits than were said', {}, 'fewer bits than --min-bits', { minBits: 300 }],
    ['another prefix', {}, 'does not begin with --prefix', { prefix: 'zzz_' }],
    ['nobody', { owner: '' }, 'names no owner', {}],
    ['somebody unknown', { owner: 'nobody@example.test' }, 'no active member', {}],
    ['an owner with a NUL', { owner: 'a\0@example.test' }, 'no active member', {}],
    ['an owner with half a character', { owner: 'a\ud800@example.test' }, 'no active member', {}],
    ['a very long owner', { owner: `${'a'.repeat(5_000)}@example.test` }, 'no active member', {}],
    [
      'somebody of another club',
      async () => ({ owner: (await makeMember((await makeClub()).id, ['COACH'])).email }),
      'no active member',
      {},
    ],
    [
      'an id of another club',
      async () => ({ owner: (await makeMember((await makeClub()).id, ['COACH'])).userId }),
      'no active member',
      {},
    ],
    ['somebody suspended', async () => ({ owner: await suspended() }), 'no active member', {}],
    ['somebody disabled', async () => ({ owner: await disabled() }), 'no active member', {}],
    [
      'scopes the owner does not hold',
      { scopes: 'practices:read audit:read' },
      'scopes that its owner does not hold',
      {},
    ],
    ['scopes nobody knows', { scopes: 'practices:own' }, 'scopes that are not known', {}],
    ['no scopes', {}, 'names no scopes', { scopes: null }],
    ['a long name', { name: 'x'.repeat(65) }, 'has a name', {}],
    ['a name with a line break', { name: 'a\nb' }, 'has a name', {}],
    ['metadata that is no JSON', { metadata: '{' }, 'metadata that is no JSON', {}],
    ['metadata that is no object', { metadata: '[1]' }, 'metadata that is not allowed', {}],
    [
      'much metadata',
      { metadata: JSON.stringify({ a: 'x'.repeat(5_000) }) },
      'metadata that is not allowed',
      {},
    ],
    ['metadata with a NUL', { metadata: '{"a":"\\u0000"}' }, 'metadata that is not allowed', {}],
    ['metadata with half a character', { metadata: '{"a":"\\ud800"}' }, 'metadata that is not allowed', {}],
    ['metadata of endless numbers', { metadata: '{"a":1e400}' }, 'metadata that is not allowed', {}],
    [
      'metadata of large numbers',
      { metadata: '{"a":12345678901234567890}' },
      'metadata that is not allowed',
      {},
    ],
    [
      'metadata that nests deep',
      { metadata: `${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}` },
      'metadata that is not allowed',
      {},
    ],
    ['metadata in other quotes', { metadata: "{'plan':'gold'}" }, 'metadata that is no JSON', {}],
    ['metadata of PHP', { metadata: 'a:1:{s:4:"plan";s:4:"gold";}' }, 'metadata that is no JSON', {}],
    ['metadata that is a text', { metadata: '"gold"' }, 'metadata that is not allowed', {}],
    ['metadata that is null', { metadata: 'null' }, 'metadata that is not allowed', {}],
    ['a name with a NUL', { name: 'a\0b' }, 'has a name', {}],
    ['a name with half a character', { name: 'a\ud800b' }, 'has a name', {}],
    ['a name that turns its text around', { name: 'a\u202eb' }, 'has a name', {}],
    ['a name that nobody sees', { name: '\u200b' }, 'has a name', {}],
    [
      'scopes between semicolons',
      { scopes: 'practices:read;practices:write' },
      'scopes that are not known',
      {},
    ],
    ['scopes between bars', { scopes: 'practices:read|practices:write' }, 'scopes that are not known', {}],
    [
      'scopes as Postgres prints a list',
      { scopes: '{practices:read,practices:write}' },
      'scopes that are not known',
      {},
    ],
    ['scopes as JSON', { scopes: '["practices:read"]' }, 'scopes that are not known', {}],
    ['scopes in capitals', { scopes: 'PRACTICES:READ' }, 'scopes that are not known', {}],
    ['scopes with a dot', { scopes: 'practices.read' }, 'scopes that are not known', {}],
    ['all scopes', { scopes: '*' }, 'scopes that are not known', {}],
    ['nothing but separators for scopes', { scopes: ' , ,' }, 'scopes that are not known', {}],
    ['a number that a spreadsheet shortened', { token: '1.23457E+38' }, 'fewer than 128 random bits', {}],
    ['a time in scientific form', { created: '1.7E+09' }, 'no time in created', {}],
    ['an end that a spreadsheet wrote', { expires: '01/02/2027 10:00' }, 'no time in expires', {}],
    ['an end of a word', { expires: 'never' }, 'no time in expires', {}],
    ['a use in the future', { used: '2999-01-01T00:00:00Z' }, 'in the future', {}],
    [
      'a digest with a NUL',
      { digest: `${'a'.repeat(63)}\0` },
      'no SHA-256',
      { kind: 'sha256', minBits: 128 },
    ],
    [
      'a digest with a space',
      { digest: `${'a'.repeat(32)} ${'a'.repeat(31)}` },
      'no SHA-256',
      { kind: 'sha256', minBits: 128 },
    ],
    [
      'a digest that is a token',
      { digest: 'acme_3b9f2c41d8e7a605' },
      'no SHA-256',
      { kind: 'sha256', minBits: 128 },
    ],
    ['a time without a zone', { created: '2024-01-01 10:00:00' }, 'no time in created', {}],
    ['a day that is none', { expires: '2024-02-30T00:00:00Z' }, 'no time in expires', {}],
    ['a key from the future', { created: '2999-01-01T00:00:00Z' }, 'in the future', {}],
    ['a digest of SHA-1', { digest: 'a'.repeat(40) }, 'no SHA-256', { kind: 'sha256', minBits: 128 }],
    ['a digest of SHA-512', { digest: 'a'.repeat(128) }, 'no SHA-256', { kind: 'sha256', minBits: 128 }],
    [
      'a digest with bits too many',
      { digest: `${'a'.repeat(42)}B` },
      'no SHA-256',
      { kind: 'sha256', minBits: 128 },
    ],
    ['no digest', {}, 'has no digest', { kind: 'sha256', minBits: 128 }],
    ['a digest of nobody knows what', { digest: 'a'.repeat(64) }, '--min-bits says it', { kind: 'sha256' }],
    [
      'a digest of something weak',
      { digest: 'a'.repeat(64) },
      '--allow-weak',
      { kind: 'sha256', minBits: 60 },
    ],
  ])('%s, and says why without quoting it', async (...[, given, reason, rules]) => {
    const cells: Cells = { ...row(), ...(typeof given === 'function' ? await given() : given) }
    for (const field of Object.keys(cells) as (keyof Cells)[]) if (cells[field] === '') delete cells[field]
    const before = await kept()
    const { totals, refused } = await take([cells], rules)
    expect(totals).toEqual({ read: 1, imported: 0, known: 0, refused: 1 })
    expect(refused).toEqual([expect.stringContaining(reason)])
    expect(await kept()).toEqual(before)
    for (const value of Object.values(cells)) if (value.length > 8) expect(refused[0]).not.toContain(value)
  })

  const suspended = async () => {
    const mate = await makeMember(coach().clubId, ['COACH'])
    await db().membership.updateMany({ where: { userId: mate.userId }, data: { status: 'SUSPENDED' } })
    return mate.email
  }
  const disabled = async () => {
    const mate = await makeMember(coach().clubId, ['COACH'])
    await db().user.update({ where: { id: mate.userId }, data: { disabledAt: new Date() } })
    return mate.email
  }

  it('nothing of odd times: an end before the beginning, and a use before both', async () => {
    const { totals } = await take([row({ created: '2024-01-02T03:04:05Z', expires: '2023-01-01T00:00:00Z', used: '2022-01-01T00:00:00Z' })]) // prettier-ignore
    expect(totals.imported).toBe(1)
  })

  it('a bad row alone: it keeps no good one out', async () => {
    const cells = Array.from({ length: 1_100 }, (_, at) => (at === 700 ? row({ token: WEAK }) : row()))
    expect(await take(cells)).toEqual({
      totals: { read: 1_100, imported: 1_099, known: 0, refused: 1 },
      refused: [expect.stringMatching(/^702 has a token of fewer/)],
    })
  })

  it('a token in a name, in notes or for an owner (G1)', async () => {
    const secret = oldToken()
    const ours = await makeKey(coach())
    const { refused } = await take([
      row({ token: secret, name: `key ${secret}`.slice(0, 64) }),
      row({ token: secret, metadata: JSON.stringify({ old: secret }) }),
      row({ token: secret, owner: secret }),
      row({ metadata: JSON.stringify({ old: ours.token }) }),
    ])
    expect(refused).toHaveLength(4)
    expect(refused.join()).not.toContain(secret)
  })

  it('a token that is somebody else’s already, in this club or another', async () => {
    const old = row()
    const mate = await makeMember(coach().clubId, ['COACH'])
    const { id } = await makeClub()
    const stranger = await makeMember(id, ['COACH'])
    await take([old])
    expect((await take([{ ...old, owner: mate.email }])).refused).toEqual([
      expect.stringContaining('somebody else’s key'),
    ])
    const theirs = await take(
      [{ ...old, owner: stranger.email }],
      {},
      operatorActor(id, null, 'operator:test'),
    )
    expect(theirs.refused).toEqual([expect.stringContaining('somebody else’s key')])
    expect(await keyOf(old.token)).toMatchObject({ userId: coach().userId })
  })

  it('both rows of a token with two owners, wherever in the file they stand, once it was surveyed', async () => {
    const mate = await makeMember(coach().clubId, ['COACH'])
    const disputed = row()
    const cells = [disputed, ...Array.from({ length: 700 }, () => row()), { ...disputed, owner: mate.email }]
    const { seen, rows: count } = await survey(operator(), found(cells), RULES)
    expect(count).toBe(702)
    const refused: number[] = []
    const totals = await runImport(
      operator(),
      found(cells),
      { ...RULES, onRefused: ({ line }) => void refused.push(line) },
      seen,
    )
    expect(totals).toEqual({ read: 702, imported: 700, known: 0, refused: 2 })
    expect(refused).toEqual([2, 703])
  })

  it('what was revoked or deleted: it stays dead', async () => {
    const [revoked, deleted] = [row(), row()]
    await take([revoked, deleted])
    await revokeApiKey(operator(), {
      id: (await keyOf(revoked.token)).id,
      descendants: true,
      patienceMs: 5_000,
    })
    await deleteApiKey(operator(), { id: (await keyOf(deleted.token)).id })
    const { totals, refused } = await take([revoked, deleted])
    expect(totals).toEqual({ read: 2, imported: 0, known: 1, refused: 1 })
    expect(refused).toEqual([expect.stringContaining('deleted key')])
    expect(await validateApiKey(revoked.token)).toMatchObject({ ok: false, reason: 'revoked' })
    expect(await validateApiKey(deleted.token)).toMatchObject({ ok: false, reason: 'unknown' })
  })
})
