import { randomUUID } from 'node:crypto'
import { MAX_TOLD } from '@/contracts/bounds'
import { operatorActor } from '@/lib/auth/actor'
import { endAllLines } from '@/lib/auth/end-line'
import { deleteApiKey, revokeApiKey, updateApiKey } from '@/lib/auth/api-key'
import { db } from '@/lib/db/client'
import { flushUses } from '@/lib/usage/record'
import { makeClub, makeKey, makeMember, type Member } from '../support/club'
import { makeManyKeys } from '../support/many-keys'
import { BODY, madeOnceBy, post, useRecords } from '../support/idempotency'
import { ask, signedIn } from '../support/in-process'
import { ageSession, setMembership } from '../support/sign-in'
import { countStatements } from '../support/statements'
import { demand } from '../support/policy'

const { database, rows, owner, people, age } = useRecords()

let coach: Member
let admin: Member
beforeAll(async () => {
  const { clubId, ...both } = people()
  ;({ coach, admin } = both)
  await demand(clubId, { maxLiveKeysPerMember: 1000 })
})

/** What a change leaves: keys, practices, members and the audit log; not the records themselves. */
const left = async () => (await rows.all()).filter((row) => !row.startsWith('IdempotencyRecord '))

const madeOnce = (member = coach) => madeOnceBy(member)

describe('the same request under one Idempotency-Key', () => {
  it('gets the first answer, token and all, and changes nothing', async () => {
    const { first, again } = await madeOnce()
    const before = await left()
    const second = await again()
    expect(second).toMatchObject({ status: 201, replayed: 'true', text: first.text })
    expect(first.json.key).toMatch(/^sk_club_/)
    expect(await left()).toEqual(before)
    expect(await ask({ token: second.json.key }, 'GET', 'whoami')).toMatchObject({ status: 200 })
  })

  it('is the same however its JSON is written', async () => {
    const { token } = await makeKey(coach)
    const key = randomUUID()
    const one = await post({ token }, 'practices', { title: 'x', startsAt: '2027-03-01T18:00:00Z' }, key)
    const other = await post({ token }, 'practices', { startsAt: '2027-03-01T18:00:00Z', title: 'x' }, key)
    expect(other).toMatchObject({ status: 201, replayed: 'true', text: one.text })
  })

  it.each<[string, string, unknown]>([
    ['another body', 'api-keys', { ...BODY, name: 'another' }],
    ['one more field', 'api-keys', { ...BODY, metadata: {} }],
    ['a query', 'api-keys?x=1', BODY],
    ['another path', 'practices', { title: 'x', startsAt: '2027-03-01T18:00:00Z' }],
    ['another row', `api-keys/${randomUUID()}/revoke`, undefined],
  ])('with %s is refused, and changes nothing', async (_, target, body) => {
    const caller = await makeKey(coach)
    const key = randomUUID()
    await post(caller, 'api-keys', BODY, key)
    const before = await left()
    expect(await post(caller, target, body, key)).toMatchObject({
      status: 422,
      json: { code: 'idempotency_key_reused' },
    })
    expect(await left()).toEqual(before)
  })

  it('is another one of another key, sign-in or club', async () => {
    const key = randomUUID()
    const elsewhere = await makeMember((await makeClub()).id, ['COACH'])
    await owner().query(`INSERT INTO "Membership" ("id", "clubId", "userId", "roles", "updatedAt") VALUES ($1, $2, $3, '{COACH}', now())`, [randomUUID(), elsewhere.clubId, coach.userId]) // prettier-ignore
    const home = await signedIn(coach)
    const away = await db().club.findUniqueOrThrow({ where: { id: elsewhere.clubId } })
    const callers = [
      await makeKey(coach),
      await makeKey(coach),
      await makeKey(elsewhere),
      home,
      { ...home, slug: away.slug },
      await signedIn(coach),
    ]
    const answers = []
    for (const caller of callers) answers.push(await post(caller, 'api-keys', BODY, key))
    expect(answers.map(({ status, replayed }) => [status, replayed])).toEqual(callers.map(() => [201, null]))
    expect(new Set(answers.map(({ json }) => json.key)).size).toBe(callers.length)
    for (const [n, caller] of callers.entries())
      expect(await post(caller, 'api-keys', BODY, key)).toMatchObject({
        replayed: 'true',
        text: answers[n]!.text,
      })
  })

  it('may be tried again after a refusal, which changed nothing', async () => {
    const caller = await makeKey(coach)
    const key = randomUUID()
    expect((await post(caller, 'api-keys', { ...BODY, scopes: ['members:nothing'] }, key)).status).toBe(422)
    expect(
      (await post(caller, 'api-keys', { ...BODY, expiresAt: null, ownerId: admin.userId }, key)).status,
    ).toBe(422)
    expect(await post(caller, 'api-keys', BODY, key)).toMatchObject({ status: 201, replayed: null })
  })

  it('means nothing where nothing is made: it is read anew', async () => {
    const caller = await makeKey(coach)
    const of = (method: string, target: string, body?: unknown) =>
      ask(caller, method, target, body, { 'idempotency-key': 'one' })
    expect((await of('GET', 'whoami')).status).toBe(200)
    const preview = { filter: { q: 'nobody' }, preview: true }
    for (const answer of [
      await of('POST', 'api-keys/revoke', preview),
      await of('POST', 'api-keys/revoke', preview),
    ])
      expect([answer.status, answer.headers.has('idempotent-replayed')]).toEqual([200, false])
    expect(await post(caller, 'api-keys', BODY, 'one')).toMatchObject({ status: 201, replayed: null })
  })

  it('costs nothing where there is no Idempotency-Key', async () => {
    const { token } = await makeKey(coach)
    const make = () => ask({ token }, 'POST', 'api-keys', BODY)
    expect(await countStatements(database.directUrl(), make, '%Idempotency%')).toBe(0)
    expect(await countStatements(database.directUrl(), make, '%advisory%')).toBe(0)
  })
})

