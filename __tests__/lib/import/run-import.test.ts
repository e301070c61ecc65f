import { randomBytes } from 'node:crypto'
import { operatorActor } from '@/lib/auth/actor'
import { createApiKey, getApiKey, listApiKeys, rotateApiKey, validateApiKey } from '@/lib/auth/api-key'
import { db } from '@/lib/db/client'
import { makeKey, makeMember, makeServiceAccount, useDatabase } from '../../support/club'
import { DAY_MS, keyOf, oldToken, sha256, useImports } from '../../support/importing'
import { useRows } from '../../support/rows'

const database = useDatabase()
const rows = useRows(database.directUrl)
const { coach, operator, row, take } = useImports()

it('takes over what a row says, and the old token is good from then on', async () => {
  const old = row({
    name: 'Scoreboard',
    scopes: 'practices:write, practices:read practices:read',
    created: '2024-02-29 10:00:00.123456+02',
    expires: String(Date.now() + DAY_MS),
    used: '1700000000',
    metadata: '{"plan":"gold","n":5}',
  })
  expect(await take([old])).toEqual({ totals: { read: 1, imported: 1, known: 0, refused: 0 }, refused: [] })
  const key = await keyOf(old.token)
  expect(key).toMatchObject({
    clubId: coach().clubId,
    userId: coach().userId,
    name: 'Scoreboard',
    scopes: ['practices:read', 'practices:write'],
    createdAt: new Date('2024-02-29T08:00:00.123Z'),
    metadata: { plan: 'gold', n: 5 },
    imported: true,
    start: old.token.slice(0, 4),
    last4: old.token.slice(-4),
    use: { lastUsedAt: new Date(1_700_000_000_000) },
  })
  expect(await validateApiKey(old.token)).toMatchObject({
    ok: true,
    key: { id: key.id, userId: coach().userId },
  })
  expect(await getApiKey(operator(), { id: key.id })).toMatchObject({
    imported: true,
    last4: old.token.slice(-4),
  })
})

it('is on record: one row for each key, with what its strength was judged by', async () => {
  const old = row()
  await take([old])
  const { id } = await keyOf(old.token)
  const events = await db().auditEvent.findMany({ where: { targetId: id } })
  expect(events).toMatchObject([
    {
      action: 'api-key.import',
      actorKind: 'operator',
      changes: {
        kind: { to: 'plaintext' },
        estimatedBits: { to: expect.any(Number) },
        ownerId: { to: coach().userId },
      },
    },
  ])
  const digest = sha256('x'.repeat(40))
  await take([{ digest: digest.toString('hex'), owner: coach().email }], { kind: 'sha256', minBits: 160 })
  const made = await db().apiKey.findUniqueOrThrow({ where: { digest } })
  expect(await db().auditEvent.findMany({ where: { targetId: made.id } })).toMatchObject([
    { changes: { kind: { to: 'sha256' }, minBits: { to: 160 } } },
  ])
})

it.each<[string, (digest: Buffer) => string]>([
  ['hex', (digest) => digest.toString('hex')],
  ['hex in capitals', (digest) => digest.toString('hex').toUpperCase()],
  ['hex as Postgres prints it', (digest) => `\\x${digest.toString('hex')}`],
  ['base64', (digest) => digest.toString('base64')],
  ['base64 without padding', (digest) => digest.toString('base64').replace('=', '')],
  ['base64url, as Better Auth keeps it', (digest) => digest.toString('base64url')],
])('takes a SHA-256 in %s; start and last4 are null', async (_, write) => {
  for (let n = 0; n < 8; n++) {
    const old = oldToken()
    const { totals } = await take([{ digest: write(sha256(old)), owner: coach().email }], { kind: 'sha256', minBits: 128 }) // prettier-ignore
    expect(totals.imported).toBe(1)
    const verified = await validateApiKey(old)
    expect(verified).toMatchObject({ ok: true })
    const { id } = await keyOf(old)
    expect(await getApiKey(operator(), { id })).toMatchObject({ start: null, last4: null, imported: true })
  }
})

