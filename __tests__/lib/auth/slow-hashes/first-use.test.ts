import { setTimeout } from 'node:timers/promises'
import bcrypt, { hash } from '@node-rs/bcrypt'
import { revokeApiKeysBody } from '@/contracts/api-key-revocation'
import { operatorActor } from '@/lib/auth/actor'
import { deleteApiKey, getApiKey, revokeApiKey, revokeApiKeys, validateApiKey } from '@/lib/auth/api-key'
import { digestText } from '@/lib/auth/token'
import { db } from '@/lib/db/client'
import { atFirstUse, mayBeFirstUse, senderOf } from '@/lib/auth/slow-hashes/first-use'
import { makeClub, makeKey, makeMember, useDatabase } from '../../../support/club'
import { runKeys } from '../../../support/keys-command'
import { oldToken, sha256, useImports } from '../../../support/importing'
import { useRows } from '../../../support/rows'

process.env.API_KEY_BCRYPT = 'on'
process.env.API_KEY_OLD_PREFIXES = 'acme_live_,acme_,old-'

const database = useDatabase()
const rows = useRows(database.directUrl)
const { coach, operator, take } = useImports()

const BCRYPT = { kind: 'bcrypt', prefix: 'acme_', minBits: 192 } as const
const COST = 4
const LOOKUP = 12

async function old(token = oldToken(), lookup = token.slice(0, LOOKUP)) {
  return { token, cells: { digest: await hash(token, COST), lookup, owner: coach().email } }
}

async function imported() {
  const { token, cells } = await old()
  expect((await take([cells], BCRYPT)).totals).toMatchObject({ imported: 1 })
  const { apiKeyId: id } = await db().slowHash.findFirstOrThrow({ where: { hash: cells.digest } })
  return { token, cells, id }
}

const use = (token: string, address = '192.0.2.1') =>
  atFirstUse(token, digestText(token), { turn: senderOf(address) })
const slow = (id: string) => db().slowHash.findFirstOrThrow({ where: { apiKeyId: id } })

it('finds a key by its bcrypt hash once: from then on its SHA-256 is there, and the hash is gone', async () => {
  const { token, id } = await imported()
  expect(await validateApiKey(token)).toMatchObject({ ok: false, reason: 'unknown' })
  expect(await getApiKey(operator(), { id })).toMatchObject({
    imported: true,
    start: null,
    last4: null,
    status: 'active',
  })
  expect(mayBeFirstUse(token)).toBe(true)
  expect(await use(token)).toBe(true)
  expect(await validateApiKey(token)).toMatchObject({ ok: true, key: { id } })
  expect(await slow(id)).toMatchObject({ hash: null, lookup: null })
  expect(
    await db().auditEvent.findMany({ where: { targetId: id, action: 'api-key.upgrade' } }),
  ).toMatchObject([{ actorKeyId: id, changes: { kind: { from: 'bcrypt', to: 'sha256' } } }])
})

it('is revoked by its token, too, before anybody has used it, and by its own club alone', async () => {
  const { token, id } = await imported()
  const asked = (given: string) => revokeApiKeysBody.parse({ token: given })
  const stranger = operatorActor((await makeClub()).id, null, 'test')
  const refusal = async (given: string) =>
    revokeApiKeys(stranger, asked(given)).then(
      () => 'revoked',
      (error: { code: string; errors: unknown }) => [error.code, error.errors],
    )
  expect(await refusal(token)).toEqual(await refusal(oldToken()))
  expect(await getApiKey(operator(), { id })).toMatchObject({ status: 'active' })
  expect(await revokeApiKeys(operator(), { ...asked(token), preview: true })).toMatchObject({ count: 1 })
  expect(await slow(id)).not.toMatchObject({ hash: null })
  expect(await revokeApiKeys(operator(), asked(token))).toMatchObject({ count: 1 })
  expect(await getApiKey(operator(), { id })).toMatchObject({ status: 'revoked' })
  expect(await use(token)).toBe(false)
  // Nobody has used it: the log must not say so.
  expect(await db().auditEvent.count({ where: { targetId: id, action: 'api-key.upgrade' } })).toBe(0)
})

