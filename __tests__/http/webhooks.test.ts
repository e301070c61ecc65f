import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Webhook } from 'standardwebhooks'
import type { WebhookDelivery, WebhookWithSecret } from '@/contracts/webhook'
import { db } from '@/lib/db/client'
import { changesHeard, makeClub, makeKey, makeMember, useDatabase, type Member } from '../support/club'
import { useReceiver } from '../support/receiver'
import { useServer } from '../support/server'
import { browser, givePassword, signIn } from '../support/sign-in'

const database = useDatabase()
const server = useServer(database.url, { env: { WEBHOOK_ALLOW_NETWORKS: '127.0.0.1/32' } })
const receiver = useReceiver()

async function setup() {
  const { id: clubId, slug } = await makeClub()
  const admin = await makeMember(clubId, ['CLUB_ADMIN', 'COACH'])
  await givePassword(admin)
  const send = browser(server(), await signIn(server(), admin), slug)
  const ask = async (method: string, path: string, body?: object, headers: [string, string][] = []) =>
    send({ method, path: `/api/v1/webhooks${path}`, headers, ...(body && { body }) })
  const add = async (types = ['api_key.revoked'], url = receiver.url()) =>
    (await ask('POST', '', { url, types })).json() as unknown as WebhookWithSecret
  return { clubId, slug, admin, ask, add }
}
const until = async (done: () => boolean | Promise<boolean>) => {
  for (const deadline = Date.now() + 10_000; !(await done()); await sleep(25))
    if (Date.now() > deadline) throw new Error('it never came to that')
}
const verify = (secret: string | null, n = 0) =>
  new Webhook(secret ?? '').verify(receiver.got[n]!.body, receiver.got[n]!.headers as Record<string, string>)

it('a key that is revoked is heard of within a second, signed', async () => {
  const { admin, add } = await setup()
  const hook = await add()
  const key = await makeKey(admin)
  await changesHeard()
  const from = performance.now()
  const revoked = await server().call('POST', `/api/v1/api-keys/${key.id}/revoke`, key.token, {})
  expect(revoked.status).toBe(200)
  await until(() => receiver.got.length === 1)
  expect(performance.now() - from).toBeLessThan(4_000)
  expect(verify(hook.secret)).toMatchObject({
    type: 'api_key.revoked',
    data: { apiKey: { id: key.id, status: 'revoked' }, actor: { kind: 'api_key', name: 'test key' } },
  })
})

it('an admin adds, reads, changes, tests, replays, rotates and deletes one', async () => {
  const { ask, add } = await setup()
  const { id, secret, ...made } = await add(['policy.updated'])
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
  expect(made).toMatchObject({
    url: receiver.url(),
    types: ['policy.updated'],
    status: 'enabled',
    graceUntil: null,
  })
  expect((await ask('GET', `/${id}`)).json()).toEqual({ id, ...made })
  expect((await ask('GET', '')).json()).toMatchObject({ data: [{ id }] })
  expect((await ask('GET', '')).body).not.toContain('whsec_')
  const changed = await ask('PATCH', `/${id}`, {
    types: ['api_key.created', 'api_key.revoked'],
    description: 'chat',
  })
  expect(changed.json()).toMatchObject({ types: ['api_key.created', 'api_key.revoked'], description: 'chat' })

  expect((await ask('POST', `/${id}/test`)).json()).toMatchObject({
    status: 'pending',
    event: { type: 'webhook.test' },
  })
  await until(() => receiver.got.length === 1)
  verify(secret)
  const deliveries = async () =>
    ((await ask('GET', `/${id}/deliveries`)).json() as unknown as { data: WebhookDelivery[] }).data
  await until(async () => (await deliveries())[0]?.status === 'delivered')
  expect((await deliveries())[0]).toMatchObject({
    attempts: 1,
    responseStatus: 200,
    nextAttemptAt: null,
    error: null,
  })

  const rotated = (await ask('POST', `/${id}/rotate-secret`)).json() as unknown as WebhookWithSecret
  expect(rotated.secret).not.toBe(secret)
  expect(rotated.graceUntil).not.toBeNull()
  const again = await ask('POST', `/${id}/deliveries/${(await deliveries())[0]!.id}/retry`)
  expect(again.json()).toMatchObject({ status: 'pending', attempts: 0 })
  await until(() => receiver.got.length === 2)
  for (const one of [secret, rotated.secret]) verify(one, 1)
  expect(receiver.got[1]?.headers['webhook-id']).toBe(receiver.got[0]?.headers['webhook-id'])

  expect((await ask('PATCH', `/${id}`, { disabled: true })).json()).toMatchObject({
    status: 'disabled',
    disabledReason: 'by-hand',
  })
  expect((await ask('POST', `/${id}/test`)).status).toBe(409)
  expect((await ask('PATCH', `/${id}`, { disabled: false })).json()).toMatchObject({
    status: 'enabled',
    disabledReason: null,
  })
  expect((await ask('DELETE', `/${id}`)).status).toBe(204)
  expect((await ask('GET', `/${id}`)).status).toBe(404)
  const acts = await db().auditEvent.findMany({ where: { targetId: id }, orderBy: { at: 'asc' } })
  expect(acts.map(({ action }) => action)).toEqual([
    ...['webhook.create', 'webhook.update', 'webhook.test', 'webhook.rotate-secret', 'webhook.retry'],
    ...['webhook.update', 'webhook.update', 'webhook.delete'],
  ])
  expect(JSON.stringify(acts)).not.toContain('whsec_')
})