it('does nothing twice', async () => {
  const all = Array.from({ length: 1_203 }, () => row())
  expect((await take(all)).totals).toEqual({ read: 1203, imported: 1203, known: 0, refused: 0 })
  const before = await rows.of(coach().clubId)
  expect((await take(all)).totals).toEqual({ read: 1203, imported: 0, known: 1203, refused: 0 })
  expect(await rows.of(coach().clubId)).toEqual(before)
})

it('counts a token that stands twice in a file once', async () => {
  const one = row()
  const other = row()
  expect((await take([one, other, one, { ...one, name: 'again' }])).totals).toEqual({ read: 4, imported: 2, known: 2, refused: 0 }) // prettier-ignore
})

it.each(['by email', 'by id', 'by membership', 'in other letters'])('finds an owner %s', async (how) => {
  const { id } = await db().membership.findFirstOrThrow({ where: { userId: coach().userId } })
  const owner = { 'by email': coach().email, 'by id': coach().userId, 'by membership': id, 'in other letters': coach().email.toUpperCase() }[how] // prettier-ignore
  const old = row({ owner: owner ?? '' })
  expect((await take([old])).totals.imported).toBe(1)
  expect(await keyOf(old.token)).toMatchObject({ userId: coach().userId })
})

it('a service account whose name is a member’s address or id takes none of their keys', async () => {
  const { clubId, userId, email } = coach()
  const mate = await makeMember(clubId, ['COACH'])
  for (const [name, owner] of [
    [email, email],
    [userId, userId],
    [mate.userId.toUpperCase(), mate.userId.toUpperCase()],
    ['nobody@example.test', 'nobody@example.test'],
  ] as const) {
    const account = await makeServiceAccount(clubId, ['COACH'], name)
    const cells = [row({ owner: account.userId }), row({ owner })]
    const [its, theirs] = cells
    const { totals } = await take(cells)
    expect(await keyOf(its!.token)).toMatchObject({ userId: account.userId })
    const owned = await db().apiKey.findMany({ where: { digest: sha256(theirs!.token) } })
    expect(owned.map((key) => key.userId)).not.toContain(account.userId)
    expect(totals.refused).toBe(owner.startsWith('nobody') ? 1 : 0)
  }
})

it('finds a service account by its name', async () => {
  const robot = await makeServiceAccount(coach().clubId, ['COACH'], 'the robot')
  const old = row({ owner: 'the robot' })
  await take([old])
  expect(await keyOf(old.token)).toMatchObject({ userId: robot.userId })
})

it('a dry run says the same and writes nothing', async () => {
  const twice = row()
  const disputed = row()
  const mate = await makeMember(coach().clubId, ['COACH'])
  const cells = [
    twice,
    row({ scopes: 'audit:read' }),
    twice,
    disputed,
    ...Array.from({ length: 600 }, () => row()),
    twice,
  ]
  const before = await rows.all()
  const dry = await take(cells, { dryRun: true })
  expect(await rows.all()).toEqual(before)
  expect(await take(cells)).toEqual(dry)
  expect(dry.totals).toEqual({ read: 605, imported: 602, known: 2, refused: 1 })
  expect((await take([{ ...disputed, owner: mate.email }])).totals.refused).toBe(1)
})

it('lets a weak token in for 90 days, and a deadline ends it', async () => {
  const deadline = new Date(Date.now() + 30 * DAY_MS)
  const [weak, strong, sooner] = [
    row({ token: 'hunter2hunter2' }),
    row(),
    row({ expires: new Date(Date.now() + DAY_MS).toISOString() }),
  ]
  expect((await take([weak, strong, sooner], { allowWeak: true, deadline })).totals.imported).toBe(3)
  expect((await keyOf(weak.token)).expiresAt).toEqual(deadline)
  expect((await keyOf(strong.token)).expiresAt).toEqual(deadline)
  expect((await keyOf(sooner.token)).expiresAt).not.toEqual(deadline)
})

