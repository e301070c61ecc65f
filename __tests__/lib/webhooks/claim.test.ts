import { db } from '@/lib/db/client'
import { postEvents } from '@/lib/events/post'
import { updateClubPolicy } from '@/lib/policy/update-policy'
import { updateApiKey } from '@/lib/auth/api-key'
import { BOUNDS, claimDeliveries } from '@/lib/webhooks/claim'
import { deliver } from '@/lib/webhooks/deliver'
import { retryWebhookDelivery } from '@/lib/webhooks/send-again'
import { makeClub, makeKey, makeMember, useDatabase } from '../../support/club'
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
const claim = () => claimDeliveries(false, 64, roomyLoad().underWay())

describe('the order', () => {
  const twoKeys = async () => {
    const { clubId, hook, operator } = await setup(['api_key.updated'])
    const owner = await makeMember(clubId, ['COACH'])
    const [one, two] = [await makeKey(owner), await makeKey(owner)]
    const rename = (id: string, name: string) => updateApiKey(operator, { id, name })
    return { hook, one: one.id, two: two.id, rename, operator }
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

  it('is not stuck where the event that others wait for became due after more of them than one look sees', async () => {
    const { hook, one, two } = await twoKeys()
    const { clubId } = await endpoint(hook.id)
    const happenings = (subjectId: string, count: number) =>
      Array.from({ length: count }, () => ({ type: 'api_key.updated' as const, subjectId, changes: {} }))
    const actor = { kind: 'system', name: null } as const
    await db().$transaction((tx) =>
      postEvents(tx, { clubId, actor }, [...happenings(one, 130), ...happenings(two, 130)]),
    )
    await tellAll()
    // A process died with the first of each key, and its time is over; all others wait for longer.
    const all = await deliveriesTo(hook.id)
    const firsts = [all[0]!.id, all[130]!.id]
    const lent = { claimedAt: new Date(Date.now() - 40_000), nextAt: new Date(Date.now() - 10_000) }
    await makeDue()
    await db().webhookDelivery.updateMany({ where: { id: { in: firsts } }, data: lent })
    expect((await claim()).map(({ id }) => id).sort()).toEqual(firsts.sort())
  })

  it('is not stuck either where an old event is sent again while many wait', async () => {
    const { hook, one, rename, operator } = await twoKeys()
    const { clubId } = await endpoint(hook.id)
    await rename(one, 'one 1')
    await deliverOnce()
    const old = (await deliveriesTo(hook.id))[0]!
    const change = { type: 'api_key.updated' as const, subjectId: one, changes: {} }
    const actor = { kind: 'system', name: null } as const
    await db().$transaction((tx) => postEvents(tx, { clubId, actor }, Array<typeof change>(210).fill(change)))
    await tellAll()
    await makeDue()
    await retryWebhookDelivery(operator, { id: hook.id, deliveryId: old.id })
    expect((await claim()).map(({ id }) => id)).toEqual([old.id])
  })

  it('lets no key wait until all that is known of another was sent', async () => {
    const { hook, one, two } = await twoKeys()
    const { clubId } = await endpoint(hook.id)
    const change = (subjectId: string) => ({ type: 'api_key.updated' as const, subjectId, changes: {} })
    const actor = { kind: 'system', name: null } as const
    await db().$transaction((tx) =>
      postEvents(tx, { clubId, actor }, [...Array<string>(210).fill(one), two].map(change)),
    )
    await tellAll()
    const all = await deliveriesTo(hook.id)
    expect((await claim()).map(({ id }) => id).sort()).toEqual([all[0]!.id, all[210]!.id].sort())
  })

  it('lets what failed before not wait for them either', async () => {
    const { hook, one, two, rename } = await twoKeys()
    const { clubId } = await endpoint(hook.id)
    receiver.answer(500)
    await rename(two, 'two 1')
    await deliverOnce()
    const [failed] = await deliveriesTo(hook.id)
    const change = { type: 'api_key.updated' as const, subjectId: one, changes: {} }
    const actor = { kind: 'system', name: null } as const
    await db().$transaction((tx) => postEvents(tx, { clubId, actor }, Array<typeof change>(210).fill(change)))
    await tellAll()
    await makeDue({ id: { not: failed!.id } })
    await db().webhookDelivery.update({ where: { id: failed!.id }, data: { nextAt: new Date() } })
    await db().webhookEndpoint.update({ where: { id: hook.id }, data: { failingSince: null } })
    expect((await claim()).map(({ id }) => id)).toContain(failed!.id)
  })

  it('holds back nothing that is urgent', async () => {
    const { hook, one, rename } = await twoKeys()
    await rename(one, 'one 1')
    await rename(one, 'one 2')
    await tellAll()
    const last = (await deliveriesTo(hook.id))[1]!
    await db().webhookDelivery.update({ where: { id: last.id }, data: { urgent: true } })
    const [urgent] = await claimDeliveries(true, 1, roomyLoad().underWay())
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

  it('send nothing more to what fails or takes long while all room for that is taken, and all else', async () => {
    const { clubId, hook, happen } = await setup()
    await happen()
    await tellAll()
    const taken = async () =>
      (await claimDeliveries(false, 64, { ...roomyLoad().underWay(), slow: true })).length
    for (const data of [{ slow: true }, { failingSince: new Date() }]) {
      await db().webhookEndpoint.update({ where: { id: hook.id }, data })
      expect(await taken()).toBe(0)
      await db().webhookEndpoint.update({ where: { id: hook.id }, data: { slow: false, failingSince: null } })
    }
    expect(await taken()).toBe(1)
    expect(await db().webhookDelivery.count({ where: { clubId, claimedAt: { not: null } } })).toBe(1)
  })

  it('leave room at a host that many clubs use, however many of its places the others hold', async () => {
    const load = roomyLoad()
    const takeAll = async () => {
      const claimed = await claimDeliveries(false, 64, load.underWay())
      for (const one of claimed) load.take(one)
      return claimed.map(({ clubId }) => clubId)
    }
    const clubs: string[] = []
    const got: number[] = []
    for (let n = 0; n < 4; n++) {
      const { clubId } = await setup([])
      clubs.push(clubId)
      const owner = await makeMember(clubId, ['COACH'])
      for (let hook = 0; hook < 4; hook++) await makeWebhook(clubId, receiver.url(), ['api_key.updated'])
      for (let key = 0; key < 5; key++)
        await updateApiKey(operatorOf(clubId), { id: (await makeKey(owner)).id, name: 'x' })
      await tellAll()
      const all = await takeAll()
      expect(new Set(all)).toEqual(new Set([clubId]))
      expect(await takeAll()).toEqual([])
      got.push(all.length)
    }
    expect(got).toEqual([12, 6, 3, 2])
  })

  it('share a host’s places evenly among clubs that come at once', async () => {
    const clubs = [await setup([]), await setup([]), await setup([])]
    for (const { clubId, operator } of clubs) {
      const owner = await makeMember(clubId, ['COACH'])
      for (let hook = 0; hook < 3; hook++) await makeWebhook(clubId, receiver.url(), ['api_key.updated'])
      for (let key = 0; key < 4; key++)
        await updateApiKey(operator, { id: (await makeKey(owner)).id, name: 'x' })
    }
    await tellAll()
    const claimed = await claim()
    const counts = clubs.map(({ clubId }) => claimed.filter((one) => one.clubId === clubId).length)
    expect(counts).toEqual([6, 6, 6])
  })

  it('send so many of a club at once, counting those that are under way', async () => {
    const { clubId, operator } = await setup([])
    const owner = await makeMember(clubId, ['COACH'])
    const url = (n: number) => receiver.url().replace('127.0.0.1', `127.0.0.${n}`)
    for (const n of [1, 2, 3, 4]) await makeWebhook(clubId, url(n), ['api_key.updated'])
    for (let n = 0; n < 6; n++) await updateApiKey(operator, { id: (await makeKey(owner)).id, name: 'x' })
    await tellAll()
    const load = roomyLoad()
    const first = await claimDeliveries(false, 7, load.underWay())
    for (const one of first) load.take(one)
    const more = await claimDeliveries(false, 64, load.underWay())
    expect([first.length, first.length + more.length]).toEqual([7, BOUNDS.club])
  })

  it('send so many to an endpoint at once, and one at a time where nothing arrives', async () => {
    const { clubId, hook, operator } = await setup(['api_key.updated'])
    const owner = await makeMember(clubId, ['COACH'])
    for (let n = 0; n < 9; n++) await updateApiKey(operator, { id: (await makeKey(owner)).id, name: 'x' })
    await tellAll()
    const load = roomyLoad()
    const first = await claimDeliveries(false, 64, load.underWay())
    expect(first).toHaveLength(BOUNDS.endpoint)
    const ends = first.map((claimed) => load.take(claimed))
    expect(await claimDeliveries(false, 64, load.underWay())).toEqual([])
    ends[0]!()
    expect(await claimDeliveries(false, 64, load.underWay())).toHaveLength(1)
    await db().webhookEndpoint.update({ where: { id: hook.id }, data: { failingSince: new Date() } })
    expect(await claimDeliveries(false, 64, roomyLoad().underWay())).toHaveLength(1)
  })
})
