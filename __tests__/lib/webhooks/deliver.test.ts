import { setTimeout as sleep } from 'node:timers/promises'
import { Webhook } from 'standardwebhooks'
import { eventBody } from '@/contracts/events'
import { db } from '@/lib/db/client'
import { updateClubPolicy } from '@/lib/policy/update-policy'
import { forgetOldSecrets } from '@/lib/webhooks/forget-secrets'
import { rotateWebhookSecret } from '@/lib/webhooks/rotate-secret'
import { replayWebhook, retryWebhookDelivery } from '@/lib/webhooks/send-again'
import { testWebhook } from '@/lib/webhooks/send-test'
import { claimDeliveries } from '@/lib/webhooks/claim'
import { settle } from '@/lib/webhooks/settle'
import { updateWebhook } from '@/lib/webhooks/update'
import { makeClub, useDatabase } from '../../support/club'
import { useReceiver } from '../../support/receiver'
import {
  deliverOnce,
  deliveriesTo,
  endpoint,
  makeDue,
  makeWebhook,
  operatorOf,
  roomyLoad,
  tellAll,
} from '../../support/webhooks'

process.env.WEBHOOK_ALLOW_NETWORKS = '127.0.0.0/8'

useDatabase()
const receiver = useReceiver()

beforeEach(async () => {
  await db().event.deleteMany()
  await db().webhookEndpoint.deleteMany()
})

const setup = async (types = ['policy.updated']) => {
  const { id: clubId } = await makeClub()
  const hook = await makeWebhook(clubId, receiver.url(), types)
  let days = 100
  return {
    clubId,
    hook,
    operator: operatorOf(clubId),
    happen: () => updateClubPolicy(operatorOf(clubId), { maxKeyDays: ++days }),
  }
}
const only = async (id: string) => (await deliveriesTo(id))[0]!
const inSeconds = (at: Date | null) => (at ? (at.getTime() - Date.now()) / 1000 : NaN)

