import { Client } from 'pg'
import { apiKeyFilter } from '@/contracts/api-key-filter'
import { listApiKeysQuery } from '@/contracts/api-key'
import { revokeApiKeysBody } from '@/contracts/api-key-revocation'
import { operatorActor } from '@/lib/auth/actor'
import { listApiKeys, revokeApiKeys, rotateApiKey, updateApiKey } from '@/lib/auth/api-key'
import { metadataTerms } from '@/lib/auth/metadata-terms'
import { db } from '@/lib/db/client'
import { nestPairs } from '@/lib/nested-pairs'
import { makeKey, twoClubs, useDatabase, type Member } from '../../support/club'
import { dearNodes, plansOf } from '../../support/plans'
import { sessionOf } from '../../support/sign-in'

const database = useDatabase()

type Metadata = Parameters<typeof updateApiKey>[1]['metadata']

async function keyWith(owner: Member, name: string, metadata: object) {
  const { id, token } = await makeKey(owner, { name })
  await updateApiKey(operatorActor(owner.clubId, owner.userId, 'test'), {
    id,
    metadata: metadata as Metadata,
  })
  return { id, token }
}

const KEYS: Record<string, object> = {
  prod: { env: 'prod', owner: { team: 'web', 'on.call': 'Åsa' }, tags: ['a', 'b'], n: 5 },
  test: { env: 'test', owner: { team: 'web' }, n: '5', on: true, off: null },
  odd: {
    'env/x': 'prod',
    env: "prod' OR '1'='1",
    list: [[{ deep: ['inner'] }]],
    zero: 0,
    empty: '',
    small: 0.5,
  },
  none: {},
}

async function setup() {
  const { home, rival } = await twoClubs()
  for (const [name, metadata] of Object.entries(KEYS))
    if (name !== 'odd') await keyWith(home.coach, name, metadata)
  const { 'env/x': _, ...odd } = KEYS.odd as Record<string, unknown>
  await keyWith(home.coach, 'odd', odd)
  await keyWith(rival.coach, 'theirs', { env: 'prod' })
  const admin = await sessionOf(home.admin)
  const find = async (metadata: object, actor = admin) => {
    const query = listApiKeysQuery.parse({ metadata, sort: 'name' })
    return (await listApiKeys(actor, query)).data.map(({ name }) => name)
  }
  return { home, rival, admin, find }
}