describe('an Idempotency-Key', () => {
  it.each(['a', '~', '"8e03978e"', 'x'.repeat(128)])('may be %s', async (key) => {
    expect(await post(await makeKey(coach), 'api-keys', BODY, key)).toMatchObject({ status: 201 })
  })

  it.each([
    ['empty', ''],
    ['too long', 'x'.repeat(129)],
    ['two words', 'a b'],
    ['sent twice', 'a, b'],
    ['no ASCII', 'é'],
    ['a control character', 'a\tb'],
  ])('that is %s is refused before anything is made', async (_, key) => {
    const caller = await makeKey(coach)
    const before = await rows.all()
    expect(await post(caller, 'api-keys', BODY, key)).toMatchObject({
      status: 400,
      json: { code: 'invalid_request' },
    })
    expect(await rows.all()).toEqual(before)
  })

  it('can be used again after 24 hours', async () => {
    const { first, again } = await madeOnce()
    await age('23 hours 59 minutes')
    expect(await again()).toMatchObject({ replayed: 'true', json: { id: first.json.id } })
    await age('2 minutes')
    const anew = await again()
    expect(anew).toMatchObject({
      status: 201,
      replayed: null,
      json: { key: expect.stringMatching(/^sk_club_/) },
    })
    expect(anew.json.id).not.toBe(first.json.id)
    expect(await again()).toMatchObject({ replayed: 'true', text: anew.text })
  })

  it('has at most 1,000 records a credential: the oldest make room', async () => {
    const { caller, first, again } = await madeOnce()
    const fill = `INSERT INTO "IdempotencyRecord" ("id", "clubId", "credential", "digest", "fingerprint", "answer", "at")
      SELECT gen_random_uuid(), $1, $2, decode(md5($2 || n::text), 'hex'), '', '{}', now() + n * interval '1 millisecond' FROM generate_series(1, $3) n`
    const count = () => db().idempotencyRecord.count({ where: { credential: `key:${caller.id}` } })
    await owner().query(fill, [coach.clubId, `key:${caller.id}`, 999])
    expect(await again()).toMatchObject({ replayed: 'true' })
    expect(await count()).toBe(1_000)
    const other = await madeOnce()
    expect((await post(caller, 'api-keys', BODY, randomUUID())).status).toBe(201)
    expect(await count()).toBe(1_000)
    const anew = await again()
    expect(anew).toMatchObject({ status: 201, replayed: null })
    expect(anew.json.id).not.toBe(first.json.id)
    expect(await other.again()).toMatchObject({ replayed: 'true' })
  })
})

