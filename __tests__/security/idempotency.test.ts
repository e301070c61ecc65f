import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { db } from '@/lib/db/client'
import { makeClub, makeKey, makeMember, useDatabase, type Member, type TestKey } from '../support/club'
import { makeManyKeys } from '../support/many-keys'
import type { RawResponse } from '../support/raw-http'
import { startServer, type Server } from '../support/server'

const database = useDatabase()

let here: Server
let there: Server
let clubId: string
beforeAll(async () => {
  here = await startServer({ databaseUrl: database.url() })
  there = await startServer({ databaseUrl: database.url() })
  clubId = (await makeClub()).id
}, 80_000)
afterAll(() => Promise.all([here, there].map((server) => server.stop())))

const newCoach = () => makeMember(clubId, ['COACH'])

const make = (server: Server, { token }: TestKey, name: string, key: string): Promise<RawResponse> =>
  server.send({
    method: 'POST',
    path: '/api/v1/api-keys',
    headers: [
      ['Authorization', `Bearer ${token}`],
      ['Content-Type', 'application/json'],
      ['Idempotency-Key', key],
    ],
    body: JSON.stringify({ name, scopes: ['practices:read'] }),
  })

/** As a client does that is told to come back. */
async function insistently(call: () => Promise<RawResponse>): Promise<RawResponse> {
  for (const deadline = Date.now() + 20_000; ; await sleep(100)) {
    const answer = await call()
    if (![409, 503].includes(answer.status) || Date.now() > deadline) return answer
  }
}

const madeBy = ({ userId }: Member, name: string) => db().apiKey.findMany({ where: { userId, name } })
const works = async (token: unknown) => (await here.call('GET', '/api/v1/whoami', token as string)).status

it('50 at once under one Idempotency-Key, in two processes, make one key', async () => {
  const coach = await newCoach()
  const [caller, key] = [await makeKey(coach), randomUUID()]
  const servers = Array.from({ length: 50 }, (_, n) => (n % 2 ? here : there))
  const answers = await Promise.all(servers.map((server) => make(server, caller, 'once', key)))
  const made = answers.filter(({ status }) => status === 201)
  const others = answers.filter(({ status }) => status !== 201 && status !== 503)
  for (const answer of others)
    expect(answer.json()).toMatchObject({ status: 409, code: 'idempotency_key_in_use' })
  expect(made.filter(({ headers }) => headers['idempotent-replayed'] === undefined)).toHaveLength(1)
  expect(new Set(made.map(({ body }) => body)).size).toBe(1)
  expect(await madeBy(coach, 'once')).toHaveLength(1)
  for (const server of [here, there]) {
    const again = await insistently(() => make(server, caller, 'once', key))
    expect([again.headers['idempotent-replayed'], again.body]).toEqual(['true', made[0]!.body])
  }
  expect(await works(made[0]!.json().key)).toBe(200)
}, 60_000)

it('G8, G9: after kill -9 in the midst of it, each is made once, and gets its token', async () => {
  const [coach, blocked] = [await newCoach(), await newCoach()]
  const callers = { coach: await makeKey(coach), blocked: await makeKey(blocked) }
  const names = Array.from({ length: 20 }, (_, n) => `made ${n}`)
  const keys = new Map([...names, 'waits'].map((name) => [name, randomUUID()]))
  const send = (server: Server, name: string) =>
    make(server, name === 'waits' ? callers.blocked : callers.coach, name, keys.get(name)!)

  const owner = new Client(database.directUrl())
  await owner.connect()
  await owner.query('BEGIN')
  const held = await owner.query(`SELECT 1 FROM "Holder" WHERE "clubId" = $1 AND "userId" = $2 FOR UPDATE`, [
    blocked.clubId,
    blocked.userId,
  ])
  expect(held.rowCount).toBe(1)
  const unanswered = [...keys.keys()].map((name) => send(there, name).catch(() => null))
  const count = async () =>
    (await owner.query(`SELECT 1 FROM "ApiKey" WHERE "name" LIKE 'made %'`)).rowCount ?? 0
  for (const deadline = Date.now() + 20_000; (await count()) < 3 && Date.now() < deadline;);
  const gone = once(there.process, 'exit')
  there.process.kill('SIGKILL')
  await gone
  await Promise.all(unanswered)
  await owner.query('ROLLBACK')
  await owner.end()
  expect(await madeBy(blocked, 'waits')).toEqual([])

  for (const name of keys.keys()) {
    const answer = await insistently(() => send(here, name))
    expect([name, answer.status]).toEqual([name, 201])
    expect([name, await works(answer.json().key)]).toEqual([name, 200])
    const made = await madeBy(name === 'waits' ? blocked : coach, name)
    expect(made.map((row) => row.id)).toEqual([answer.json().id])
    expect(await db().auditEvent.count({ where: { targetId: made[0]!.id, action: 'api-key.create' } })).toBe(
      1,
    )
  }
}, 120_000)

it('G8: a revocation of thousands, after kill -9 in the midst of it, is told of exactly when it is asked about again', async () => {
  const coach = await newCoach()
  const [caller, leaked] = [await makeKey(coach), await makeKey(coach)]
  const made = await makeManyKeys(coach, 3_000, { madeBy: leaked.id })
  const doomed = await startServer({ databaseUrl: database.url() })
  const key = randomUUID()
  const revoke = (server: Server) =>
    server.send({
      method: 'POST',
      path: `/api/v1/api-keys/${leaked.id}/revoke`,
      headers: [
        ['Authorization', `Bearer ${caller.token}`],
        ['Idempotency-Key', key],
      ],
    })
  const ended = () => db().apiKey.count({ where: { id: { in: made }, revokedAt: { not: null } } })
  const unanswered = revoke(doomed).catch(() => null)
  for (const deadline = Date.now() + 20_000; (await ended()) === 0 && Date.now() < deadline;);
  const gone = once(doomed.process, 'exit')
  doomed.process.kill('SIGKILL')
  await Promise.all([gone, unanswered])

  let before = 0
  for (const deadline = Date.now() + 60_000; Date.now() < deadline;) {
    const answer = await insistently(() => revoke(here))
    const { complete, alsoRevokedCount } = answer.json() as { complete: boolean; alsoRevokedCount: number }
    expect([answer.status, answer.headers['idempotent-replayed']]).toEqual([200, 'true'])
    expect(alsoRevokedCount).toBeGreaterThanOrEqual(before)
    before = alsoRevokedCount
    if (complete) break
  }
  expect([before, await ended()]).toEqual([3_000, 3_000])
  const rows = { clubId, action: 'api-key.revoke', targetId: { in: made } }
  expect(await db().auditEvent.count({ where: rows })).toBe(3_000)
}, 120_000)