describe('keys by their metadata', () => {
  it('are found by a value in its place, in a list, however deep, and by all of several', async () => {
    const { home, find } = await setup()
    const found: [object, string[]][] = [
      [{ env: 'prod' }, ['prod']],
      [{ env: 'PROD' }, []],
      [{ env: 'pro' }, []],
      [{ owner: { team: 'web' } }, ['prod', 'test']],
      [{ owner: { team: 'web' }, env: 'test' }, ['test']],
      [{ owner: { 'on.call': 'Åsa' } }, ['prod']],
      [{ team: 'web' }, []],
      [{ owner: 'web' }, []],
      [{ tags: 'b' }, ['prod']],
      [{ n: '5' }, ['prod', 'test']],
      [{ n: 5 }, ['prod', 'test']],
      [{ on: 'true' }, ['test']],
      [{ on: true }, ['test']],
      [{ off: 'null' }, ['test']],
      [{ off: null }, ['test']],
      [{ zero: '0' }, ['odd']],
      [{ empty: '' }, ['odd']],
      [{ small: '0.5' }, ['odd']],
      [{ list: { deep: 'inner' } }, ['odd']],
      [{ env: "prod' OR '1'='1" }, ['odd']],
      [{ env: '%' }, []],
      [{ constructor: 'x' }, []],
    ]
    for (const [metadata, names] of found)
      expect({ metadata, found: await find(metadata) }).toEqual({ metadata, found: names })
    expect(await find({ env: 'prod' }, await sessionOf(home.athlete))).toEqual([])
    expect(await find({ env: 'prod' }, await sessionOf(home.coach))).toEqual(['prod'])
  })

  it('follow a change and a rotation, whoever makes it', async () => {
    const { home, find } = await setup()
    const { id } = await keyWith(home.coach, 'moving', { env: 'stage' })
    await rotateApiKey(await sessionOf(home.coach), { id })
    expect(await find({ env: 'stage' })).toEqual(['moving', 'moving'])
    await db()
      .$executeRaw`UPDATE "ApiKey" SET "metadata" = '{"env": "later"}', "metadataTerms" = '{made up}' WHERE "id" = ${id}::uuid`
    expect(await find({ env: 'stage' })).toEqual(['moving'])
    expect(await find({ env: 'later' })).toEqual(['moving'])
    await updateApiKey(await sessionOf(home.coach), { id, metadata: {} })
    expect(await find({ env: 'later' })).toEqual([])
  })

  it('have a page after a page, in whatever order the values are asked for', async () => {
    const { home, admin } = await setup()
    for (let n = 0; n < 3; n++) await keyWith(home.coach, `page ${n}`, { env: 'many', k: { a: 1 } })
    const asked = [
      { env: 'many', k: { a: '1' } },
      { k: { a: '1' }, env: 'many' },
    ]
    const names: string[] = []
    let cursor: string | undefined
    for (let n = 0; n < 3; n++) {
      const query = listApiKeysQuery.parse({ metadata: asked[n % 2], sort: 'name', limit: '1', cursor })
      const page = await listApiKeys(admin, query)
      names.push(...page.data.map(({ name }) => name))
      cursor = page.nextCursor ?? undefined
    }
    expect([names, cursor]).toEqual([['page 0', 'page 1', 'page 2'], undefined])
    const first = await listApiKeys(admin, listApiKeysQuery.parse({ metadata: asked[0], limit: '1' }))
    const other = { metadata: { env: 'prod' }, limit: '1', cursor: first.nextCursor }
    await expect(listApiKeys(admin, listApiKeysQuery.parse(other))).rejects.toMatchObject({
      errors: [{ path: 'cursor' }],
    })
  })

  it('are revoked by them, and no others', async () => {
    const { admin, find } = await setup()
    const filter = { metadata: { owner: { team: 'web' } } }
    const asked = revokeApiKeysBody.parse({ filter, expectedCount: 2 })
    expect(await revokeApiKeys(admin, asked)).toMatchObject({ count: 2 })
    const live = await listApiKeys(admin, listApiKeysQuery.parse({ status: 'active', limit: '100' }))
    expect(live.data.map(({ name }) => name)).toEqual(expect.arrayContaining(['odd', 'none']))
    expect(await find({ env: 'prod' })).toEqual(['prod'])
  })

  it('are found by a number however it is written, as numbers compare', async () => {
    const { home, find } = await setup()
    const numbers = {
      tiny: 1e-7,
      nil: 0,
      many: 100_000,
      one: 1,
      half: 0.5,
      less: -2.5,
      big: '9007199254740993',
    }
    await keyWith(home.coach, 'numbers', { ...numbers, list: [1e-7, { deep: 1e-7 }], text: '1e-7' })
    for (const [name, ...written] of [
      ['tiny', '1e-7', '1E-7', '0.0000001', '0.00000010', '10e-8', '1e-07'],
      ['nil', '0', '-0', '0.0', '0e5', '-0.0E-3'],
      ['many', '100000', '1e5', '1E5', '1E+5', '100000.0', '0.1e6'],
      ['one', '1', '1.0', '1e0', '10E-1'],
      ['half', '0.5', '5e-1', '0.50'],
      ['less', '-2.5', '-25e-1', '-2.50'],
      ['big', '9007199254740993'],
      ['list', '1e-7', '0.0000001'],
      ['text', '1e-7'],
    ] as const)
      for (const one of written)
        expect([name, one, await find({ [name]: one })]).toEqual([name, one, ['numbers']])
    expect(await find({ list: { deep: '10E-8' } })).toEqual(['numbers'])
    for (const [name, ...written] of [
      ['tiny', '1e-8', '-1e-7', '01e-7', '+1e-7', '1e-7x', ' 1e-7', '1e', '.1e-6', '0x1', '1e-400'],
      ['nil', '', '-', '00', '1e-400x'],
      ['big', '9007199254740992', '9007199254740993.0', '9.007199254740993e15'],
      ['one', '1e400', 'Infinity', '1,0', '0.9999999999999999999999'],
      ['text', '0.0000001'],
    ] as const)
      for (const one of written) expect([name, one, await find({ [name]: one })]).toEqual([name, one, []])
  })

  it('have the terms that the database makes, and are of one club', async () => {
    const club = '0190d9a0-0000-7000-8000-000000000000'
    const numbers = { n: 1.5, tiny: 1e-7, less: -1.25e-9, least: 5e-324, most: 9007199254740991 }
    const kept = { a: { b: ['x', 'é"\\'] }, ...numbers, t: true, z: null, e: '' }
    const [row] = await db().$queryRaw<
      { terms: string[] }[]
    >`SELECT metadata_terms(${club}, ${kept}::jsonb) AS terms`
    const asked = [{ a: { b: 'x' } }, { a: { b: 'é"\\' } }, numbers, { t: true }, { z: null }, { e: '' }]
    expect(row?.terms.sort()).toEqual(asked.flatMap((one) => metadataTerms(club, one).flat()).sort())
    expect(metadataTerms(club, { e: '' })).not.toEqual(metadataTerms(club.replace('0190', '0191'), { e: '' }))
  })

  it('cost no more than an index holds, among 100,000 keys', async () => {
    const { home, admin } = await setup()
    const client = new Client(database.directUrl())
    await client.connect()
    await client.query(
      `INSERT INTO "ApiKey" ("id", "clubId", "userId", "name", "digest", "start", "last4", "scopes", "updatedAt", "createdAt", "metadata")
       SELECT g, $1, $2, 'many', sha256(g::text::bytea), 'sk', 'last', '{practices:read}', now(), now() - n * interval '1 second',
         jsonb_build_object('env', CASE n % 3 WHEN 0 THEN 'prod' ELSE 'test' END, 'n', n, 'owner', jsonb_build_object('team', n % 500))
       FROM (SELECT n, gen_random_uuid() AS g FROM generate_series(1, 100000) n) s`,
      [home.clubId, home.coach.userId],
    )
    await client.query('VACUUM ANALYZE "ApiKey"')
    await client.end()
    const asked = [
      [{ n: '99999' }, 1],
      [{ n: 'no' }, 0],
      [{ env: 'prod' }, 20],
      [{ owner: { team: '7' } }, 20],
      [{ env: 'prod', owner: { team: '7' } }, 20],
    ] as const
    for (const [metadata, count] of asked) {
      const query = listApiKeysQuery.parse({ metadata })
      expect((await listApiKeys(admin, query)).data).toHaveLength(count)
      const plans = await plansOf(database.directUrl(), () => listApiKeys(admin, query))
      expect({ metadata, dear: dearNodes(plans, ['ApiKey']) }).toEqual({ metadata, dear: [] })
    }
  }, 120_000)
})