describe('a repeated request', () => {
  const GONE = { key: null, notice: expect.stringMatching(/Rotate the key/) }

  it('gets the token for ten minutes, and then is told to rotate', async () => {
    const { first, again } = await madeOnce()
    await age('9 minutes 50 seconds')
    expect((await again()).json.key).toBe(first.json.key)
    await age('11 seconds')
    expect((await again()).json).toEqual({ ...first.json, ...GONE })
  })

  it.each<[string, (id: string) => Promise<unknown>]>([
    ['revoked', (id) => revokeApiKey(operatorActor(coach.clubId, null, 'x'), { id })],
    ['disabled', (id) => updateApiKey(operatorActor(coach.clubId, null, 'x'), { id, disabled: true })],
    ['at its end', (id) => owner().query(`UPDATE "ApiKey" SET "expiresAt" = now() WHERE "id" = $1`, [id])],
  ])('gets no token of a key that is %s', async (_, end) => {
    const { first, again } = await madeOnce()
    await end(first.json.id)
    expect(await again()).toMatchObject({ status: 201, replayed: 'true', json: GONE })
  })

  it('gets no answer about a row that is gone', async () => {
    const { first, again } = await madeOnce()
    await deleteApiKey(operatorActor(coach.clubId, null, 'x'), { id: first.json.id })
    expect(await again()).toMatchObject({ status: 404, json: { code: 'not_found' } })
  })

  it('gets no token with rights that its caller has lost', async () => {
    const { caller, again } = await madeOnce()
    await updateApiKey(operatorActor(coach.clubId, null, 'x'), { id: caller.id, scopes: ['api-keys:write'] })
    expect((await again()).json).toMatchObject(GONE)
  })

  it('passes authentication, ability and freshness again', async () => {
    const member = await makeMember(coach.clubId, ['COACH'])
    const session = await signedIn(member)
    const [byKey, key] = [await madeOnce(member), randomUUID()]
    const bySession = () => post(session, 'api-keys', BODY, key)
    expect(await bySession()).toMatchObject({ status: 201 })
    await ageSession(session.sessionId, 16)
    expect(await bySession()).toMatchObject({ status: 403, json: { code: 'reauthentication_required' } })
    await ageSession(session.sessionId, 0)
    expect(await bySession()).toMatchObject({
      status: 201,
      replayed: 'true',
      json: { key: expect.any(String) },
    })
    await setMembership(member, { roles: ['ATHLETE'] })
    expect(await byKey.again()).toMatchObject({ status: 201, replayed: 'true', json: GONE })
    expect(await bySession()).toMatchObject({ status: 201, replayed: 'true', json: GONE })
    await setMembership(member, { status: 'SUSPENDED' })
    expect((await bySession()).status).toBe(404)
    expect((await byKey.again()).status).toBe(401)
  })

  it('of a rotation gets the new token, while the old one still calls', async () => {
    const [kept, spent] = [await makeKey(coach), await makeKey(coach)]
    const rotate = ({ id, token }: { id: string; token: string }, graceSeconds: number) =>
      post({ token }, `api-keys/${id}/rotate`, { graceSeconds }, 'turn')
    const first = await rotate(kept, 60)
    expect(await rotate(kept, 60)).toMatchObject({ status: 201, replayed: 'true', text: first.text })
    expect(await rotate(spent, 0)).toMatchObject({ status: 201 })
    expect(await rotate(spent, 0)).toMatchObject({ status: 401, json: { code: 'invalid_token' } })
  })

  it('of a revocation does not tell where the key was used, if its caller may not see that any more', async () => {
    const [caller, key] = [await makeKey(coach), await makeKey(coach)]
    expect((await ask(key, 'GET', 'whoami')).status).toBe(200)
    await flushUses()
    const revoke = () => post(caller, `api-keys/${key.id}/revoke`, undefined, 'z')
    const first = await revoke()
    expect(first.json).toMatchObject({ lastUsedFrom: expect.any(Object) })
    expect(await revoke()).toMatchObject({ replayed: 'true', text: first.text })
    await updateApiKey(operatorActor(coach.clubId, null, 'x'), { id: caller.id, scopes: ['api-keys:write'] })
    const second = await revoke()
    expect([second.replayed, second.json]).toEqual(['true', { ...first.json, lastUsedFrom: null }])
  })

  it('of a revocation gets what it was answered', async () => {
    const [caller, key] = [await makeKey(coach), await makeKey(coach)]
    const made = await post({ token: key.token }, 'api-keys', BODY, 'x')
    const revoke = () => post(caller, `api-keys/${key.id}/revoke`, { reason: 'lost' }, 'y')
    const first = await revoke()
    expect(first.json).toMatchObject({ status: 'revoked', alsoRevoked: [made.json.id], complete: true })
    expect(await revoke()).toMatchObject({ replayed: 'true', text: first.text })
  })
})