it('G1: the secret of an answer that is asked for again is given again, until it is rotated', async () => {
  const { ask } = await setup()
  const headers: [string, string][] = [['Idempotency-Key', randomUUID()]]
  const create = () => ask('POST', '', { url: receiver.url(), types: ['policy.updated'] }, headers)
  const first = (await create()).json() as unknown as WebhookWithSecret
  const again = await create()
  expect(again.headers['idempotent-replayed']).toBe('true')
  expect(again.json()).toEqual({ ...first })
  await ask('POST', `/${first.id}/rotate-secret`)
  const late = (await create()).json()
  expect(late).toMatchObject({ id: first.id, secret: null })
  expect(late.notice).toContain('Rotate it')
  const { rows } = { rows: await db().idempotencyRecord.findMany() }
  const sealed = await db().webhookEndpoint.findUniqueOrThrow({ where: { id: first.id } })
  const kept = JSON.stringify(rows) + Buffer.from(sealed.secret).toString('latin1')
  expect(kept).not.toContain(first.secret!.slice(6))
})

it('a club has ten at most, also when they are asked for at once', async () => {
  const { clubId, ask } = await setup()
  const all = await Promise.all(
    Array.from({ length: 13 }, () => ask('POST', '', { url: receiver.url(), types: ['policy.updated'] })),
  )
  const statuses = all.map(({ status }) => status).sort()
  expect(statuses).toEqual([...Array<number>(10).fill(201), 409, 409, 409])
  expect(await db().webhookEndpoint.count({ where: { clubId } })).toBe(10)
})

describe('nobody else', () => {
  it('does any of it: no key, and no member who is no admin', async () => {
    const { admin, clubId, slug } = await setup()
    const key = await makeKey(admin)
    const coach: Member = await makeMember(clubId, ['COACH'])
    await givePassword(coach)
    const send = browser(server(), await signIn(server(), coach), slug)
    const body = { url: receiver.url(), types: ['policy.updated'] }
    for (const [method, given] of [['GET'], ['POST', body]] as const) {
      expect((await server().call(method, '/api/v1/webhooks', key.token, given)).status).toBe(403)
      const answer = await send({ method, path: '/api/v1/webhooks', ...(given && { body: given }) })
      expect(answer.status).toBe(403)
    }
    expect(await db().webhookEndpoint.count({ where: { clubId } })).toBe(0)
  })

  it('reaches a foreign one: it answers as a missing one does, and a delivery within one’s own as well', async () => {
    const [mine, theirs] = [await setup(), await setup()]
    const [own, foreign] = [await mine.add(), await theirs.add()]
    await theirs.ask('POST', `/${foreign.id}/test`)
    const { data } = (await theirs.ask('GET', `/${foreign.id}/deliveries`)).json() as unknown as {
      data: WebhookDelivery[]
    }
    const same = ({ status, body }: { status: number; body: string }) => [
      status,
      body.replace(/"(requestId|instance)":"[^"]*"/g, ''),
    ]
    const missing = randomUUID()
    for (const [method, path, body] of [
      ['GET', ''],
      ['PATCH', '', { disabled: true }],
      ['DELETE', ''],
      ['POST', '/test'],
      ['POST', '/rotate-secret'],
      ['POST', '/replay', { since: '2026-11-01T00:00:00Z' }],
      ['GET', '/deliveries'],
      ['POST', `/deliveries/${data[0]!.id}/retry`],
    ] as const) {
      const [one, other] = [
        await mine.ask(method, `/${foreign.id}${path}`, body),
        await mine.ask(method, `/${missing}${path}`, body),
      ]
      expect([path, one.status, same(one)]).toEqual([path, 404, same(other)])
    }
    const crossed = await mine.ask('POST', `/${own.id}/deliveries/${data[0]!.id}/retry`)
    expect(same(crossed)).toEqual(same(await mine.ask('POST', `/${own.id}/deliveries/${missing}/retry`)))
    expect((await theirs.ask('GET', `/${foreign.id}`)).json()).toMatchObject({
      id: foreign.id,
      status: 'enabled',
    })
  })
})