describe('what is asked of metadata', () => {
  const wrong = (metadata: unknown) =>
    apiKeyFilter.safeParse({ metadata }).error?.issues.map(({ path }) => path.join('.'))

  it('is a few values in their places', () => {
    expect(apiKeyFilter.safeParse({ metadata: { a: 'x', b: { c: 1, d: null } } }).success).toBe(true)
    for (const bad of [
      'x',
      [],
      null,
      {},
      { a: {} },
      { a: { b: {} } },
      { a: ['x'] },
      { 'a b': 'x' },
      { '': 'x' },
      { a: { 'x/y': 'x' } },
      { a: 'x'.repeat(257) },
      { a: '\u0000' },
      { a: '\ud800' },
    ])
      // prettier-ignore
      expect({ bad, wrong: wrong(bad) }).toEqual({ bad, wrong: [expect.stringMatching(/^metadata/)] })
    const many = Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`a${n}`, n]))
    expect(wrong(many)).toEqual(['metadata'])
    const deep = Array.from({ length: 40 }).reduce<object>((inner) => ({ a: inner }), { a: 'x' })
    expect(wrong(deep)).toEqual(['metadata.a'])
  })

  it('stands in pairs', () => {
    const nest = (...pairs: [string, string][]) => nestPairs(pairs, ['metadata'])
    expect(nest(['metadata[a]', '1'], ['metadata[b][c.d]', '2'], ['q', 'x'])).toEqual({
      metadata: { a: '1', b: { 'c.d': '2' } },
      q: 'x',
    })
    for (const name of ['metadata[a', 'metadata[a]b', 'metadata[[a]]', 'x[a]', '[a]', 'metadata]'])
      expect(nest([name, '1'])).toEqual({ [name]: '1' })
    expect(nest(['metadata[]', '1'])).toEqual({ metadata: { '': '1' } })
    expect(nest(['metadata[constructor][prototype]', '1']).metadata).toEqual(
      JSON.parse('{"constructor":{"prototype":"1"}}'),
    )
    for (const two of [
      ['metadata[a]', 'metadata[a][b]'],
      ['metadata[a][b]', 'metadata[a]'],
      ['metadata', 'metadata[a]'],
      ['metadata[a]', 'metadata'],
    ])
      // prettier-ignore
      expect(() => nest([two[0] ?? '', '1'], [two[1] ?? '', '2'])).toThrow(/not valid/)
    for (const name of ['metadata[__proto__]', 'metadata[a][__proto__]', 'metadata[__proto__][a]'])
      expect(() => nest([name, '1'])).toThrow(/not valid/)
    expect(({} as Record<string, unknown>).a).toBeUndefined()
  })
})
