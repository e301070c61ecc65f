import { setTimeout as sleep } from 'node:timers/promises'
import { Webhook } from 'standardwebhooks'
import { eventBody } from '@/contracts/events'
import { db } from '@/lib/db/client'
import { updateClubPolicy } from '@/lib/policy/update-policy'
import { updateApiKey } from '@/lib/auth/api-key'
import { BOUNDS, claimDeliveries } from '@/lib/webhooks/claim'
import { deliver } from '@/lib/webhooks/deliver'
import { Load } from '@/lib/webhooks/load'
import { rotateWebhookSecret } from '@/lib/webhooks/rotate-secret'
import { replayWebhook, retryWebhookDelivery } from '@/lib/webhooks/send-again'
import { testWebhook } from '@/lib/webhooks/send-test'
import { updateWebhook } from '@/lib/webhooks/update'
import { makeClub, makeKey, makeMember, useDatabase } from '../../support/club'
import { useReceiver } from '../../support/receiver'
import {
  deliverOnce,
  deliveriesTo,
  endpoint,
  makeDue,
  makeWebhook,
  operatorOf,
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
const claim = () => claimDeliveries(false, 64, new Load().full())

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

describe('the order', () => {
  const twoKeys = async () => {
    const { clubId, hook, operator } = await setup(['api_key.updated'])
    const owner = await makeMember(clubId, ['COACH'])
    const [one, two] = [await makeKey(owner), await makeKey(owner)]
    const rename = (id: string, name: string) => updateApiKey(operator, { id, name })
    return { hook, one: one.id, two: two.id, rename }
  }
  const names = () => receiver.bodies().map(({ data }) => (data as { apiKey: { name: string } }).apiKey.name)

  it('of one key is kept, and another key’s waits for none of it', async () => {
    const { one, two, rename } = await twoKeys()
    for (const n of [1, 2, 3]) await rename(one, `one ${n}`)
    await rename(two, 'two 1')
    expect(await deliverOnce()).toBe(2)
    expect(names().sort()).toEqual(['one 1', 'two 1'])
    for (const n of [2, 3]) {
      expect(await deliverOnce()).toBe(1)
      expect(names().at(-1)).toBe(`one ${n}`)
    }
  })

  it('holds a later event back until the earlier was tried once, and no longer', async () => {
    const { one, rename } = await twoKeys()
    receiver.answer(500)
    await rename(one, 'one 1')
    await rename(one, 'one 2')
    await deliverOnce()
    receiver.answer(200)
    expect(await deliverOnce()).toBe(1)
    expect(names()).toEqual(['one 1', 'one 2'])
  })

  it('holds back nothing that is urgent', async () => {
    const { hook, one, rename } = await twoKeys()
    await rename(one, 'one 1')
    await rename(one, 'one 2')
    await tellAll()
    const last = (await deliveriesTo(hook.id))[1]!
    await db().webhookDelivery.update({ where: { id: last.id }, data: { urgent: true } })
    const [urgent] = await claimDeliveries(true, 1, new Load().full())
    expect(urgent?.id).toBe(last.id)
  })
})

describe('several processes', () => {
  it('never try the same at once; what one of them leaves behind is tried by another, and only that one writes', async () => {
    const { hook, happen } = await setup()
    await happen()
    await tellAll()
    const [first] = await claim()
    expect(first).toBeDefined()
    expect(await claim()).toEqual([])
    const left = await only(hook.id)
    expect(inSeconds(left.nextAt)).toBeGreaterThan(25)
    await makeDue()
    const [second] = await claim()
    expect(second?.id).toBe(first?.id)
    receiver.answer(500)
    await deliver(first!)
    expect(await only(hook.id)).toMatchObject({ attempts: 0, responseStatus: null })
    receiver.answer(200)
    await deliver(second!)
    expect(await only(hook.id)).toMatchObject({ attempts: 1, responseStatus: 200 })
  })

  it('take each delivery once, however many look at the same moment', async () => {
    const { clubId, operator } = await setup(['api_key.updated'])
    const owner = await makeMember(clubId, ['COACH'])
    for (let n = 0; n < 8; n++) await updateApiKey(operator, { id: (await makeKey(owner)).id, name: 'x' })
    await tellAll()
    const looks = await Promise.all(Array.from({ length: 6 }, claim))
    const ids = looks.flat().map(({ id }) => id)
    expect(ids.length).toBeGreaterThanOrEqual(BOUNDS.endpoint)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('send so many to an endpoint at once, and one at a time where nothing arrives', async () => {
    const { clubId, hook, operator } = await setup(['api_key.updated'])
    const owner = await makeMember(clubId, ['COACH'])
    for (let n = 0; n < 9; n++) await updateApiKey(operator, { id: (await makeKey(owner)).id, name: 'x' })
    await tellAll()
    const load = new Load()
    const first = await claimDeliveries(false, 64, load.full())
    expect(first).toHaveLength(BOUNDS.endpoint)
    const ends = first.map((claimed) => load.take(claimed))
    expect(await claimDeliveries(false, 64, load.full())).toEqual([])
    ends[0]!()
    expect(await claimDeliveries(false, 64, load.full())).toHaveLength(1)
    await db().webhookEndpoint.update({ where: { id: hook.id }, data: { failingSince: new Date() } })
    expect(await claimDeliveries(false, 64, new Load().full())).toHaveLength(1)
  })
})