describe('an event', () => {
  it('arrives, and the library of Standard Webhooks verifies it', async () => {
    const { hook, happen } = await setup()
    await happen()
    expect(await deliverOnce()).toBe(1)
    const [{ headers, body }] = receiver.got as [(typeof receiver.got)[number]]
    const verified = new Webhook(hook.secret).verify(body, headers as Record<string, string>)
    const read = eventBody.parse(verified)
    const { event, ...delivery } = await only(hook.id)
    expect(read).toMatchObject({ type: 'policy.updated', sequence: Number(event.sequence), data: event.data })
    expect(headers).toMatchObject({ 'webhook-id': event.id, 'content-type': 'application/json' })
    expect(delivery).toMatchObject({
      attempts: 1,
      nextAt: null,
      responseStatus: 200,
      error: null,
      claimedAt: null,
    })
    expect(delivery.deliveredAt).not.toBeNull()
    const forged = body.replace('policy', 'policies')
    expect(() => new Webhook(hook.secret).verify(forged, headers as Record<string, string>)).toThrow()
    expect(await deliverOnce()).toBe(0)
  })

  it('is signed by both secrets while one takes the other’s place, and by the new one alone afterwards', async () => {
    const { hook, happen, operator } = await setup()
    const rotated = await rotateWebhookSecret(operator, { id: hook.id, graceSeconds: 60 })
    await happen()
    await deliverOnce()
    const verify = (secret: string | null, n: number) =>
      new Webhook(secret ?? '').verify(
        receiver.got[n]!.body,
        receiver.got[n]!.headers as Record<string, string>,
      )
    expect(receiver.got[0]?.headers['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/)
    for (const secret of [hook.secret, rotated.secret]) verify(secret, 0)
    await db().webhookEndpoint.update({ where: { id: hook.id }, data: { previousUntil: new Date(0) } })
    await happen()
    await deliverOnce()
    verify(rotated.secret, 1)
    expect(() => verify(hook.secret, 1)).toThrow()
  })

  it('that is not taken is tried again as scheduled, eight times, and the endpoint says so meanwhile', async () => {
    const { hook, happen } = await setup()
    receiver.answer(500, {}, 'sk_club_0123456789 whsec_abc')
    await happen()
    const waits: number[] = []
    for (let n = 0; n < 8; n++) {
      expect(await deliverOnce()).toBe(1)
      waits.push(inSeconds((await only(hook.id)).nextAt))
      await makeDue()
    }
    for (const [n, least] of [5, 300, 1800, 7200, 18_000, 36_000, 36_000].entries()) {
      expect(waits[n]).toBeGreaterThan(least - 2)
      expect(waits[n]).toBeLessThan(least * 1.2 + 1)
    }
    expect(waits[7]).toBeNaN()
    expect(await deliverOnce()).toBe(0)
    expect(await only(hook.id)).toMatchObject({ attempts: 8, deliveredAt: null, responseStatus: 500 })
    expect((await endpoint(hook.id)).failingSince).not.toBeNull()
    receiver.answer(204)
    await happen()
    await deliverOnce()
    expect((await endpoint(hook.id)).failingSince).toBeNull()
    expect(new Set(receiver.got.slice(0, 8).map(({ headers }) => headers['webhook-id'])).size).toBe(1)
  })

  it('waits as long as a busy receiver asks, within bounds', async () => {
    const { hook, happen } = await setup()
    await happen()
    for (const [header, least, most] of [
      ['3600', 3_590, 4_400],
      ['999999999', 35_900, 43_300],
      ['nonsense', 1_790, 2_200],
    ] as const) {
      receiver.answer(503, { 'retry-after': header })
      await deliverOnce()
      const wait = inSeconds((await only(hook.id)).nextAt)
      expect(wait).toBeGreaterThan(least)
      expect(wait).toBeLessThan(most)
      await makeDue()
    }
  })

  it('is not sent where a redirect leads', async () => {
    const { hook, happen } = await setup()
    receiver.answer(307, { location: receiver.url('/elsewhere') })
    await happen()
    await deliverOnce()
    expect(receiver.got).toHaveLength(1)
    expect(await only(hook.id)).toMatchObject({ responseStatus: 307, error: 'Redirects are not followed.' })
  })

  it('what a network of the operator’s answers is not kept', async () => {
    const { hook, happen } = await setup()
    receiver.answer(200, {}, 'internal')
    await happen()
    await deliverOnce()
    expect((await only(hook.id)).responseBody).toBeNull()
  })
})

it('a delivery that cannot be written holds up no other one that ends in the same moment', async () => {
  const { clubId, hook, happen } = await setup()
  const other = await makeWebhook(clubId, receiver.url('/other'), ['policy.updated'])
  await happen()
  await tellAll()
  const claimed = await claimDeliveries(false, 64, roomyLoad().underWay())
  const sent = { ok: true, gone: false, responseStatus: 200, error: null, durationMs: 1, retryAfterMs: 0 }
  // Half a character: no JSON for the database.
  const bodyOf = (id: string) => (id === hook.id ? '\ud83d' : 'ok')
  await Promise.allSettled(
    claimed.map((one) => settle(one, { ...sent, responseBody: bodyOf(one.endpointId) })),
  )
  expect(claimed).toHaveLength(2)
  expect(await only(other.id)).toMatchObject({ nextAt: null, responseBody: 'ok' })
})

describe('an endpoint', () => {
  it('that is gone gets nothing more, and the others of its club hear of it', async () => {
    const { clubId, hook, happen } = await setup()
    const other = await makeWebhook(clubId, receiver.url('/other'), ['webhook.disabled'])
    receiver.behave(
      (response, request) => void response.writeHead(request.url === '/other' ? 200 : 410).end(),
    )
    await happen()
    await happen()
    await deliverOnce()
    expect(await endpoint(hook.id)).toMatchObject({ disabledReason: 'gone' })
    expect((await deliveriesTo(hook.id)).every(({ nextAt }) => nextAt === null)).toBe(true)
    await happen()
    await deliverOnce()
    expect(receiver.bodies().at(-1)).toMatchObject({
      type: 'webhook.disabled',
      data: { webhook: { id: hook.id, disabledReason: 'gone' }, actor: { kind: 'system' } },
    })
    expect(await deliveriesTo(other.id)).toHaveLength(1)
    const row = await db().auditEvent.findFirst({ where: { action: 'webhook.disable', targetId: hook.id } })
    expect(row).toMatchObject({ actorKind: 'system', actorUserId: null })
  })

  it('that is disabled by hand is heard of by the others of its club, once', async () => {
    const { clubId, hook, operator } = await setup()
    await makeWebhook(clubId, receiver.url('/other'), ['webhook.disabled'])
    await updateWebhook(operator, { id: hook.id, disabled: true })
    await updateWebhook(operator, { id: hook.id, disabled: true })
    await updateWebhook(operator, { id: hook.id, description: 'off' })
    await updateWebhook(operator, { id: hook.id, disabled: false })
    while ((await deliverOnce()) > 0);
    expect(receiver.bodies()).toMatchObject([
      {
        type: 'webhook.disabled',
        data: {
          webhook: { id: hook.id, disabledReason: 'by-hand' },
          actor: { kind: 'operator', name: 'test' },
          changes: { disabled: { from: false, to: true } },
        },
      },
    ])
  })

  it('where nothing arrives for five days is given up, once', async () => {
    const { hook, happen } = await setup()
    receiver.answer(500)
    await happen()
    const since = (days: number) =>
      db().webhookEndpoint.update({
        where: { id: hook.id },
        data: { failingSince: new Date(Date.now() - days * 86_400_000) },
      })
    await since(4.99)
    await deliverOnce()
    expect(await endpoint(hook.id)).toMatchObject({ disabledAt: null })
    await since(5.01)
    await makeDue()
    await deliverOnce()
    expect(await endpoint(hook.id)).toMatchObject({ disabledReason: 'failing' })
    expect(await db().auditEvent.count({ where: { action: 'webhook.disable', targetId: hook.id } })).toBe(1)
  })

  it('forgets the secret before once it signs nothing any more, and not sooner', async () => {
    const { hook, operator } = await setup()
    await rotateWebhookSecret(operator, { id: hook.id, graceSeconds: 60 })
    const before = await endpoint(hook.id)
    await forgetOldSecrets()
    expect((await endpoint(hook.id)).previousSecret).toEqual(before.previousSecret)
    await db().webhookEndpoint.update({ where: { id: hook.id }, data: { previousUntil: new Date(0) } })
    await forgetOldSecrets()
    expect(await endpoint(hook.id)).toMatchObject({
      previousSecret: null,
      previousUntil: null,
      secret: before.secret,
    })
  })

  it('that was off gets what it missed by a replay, from a time on', async () => {
    const { hook, happen, operator } = await setup()
    await updateWebhook(operator, { id: hook.id, disabled: true })
    await happen()
    await sleep(5)
    const since = new Date()
    await happen()
    await happen()
    expect(await deliverOnce()).toBe(0)
    await updateWebhook(operator, { id: hook.id, disabled: false })
    expect(await replayWebhook(operator, { id: hook.id, since })).toEqual({ id: hook.id, deliveries: 2 })
    while ((await deliverOnce()) > 0);
    expect(receiver.got).toHaveLength(2)
    expect(await replayWebhook(operator, { id: hook.id, since: new Date(0) })).toMatchObject({
      deliveries: 3,
    })
    while ((await deliverOnce()) > 0);
    expect(receiver.got).toHaveLength(5)
    expect(new Set(receiver.got.map(({ headers }) => headers['webhook-id'])).size).toBe(3)
  })

  it('gets a test, which says nothing of whether it fails', async () => {
    const { hook, operator } = await setup()
    receiver.answer(500)
    const { id } = await testWebhook(operator, { id: hook.id })
    await deliverOnce()
    expect(receiver.bodies()).toMatchObject([{ type: 'webhook.test' }])
    expect((await endpoint(hook.id)).failingSince).toBeNull()
    receiver.answer(200)
    await retryWebhookDelivery(operator, { id: hook.id, deliveryId: id })
    await deliverOnce()
    expect(await only(hook.id)).toMatchObject({ attempts: 1, responseStatus: 200 })
  })
})