describe('a revocation that its first answer left unfinished', () => {
  const MADE = 1_100
  /** More than end with the key itself; and each takes so long that an answer comes before them all. */
  const slowly = async (act: () => Promise<void>) => {
    await owner().query(`
      CREATE FUNCTION pause() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.01); RETURN NEW; END';
      CREATE TRIGGER pause BEFORE UPDATE ON "ApiKey" FOR EACH ROW EXECUTE FUNCTION pause()`)
    try {
      await act()
    } finally {
      await owner().query('DROP TRIGGER pause ON "ApiKey"; DROP FUNCTION pause()')
    }
  }
  const live = (ids: string[]) => db().apiKey.count({ where: { id: { in: ids }, revokedAt: null } })
  const counted = ({ alsoRevoked, alsoRevokedCount = alsoRevoked as number }: Unfinished) => alsoRevokedCount
  type Unfinished = { complete: boolean; alsoRevoked: number | string[]; alsoRevokedCount?: number }

  it.each([
    ['one key', (id: string) => ({ target: `api-keys/${id}/revoke`, body: {} })],
    ['many', (id: string) => ({ target: 'api-keys/revoke', body: { ids: [id] } })],
  ])(
    'goes on when it is asked again, of %s, with the numbers of now',
    async (_, callOf) => {
      const one = await makeMember(coach.clubId, ['COACH'])
      const caller = await makeKey(one)
      const leaked = await makeKey(one)
      const made = await makeManyKeys(one, MADE, { madeBy: leaked.id })
      const { target, body } = callOf(leaked.id)
      const key = randomUUID()
      const send = async () => {
        const { json, replayed, status } = await post(caller, target, body, key)
        return { ...(json as unknown as Unfinished), status, replayed }
      }
      await slowly(async () => {
        const first = await send()
        expect(first).toMatchObject({ status: 200, replayed: null, complete: false })
        expect(counted(first)).toBe(MADE - (await live(made)))
        const second = await send()
        expect(second).toMatchObject({ status: 200, replayed: 'true', complete: false })
        expect(counted(second)).toBe(MADE - (await live(made)))
        expect(counted(second)).toBeGreaterThan(counted(first))
      })
      const last = await send()
      expect(last).toMatchObject({ status: 200, replayed: 'true', complete: true })
      expect([counted(last), await live(made)]).toEqual([MADE, 0])
      if (Array.isArray(last.alsoRevoked)) {
        expect(last.alsoRevoked).toHaveLength(MAX_TOLD)
        expect(made).toEqual(expect.arrayContaining(last.alsoRevoked))
      }
      expect(await send()).toEqual(last)
      const revocations = { clubId: coach.clubId, action: 'api-key.revoke', targetId: { in: made } }
      expect(await db().auditEvent.count({ where: revocations })).toBe(MADE)
    },
    60_000,
  )

  it('is told the truth by whoever went on with it: the sweep', async () => {
    const one = await makeMember(coach.clubId, ['COACH'])
    const caller = await makeKey(one)
    const leaked = await makeKey(one)
    await makeManyKeys(one, MADE, { madeBy: leaked.id })
    const key = randomUUID()
    const send = () => post(caller, `api-keys/${leaked.id}/revoke`, {}, key)
    await slowly(async () => expect((await send()).json).toMatchObject({ complete: false }))
    await endAllLines()
    expect(await send()).toMatchObject({
      replayed: 'true',
      json: { complete: true, alsoRevokedCount: MADE, status: 'revoked' },
    })
  }, 60_000)
})
