import { db } from '@/lib/db/client'
import { expectNamed, expectProblem } from '../support/answers'
import { makeClub, makeKey, makeMember, useDatabase, type Member } from '../support/club'
import { useRows } from '../support/rows'
import type { RawResponse } from '../support/raw-http'
import { startServer, type Server } from '../support/server'

const database = useDatabase()
const rows = useRows(database.directUrl)

let here: Server
let there: Server
let coach: Member
beforeAll(async () => {
  here = await startServer({ databaseUrl: database.url() })
  there = await startServer({ databaseUrl: database.url() })
  coach = await makeMember((await makeClub()).id, ['COACH'])
}, 80_000)
afterAll(() => Promise.all([here, there].map((server) => server.stop())))

const rotate = (server: Server, { id, token }: { id: string; token: string }, body?: unknown) =>
  server.call('POST', `/api/v1/api-keys/${id}/rotate`, token, body)
const whoami = async (server: Server, token: unknown) =>
  (await server.call('GET', '/api/v1/whoami', token as string)).status

/** A client does as it is told by a 503: on this machine a connection may be long in coming. */
async function insistently(call: () => Promise<RawResponse>): Promise<RawResponse> {
  for (;;) {
    const answer = await call()
    if (answer.status !== 503) return answer
  }
}

describe('POST api-keys/{id}/rotate', () => {
  it('answers 201 with the new key and its token, this once; both tokens work in both processes', async () => {
    const key = await makeKey(coach)
    const answer = await rotate(here, key)
    expect(answer.status).toBe(201)
    const { key: token, ...successor } = answer.json()
    expect(successor).toMatchObject({ rotatedFromId: key.id, replacedById: null, name: 'test key' })
    for (const server of [here, there])
      for (const one of [token, key.token]) expect(await whoami(server, one)).toBe(200)
    const read = async (id: unknown) =>
      (await here.call('GET', `/api/v1/api-keys/${id as string}`, key.token)).json()
    const { lastUsedAt: _when, lastUsedFrom: _where, ...same } = successor
    expect(await read(successor.id)).toMatchObject(same)
    expect(await read(key.id)).toMatchObject({ replacedById: successor.id })
  })

  it('without a grace ends the old token in the other process within milliseconds', async () => {
    const key = await makeKey(coach)
    for (const server of [here, there]) expect(await whoami(server, key.token)).toBe(200)
    const started = Date.now()
    expect((await rotate(here, key, { graceSeconds: 0 })).status).toBe(201)
    expect(await whoami(here, key.token)).toBe(401)
    while ((await whoami(there, key.token)) !== 401) expect(Date.now() - started).toBeLessThan(3_000)
  })

  it('answers a second time 409 with replacedById', async () => {
    const key = await makeKey(coach)
    const { id } = (await rotate(here, key)).json()
    expect(expectProblem(await rotate(there, key), 'conflict')).toMatchObject({ replacedById: id })
  })

  it.each<[string, object, string]>([
    ['a negative grace', { graceSeconds: -1 }, 'graceSeconds'],
    ['a grace of more than 7 days', { graceSeconds: 604_801 }, 'graceSeconds'],
    ['half a second', { graceSeconds: 0.5 }, 'graceSeconds'],
    ['no number', { graceSeconds: '60' }, 'graceSeconds'],
    ['an end in the past', { expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt'],
    [
      'an end beyond the policy',
      { expiresAt: new Date(Date.now() + 400 * 86_400_000).toISOString() },
      'expiresAt',
    ],
    ['other scopes', { scopes: ['practices:read'] }, 'scopes'],
    ['another owner', { ownerId: '0190d9a0-0000-7000-8000-000000000000' }, 'ownerId'],
  ])('G12: refuses %s by name, and does nothing by half', async (_, body, field) => {
    const key = await makeKey(coach, { expiresAt: null })
    const before = await rows.all()
    expectNamed(await rotate(here, key, body), field)
    expect(await rows.all()).toEqual(before)
  })

  it('G11: 200 at once across two processes make 1 new key and 199 conflicts that name it', async () => {
    const key = await makeKey(coach)
    const servers = Array.from({ length: 200 }, (_, i) => (i % 2 ? here : there))
    const answers = await Promise.all(servers.map((server) => insistently(() => rotate(server, key))))
    const won = answers.filter(({ status }) => status === 201)
    const lost = answers.filter(({ status }) => status === 409)
    expect([won.length, lost.length]).toEqual([1, 199])
    const { id, key: token } = won[0]!.json()
    for (const answer of lost) expect(answer.json()).toMatchObject({ code: 'conflict', replacedById: id })
    expect(await db().apiKey.count({ where: { rotatedFromId: key.id } })).toBe(1)
    expect(await whoami(there, token)).toBe(200)
  }, 90_000)
})

describe('what a key is used for', () => {
  it('is on record by scope, once a call was let in', async () => {
    const key = await makeKey(coach, { scopes: ['practices:read', 'members:read'] })
    expect((await here.call('GET', '/api/v1/practices', key.token)).status).toBe(200)
    expect((await here.call('GET', '/api/v1/audit-events', key.token)).status).toBe(403)
    expect(await whoami(here, key.token)).toBe(200)
    const used = () => db().apiKeyScopeUse.findMany({ where: { apiKeyId: key.id }, select: { scope: true } })
    for (const deadline = Date.now() + 10_000; (await used()).length === 0 && Date.now() < deadline;);
    expect(await used()).toEqual([{ scope: 'practices:read' }])
  })

  it('G12: an unknown scope is refused by name, and nothing of the change is kept', async () => {
    const key = await makeKey(coach)
    const before = await rows.all()
    const body = { name: 'half', scopes: ['practices:read', 'practices:own'] }
    expectNamed(await here.call('PATCH', `/api/v1/api-keys/${key.id}`, key.token, body), 'scopes')
    expect(await rows.all()).toEqual(before)
  })
})

describe('POST api-keys/{id}/revoke', () => {
  it('says which keys went along, and leaves them where that is asked for', async () => {
    const leaked = await makeKey(coach)
    const make = async () =>
      (await here.call('POST', '/api/v1/api-keys', leaked.token, { name: 'made', scopes: ['practices:read'] })).json() as { id: string; key: string } // prettier-ignore
    const session = await makeKey(coach)
    const child = await make()
    const path = `/api/v1/api-keys/${leaked.id}/revoke`
    expect((await here.call('POST', path, session.token, { descendants: false })).json()).toMatchObject({
      alsoRevoked: [],
    })
    expect(await whoami(there, child.key)).toBe(200)
    expect((await here.call('POST', path, session.token)).json()).toMatchObject({
      status: 'revoked',
      alsoRevoked: [child.id],
    })
    expect(await whoami(here, child.key)).toBe(401)
  })
})