it('shows no characters of a token that is hardly strong enough', async () => {
  const old = row({ token: randomBytes(16).toString('hex') })
  const long = row({ token: `acme_${randomBytes(16).toString('hex')}` })
  await take([old])
  await take([long], { prefix: 'acme_' })
  expect(await keyOf(old.token)).toMatchObject({ start: old.token.slice(0, 4), last4: old.token.slice(-4) })
  expect(await keyOf(long.token)).toMatchObject({
    start: long.token.slice(0, 9),
    last4: long.token.slice(-4),
  })
  const weak = row({
    token: randomBytes(12).toString('hex'),
    expires: new Date(Date.now() + DAY_MS).toISOString(),
  })
  await take([weak], { allowWeak: true })
  expect(await keyOf(weak.token)).toMatchObject({ start: '', last4: '' })
})

it('rotating an imported key gives one that is made here', async () => {
  const old = row()
  await take([old])
  const { id } = await keyOf(old.token)
  const owner = operatorActor(coach().clubId, coach().userId, 'test')
  const next = await rotateApiKey(owner, { id, graceSeconds: 60 })
  expect(next).toMatchObject({ imported: false, key: expect.stringMatching(/^sk_club_/) })
  expect(await validateApiKey(old.token)).toMatchObject({ ok: true })
})

it('two imports of the same rows at once import each key once', async () => {
  const all = Array.from({ length: 2_000 }, () => row())
  const turned = [...all].reverse()
  const done = await Promise.all([take(all), take(turned), take(all)])
  expect(done.flatMap(({ refused }) => refused)).toEqual([])
  expect(done.reduce((sum, { totals }) => sum + totals.imported, 0)).toBe(2_000)
  expect(await db().apiKey.count({ where: { clubId: coach().clubId } })).toBe(2_000)
  expect(await db().auditEvent.count({ where: { clubId: coach().clubId } })).toBe(2_000)
}, 120_000)

it('two imports at once that name two owners: each key has one of them', async () => {
  const mate = await makeMember(coach().clubId, ['COACH'])
  const all = Array.from({ length: 600 }, () => row())
  const [mine, theirs] = await Promise.all([
    take(all),
    take(all.map((one) => ({ ...one, owner: mate.email })).reverse()),
  ])
  expect(mine.totals.imported + theirs.totals.imported).toBe(600)
  expect(mine.totals.refused + theirs.totals.refused).toBe(600)
}, 120_000)

it('what a token was refused for before its import is forgotten with it', async () => {
  const old = row()
  expect(await validateApiKey(old.token)).toMatchObject({ ok: false })
  await take([old])
  expect(await validateApiKey(old.token)).toMatchObject({ ok: true })
})

it('a member who leaves takes imported keys along, and nothing can be imported for them', async () => {
  const old = row()
  await take([old])
  await db().membership.updateMany({ where: { userId: coach().userId }, data: { status: 'REMOVED' } })
  expect(await validateApiKey(old.token)).toMatchObject({ ok: false, reason: 'revoked' })
  expect((await take([old, row()])).totals).toEqual({ read: 2, imported: 0, known: 0, refused: 2 })
})

it('leaves a key of ours as it is', async () => {
  const ours = await createApiKey(operatorActor(coach().clubId, coach().userId, 'test'), {
    name: 'ours',
    scopes: ['practices:read'],
  })
  expect((await take([row({ token: ours.key, name: 'theirs' })])).totals).toMatchObject({ known: 1 })
  expect(await getApiKey(operator(), { id: ours.id })).toMatchObject({ name: 'ours', imported: false })
})

it('says which keys were imported, and which of them are in use', async () => {
  const [used, unused] = [row({ used: String(Date.now() - DAY_MS) }), row()]
  await take([used, unused])
  const ours = await makeKey(coach())
  const ids = async (filter: object) =>
    (await listApiKeys(operator(), { limit: 10, ...filter })).data.map(({ id }) => id)
  const [a, b] = [(await keyOf(used.token)).id, (await keyOf(unused.token)).id]
  expect((await ids({ imported: 'true' })).sort()).toEqual([a, b].sort())
  expect(await ids({ imported: 'false' })).toEqual([ours.id])
  expect(await ids({ imported: 'true', usedSince: new Date(Date.now() - 7 * DAY_MS) })).toEqual([a])
})