it('of a hundred first uses at once one writes', async () => {
  const { token, id } = await imported()
  expect(await Promise.all(Array.from({ length: 100 }, () => use(token)))).toEqual(
    Array.from({ length: 100 }, () => true),
  )
  expect(await db().auditEvent.count({ where: { targetId: id, action: 'api-key.upgrade' } })).toBe(1)
})

it('tells tokens apart that begin alike, and refuses the fifth of them', async () => {
  const begin = oldToken().slice(0, LOOKUP)
  const all = await Promise.all(Array.from({ length: 5 }, () => old(begin + oldToken().slice(LOOKUP))))
  const { totals, refused } = await take(
    all.map(({ cells }) => cells),
    BCRYPT,
  )
  expect({ totals, refused }).toMatchObject({ totals: { imported: 4, refused: 1 }, refused: [expect.stringContaining('begins like four others')] }) // prettier-ignore
  for (const { token } of all.slice(0, 4)) expect(await use(token)).toBe(true)
  expect(await use(all[4]!.token)).toBe(false)
  // Four have gone: now there is room.
  expect((await take([all[4]!.cells], BCRYPT)).totals.imported).toBe(1)
})

it('counts as alike what a longer or shorter beginning leads to', async () => {
  const begin = (more = '') => oldToken().slice(0, LOOKUP) + more
  const under = (lookup: string) => old(lookup + oldToken().slice(LOOKUP), lookup).then(({ cells }) => cells)
  const many = (lookup: string, count: number) =>
    Promise.all(Array.from({ length: count }, () => under(lookup)))
  const imports = async (...cells: Awaited<ReturnType<typeof many>>) => (await take(cells, BCRYPT)).totals
  for (const inOneBatch of [true, false]) {
    for (const [first, fifth] of [
      ['', 'xy'],
      ['xy', ''],
    ] as const) {
      const start = begin()
      const [four, one] = [await many(start + first, 4), await under(start + fifth)]
      const totals = inOneBatch ? [await imports(...four, one)] : [await imports(...four), await imports(one)]
      expect(totals.map(({ refused }) => refused)).toEqual(inOneBatch ? [1] : [0, 1])
    }
    // No token begins as both of the longer ones do.
    const start = begin()
    const [three, x, y] = [await many(start, 3), await under(`${start}x`), await under(`${start}y`)]
    if (!inOneBatch) expect(await imports(...three)).toMatchObject({ imported: 3 })
    expect(await imports(...(inOneBatch ? three : []), x, y)).toMatchObject({ refused: 0 })
    expect(await imports(await under(start))).toMatchObject({ refused: 1 })
  }
})

it('finds a key whichever of two prefixes that fit its token it was imported under', async () => {
  for (const prefix of ['acme_', 'acme_live_']) {
    const token = `acme_live_${oldToken().slice(5)}`
    const { cells } = await old(token, token.slice(0, prefix.length + 3))
    expect((await take([cells], { ...BCRYPT, prefix })).totals.imported).toBe(1)
    expect(await use(token)).toBe(true)
  }
})

it('says no to another token with the same beginning, and does not compute it twice', async () => {
  const { token } = await imported()
  const wrong = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`
  expect(await use(wrong)).toBe(false)
  const began = performance.now()
  for (let n = 0; n < 1_000; n++) expect(await use(wrong)).toBe(false)
  expect(performance.now() - began).toBeLessThan(500)
  expect(await use(token)).toBe(true)
})

it('finds a key that another process imported after its client had tried, though nobody tells this one', async () => {
  const { token, cells } = await old()
  expect(await use(token)).toBe(false)
  const source = `digest,lookup,owner\n${cells.digest},${cells.lookup},${cells.owner}\n`
  const { slug } = await db().club.findUniqueOrThrow({ where: { id: coach().clubId } })
  const args = [
    '--kind',
    'bcrypt',
    '--prefix',
    'acme_',
    '--min-bits',
    '192',
    '--scope',
    'practices:read',
    '-',
  ]
  const done = await runKeys(database, ['import', '--club', slug, ...args], { stdin: source })
  expect(done).toMatchObject({ code: 0 })
  const until = Date.now() + 15_000
  let good = false
  while (!good && Date.now() < until) {
    await setTimeout(250)
    good = await use(token)
  }
  expect(good).toBe(true)
}, 60_000)

it.each<[string, string]>([
  ['another prefix', 'other_3b9f2c41d8e7a605'],
  ['a key of ours', 'sk_club_3b9f2c41d8e7a605'],
  ['more than the 72 bytes that bcrypt reads', `acme_${'x'.repeat(68)}`],
])('does not try %s', (_, token) => expect(mayBeFirstUse(token)).toBe(false))

it('knows what was imported once, whatever became of it', async () => {
  const [used, revoked, deleted] = [await imported(), await imported(), await imported()]
  await use(used.token)
  await revokeApiKey(operator(), { id: revoked.id, descendants: true, patienceMs: 5_000 })
  expect(await slow(revoked.id)).toMatchObject({ hash: null })
  expect(await use(revoked.token)).toBe(false)
  await deleteApiKey(operator(), { id: deleted.id })
  const again = await take([used.cells, revoked.cells, deleted.cells], BCRYPT)
  expect(again.totals).toEqual({ read: 3, imported: 0, known: 2, refused: 1 })
  await use(used.token)
  await deleteApiKey(operator(), { id: used.id })
  expect((await take([used.cells], BCRYPT)).totals).toMatchObject({ refused: 1 })
  for (const { token } of [used, revoked, deleted]) {
    await use(token)
    expect(await validateApiKey(token)).toMatchObject({ ok: false })
  }
})

it('does not give a deleted key’s token to another key', async () => {
  const { token, id } = await imported()
  await db().apiKeyTombstone.create({
    data: { digest: sha256(token), apiKeyId: crypto.randomUUID(), clubId: coach().clubId },
  })
  await use(token)
  expect(await validateApiKey(token)).toMatchObject({ ok: false, reason: 'unknown' })
  expect(await slow(id)).toMatchObject({ hash: expect.any(String) })
})

it.each<[string, object]>([
  ['a cost of 13', { digest: `$2b$13$${'a'.repeat(53)}` }],
  ['a cost of 31', { digest: `$2b$31$${'a'.repeat(53)}` }],
  ['another scheme', { digest: `$argon2id$v=19$m=65536,t=3,p=4$${'a'.repeat(30)}` }],
  ['a hash cut off', { digest: `$2b$10$${'a'.repeat(52)}` }],
  ['no beginning', { lookup: '' }],
  ['a beginning that all have', { lookup: 'acme_ab' }],
  ['the beginning of others', { lookup: 'other_abcdef' }],
])('refuses %s', async (_, cells) => {
  const { cells: fine } = await old()
  expect((await take([{ ...fine, ...cells }], BCRYPT)).totals).toMatchObject({ imported: 0, refused: 1 })
})

it('the database itself keeps a costly hash out, a hash in its place, and a digest as it is', async () => {
  const { id } = await imported()
  const attempt = (sql: string) =>
    rows.query(sql).then(
      () => 'done',
      (error: { code: string }) => error.code,
    )
  const insert = (hashed: string) => `INSERT INTO "SlowHash" VALUES ('\\x${'ab'.repeat(32)}', '${coach().clubId}', '${id}', 'acme_abcd', '${hashed}')` // prettier-ignore
  expect(await attempt(insert(`$2b$31$${'a'.repeat(53)}`))).toBe('23514')
  expect(
    await attempt(`UPDATE "SlowHash" SET "hash" = '$2b$04$${'b'.repeat(53)}' WHERE "apiKeyId" = '${id}'`),
  ).toMatch(/^23/)
  expect(await attempt(`DELETE FROM "SlowHash"`)).toMatch(/^23/)
  const { token, id: used } = await imported()
  await use(token)
  expect(
    await attempt(`UPDATE "ApiKey" SET "digest" = '\\x${'cd'.repeat(32)}' WHERE "id" = '${used}'`),
  ).toMatch(/^23/)
})

it('a flood of guesses computes little, and keeps nobody else out for long', async () => {
  const costly = oldToken()
  await take(
    [{ digest: await hash(costly, 10), lookup: costly.slice(0, LOOKUP), owner: coach().email }],
    BCRYPT,
  )
  const guesses = Array.from({ length: 1_000 }, (_, n) => `${costly.slice(0, LOOKUP)}${n}guess`)
  const flood = Promise.allSettled(guesses.map((guess) => use(guess, '198.51.100.9')))
  // A client that is told 503 comes again.
  let good = false
  for (let tries = 0; !good && tries < 10; tries++) good = await use(costly, '192.0.2.7').catch(() => false)
  expect(good).toBe(true)
  const reasons = (await flood).flatMap((answer) =>
    answer.status === 'rejected' ? [(answer.reason as { code: string }).code] : [],
  )
  expect(new Set(reasons)).toEqual(new Set(['unavailable']))
}, 60_000)

it('all addresses of one network share its turns and its place in the queue', async () => {
  const costly = oldToken()
  await take(
    [{ digest: await hash(costly, 10), lookup: costly.slice(0, LOOKUP), owner: coach().email }],
    BCRYPT,
  )
  let turnedAway = () => {}
  const full = new Promise<void>((resolve) => (turnedAway = resolve))
  const flood = Array.from({ length: 700 }, (_, n) =>
    use(`${costly.slice(0, LOOKUP)}${n}network`, `2001:db8:1:2::${n.toString(16)}`).catch(() => turnedAway()),
  )
  await full
  expect(await use(costly, '2001:db8:1:3::1')).toBe(true)
  await Promise.all(flood)
}, 60_000)

it('G13: is revoked by its token, however many first uses from the same address wait', async () => {
  const [{ token, id }, costly, caller] = [await imported(), oldToken(), await makeKey(coach())]
  await take(
    [{ digest: await hash(costly, 10), lookup: costly.slice(0, LOOKUP), owner: coach().email }],
    BCRYPT,
  )
  const { address } = caller.actor.trace
  const flood = (network: number) =>
    Array.from({ length: 70 }, (_, n) => {
      const guess = `${costly.slice(0, LOOKUP)}${n}of${network}`
      const turn = network === 0 ? senderOf(address) : senderOf(`192.0.${network}.1`)
      return atFirstUse(guess, digestText(guess), { turn }).then(
        () => false,
        () => true,
      )
    })
  const all = Array.from({ length: 10 }, (_, network) => flood(network)).flat()
  await Promise.race(all.map((one) => one.then((turnedAway) => turnedAway || new Promise(() => {}))))
  expect(await revokeApiKeys(caller.actor, revokeApiKeysBody.parse({ token }))).toMatchObject({ count: 1 })
  expect(await getApiKey(operator(), { id })).toMatchObject({ status: 'revoked' })
  await Promise.all(all)
}, 60_000)

it('G3: another club’s revocation by token computes nothing', async () => {
  const verify = jest.spyOn(bcrypt, 'verify')
  try {
    const { token } = await imported()
    const rival = await makeKey(await makeMember((await makeClub()).id, ['CLUB_ADMIN']))
    const revoke = ({ actor }: typeof rival) =>
      revokeApiKeys(actor, revokeApiKeysBody.parse({ token })).catch((error: { code: string }) => error.code)
    expect(await revoke(rival)).toBe('validation_failed')
    expect(verify).not.toHaveBeenCalledWith(token, expect.anything())
    expect(await revoke(await makeKey(coach()))).toMatchObject({ count: 1 })
    expect(verify).toHaveBeenCalledWith(token, expect.anything())
  } finally {
    verify.mockRestore()
  }
})

it('ten thousand tokens of the old shape that begin like none compute nothing', async () => {
  const { token } = await imported()
  const began = process.cpuUsage()
  for (let n = 0; n < 100; n++)
    await Promise.all(Array.from({ length: 100 }, (_, at) => use(`acme_zz${n}-${at}-${'x'.repeat(20)}`)))
  expect(process.cpuUsage(began).user / 1e6).toBeLessThan(30)
  expect(await use(token)).toBe(true)
}, 60_000)

it('another owner’s row for the same hash is refused', async () => {
  const { cells } = await imported()
  const mate = await makeMember(coach().clubId, ['COACH'])
  expect((await take([{ ...cells, owner: mate.email }], BCRYPT)).totals).toMatchObject({ refused: 1 })
})
