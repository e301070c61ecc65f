import { setTimeout as sleep } from 'node:timers/promises'
import { definition } from '@/contracts/definition'
import { appendAudit } from '@/lib/audit/append'
import { deleteApiKey, revokeApiKey, rotateApiKey, updateApiKey } from '@/lib/auth/api-key'
import { db, type Transaction } from '@/lib/db/client'
import { onEvents, type PostedEvent } from '@/lib/events/port'
import { dataOf, postEvents } from '@/lib/events/post'
import { tellEvents } from '@/lib/events/tell'
import { metricsText } from '@/lib/metrics'
import { updateClubPolicy } from '@/lib/policy/update-policy'
import {
  makeClub,
  makeKey,
  makeMember,
  makeServiceAccount,
  useDatabase,
  type Member,
} from '../../support/club'
import { useRaces } from '../../support/races'
import { deliveriesTo, makeWebhook, operatorOf, tellAll } from '../../support/webhooks'

const database = useDatabase()
const races = useRaces(database)
const URL_ = 'https://hooks.example.test/'

beforeEach(async () => {
  await db().event.deleteMany()
  await db().webhookEndpoint.deleteMany()
})

const all = () => [...definition().events.keys()]
const setup = async (types = all()) => {
  const { id: clubId } = await makeClub()
  const owner = await makeMember(clubId, ['COACH'])
  const hook = await makeWebhook(clubId, URL_, types)
  return { clubId, owner, hook, operator: operatorOf(clubId) }
}
const eventsOf = (clubId: string) => db().event.findMany({ where: { clubId }, orderBy: { sequence: 'asc' } })
const post = (owner: Member, n: number, type = 'policy.updated') =>
  db().$transaction((tx) =>
    postEvents(
      tx,
      { clubId: owner.clubId, actor: { kind: 'system', name: null } },
      Array.from({ length: n }, () => ({ type, subjectId: owner.clubId, changes: {} })),
    ),
  )

describe('what is written', () => {
  it('is an event for each step of a key’s life, in their order and in the form of the contract', async () => {
    const { clubId, owner, operator } = await setup()
    const { id, token } = await makeKey(owner, { name: 'ci' })
    await updateApiKey(operator, { id, name: 'renamed' })
    await updateApiKey(operator, { id, disabled: true })
    await updateApiKey(operator, { id, disabled: false })
    const next = await rotateApiKey(operatorOf(clubId), { id, graceSeconds: 60 })
    await revokeApiKey(operator, { id: next.id, reason: 'seen in a log' })
    await deleteApiKey(operator, { id: next.id })
    const events = await eventsOf(clubId)
    expect(events.map(({ type, subjectId }) => [type, subjectId])).toEqual([
      ['api_key.created', id],
      ['api_key.updated', id],
      ['api_key.disabled', id],
      ['api_key.enabled', id],
      ['api_key.created', next.id],
      ['api_key.rotated', id],
      ['api_key.revoked', next.id],
      ['api_key.deleted', next.id],
    ])
    for (const { type, data } of events) dataOf(definition().events.get(type)!).parse(data)
    expect(events.map(({ data }) => (data as { apiKey: { status: string } }).apiKey.status)).toEqual([
      ...['active', 'active', 'disabled', 'active', 'active', 'expiring', 'revoked', 'deleted'],
    ])
    expect(events[1]?.data).toMatchObject({
      apiKey: { id, name: 'renamed', owner: { id: owner.userId } },
      actor: { kind: 'operator', name: 'test' },
      changes: { name: { from: 'ci', to: 'renamed' } },
    })
    for (const secret of [token, next.key])
      expect(JSON.stringify(events.map(({ data }) => data))).not.toContain(secret)
  })

  it('tells of members, service accounts and the policy, too', async () => {
    const { clubId, operator } = await setup()
    const account = await makeServiceAccount(clubId, ['COACH'], 'robot')
    await updateClubPolicy(operator, { maxKeyDays: 200 })
    const events = await eventsOf(clubId)
    expect(events.map(({ type }) => type)).toEqual(['service_account.created', 'policy.updated'])
    expect(events[0]?.data).toMatchObject({
      serviceAccount: { id: account.id, user: { name: 'robot', kind: 'service' } },
    })
    expect(events[1]?.data).toMatchObject({
      target: { type: 'Club', id: clubId },
      changes: { maxKeyDays: { to: 200 } },
    })
  })

  it('is nothing where no endpoint of the club wants it', async () => {
    const { clubId, owner } = await setup(['api_key.revoked'])
    const other = await makeMember((await makeClub()).id, ['COACH'])
    const { id } = await makeKey(owner)
    await revokeApiKey(operatorOf(clubId), { id })
    await revokeApiKey(operatorOf(other.clubId), { id: (await makeKey(other)).id })
    expect((await db().event.findMany()).map(({ type, subjectId }) => [type, subjectId])).toEqual([
      ['api_key.revoked', id],
    ])
  })

  it('goes with its change: neither is there without the other', async () => {
    const { clubId, operator } = await setup()
    const act = db().$transaction(async (tx) => {
      await appendAudit(tx, operator, { action: 'club.policy', targetId: clubId, changes: {} })
      throw new Error('the change fails')
    })
    await expect(act).rejects.toThrow('the change fails')
    expect(await eventsOf(clubId)).toEqual([])
  })

  it('is numbered as the changes of one key followed one another, however many come at once', async () => {
    const { clubId, owner, operator } = await setup()
    const { id } = await makeKey(owner, { name: 'n' })
    await Promise.all(Array.from({ length: 8 }, (_, n) => updateApiKey(operator, { id, name: `n${n}` })))
    const names = (await eventsOf(clubId)).slice(1).map(({ data }) => (data as never as Renamed).changes.name)
    expect(names).toHaveLength(8)
    names.reduce((before, { from, to }) => (expect(from).toBe(before), to), 'n')
  })
})

type Renamed = { changes: { name: { from: string; to: string } } }

describe('who is told', () => {
  it('is each endpoint that wants it, once; none of another club, and none that is off', async () => {
    const { clubId, owner, hook } = await setup(['policy.updated'])
    const [other, off] = [
      await makeWebhook(clubId, URL_, ['api_key.created']),
      await makeWebhook(clubId, URL_, ['policy.updated']),
    ]
    await db().webhookEndpoint.update({ where: { id: off.id }, data: { disabledAt: new Date() } })
    const foreign = await setup(['policy.updated'])
    await post(owner, 3)
    expect(await tellEvents()).toBe(3)
    expect(await tellEvents()).toBe(0)
    const counts = await Promise.all(
      [hook, other, off, foreign.hook].map(async ({ id }) => (await deliveriesTo(id)).length),
    )
    expect(counts).toEqual([3, 0, 0, 0])
  })

  it('a flood of one club holds up no other', async () => {
    const [flood, calm] = [await setup(['policy.updated']), await setup(['policy.updated'])]
    await post(flood.owner, 1_500)
    await post(calm.owner, 1)
    await tellEvents()
    expect(await deliveriesTo(calm.hook.id)).toHaveLength(1)
    expect((await deliveriesTo(flood.hook.id)).length).toBeLessThan(1_000)
    await tellAll()
    expect(await deliveriesTo(flood.hook.id)).toHaveLength(1_500)
  })

  it('one process tells at a time', async () => {
    const { owner, hook } = await setup(['policy.updated'])
    await post(owner, 1)
    await races.hand().query('BEGIN')
    await races.hand().query('SELECT pg_advisory_xact_lock(7266001916)')
    expect(await tellEvents()).toBe(0)
    await races.hand().query('COMMIT')
    expect(await tellEvents()).toBe(1)
    expect(await deliveriesTo(hook.id)).toHaveLength(1)
  })

  it('and waits for nobody who folds usage', async () => {
    const { owner } = await setup(['policy.updated'])
    await post(owner, 1)
    await races.hand().query('BEGIN')
    await races.hand().query('SELECT pg_advisory_xact_lock(7266001913)')
    expect(await tellEvents()).toBe(1)
    await races.hand().query('ROLLBACK')
  })
})

describe('a part of the app', () => {
  const listen = (name: string, tell: (tx: Transaction, events: readonly PostedEvent[]) => Promise<void>) =>
    onEvents(name, ['policy.updated'], tell)
  afterEach(() => {
    for (const name of ['one', 'two']) onEvents(name, [], () => Promise.resolve())
  })

  it('is told of what it asks for in any club, also where there is no endpoint', async () => {
    const heard: string[] = []
    listen(
      'one',
      async (_tx, events) => void heard.push(...events.map(({ clubId, type }) => `${clubId} ${type}`)),
    )
    const { id: clubId } = await makeClub()
    await updateClubPolicy(operatorOf(clubId), { maxKeyDays: 199 })
    await tellAll()
    expect(heard).toEqual([`${clubId} policy.updated`])
  })

  it('that fails is told again, and takes nothing from others', async () => {
    const { owner, hook } = await setup(['policy.updated'])
    const heard: string[] = []
    let fails = true
    listen('one', async (tx) => {
      await tx.club.update({ where: { id: owner.clubId }, data: { name: 'half done' } })
      if (fails) throw new Error('the app is broken')
    })
    listen('two', async (_tx, events) => void heard.push(...events.map(({ id }) => id)))
    await post(owner, 1)
    await tellAll()
    const club = () => db().club.findUniqueOrThrow({ where: { id: owner.clubId } })
    expect([heard.length, (await deliveriesTo(hook.id)).length, (await club()).name]).not.toContain(
      'half done',
    )
    expect([heard.length, (await deliveriesTo(hook.id)).length]).toEqual([1, 1])
    fails = false
    expect(await tellEvents()).toBe(0)
    await db().event.updateMany({ where: { tellAt: { not: null } }, data: { tellAt: new Date(0) } })
    expect(await tellEvents()).toBe(1)
    expect((await club()).name).toBe('half done')
    expect(await deliveriesTo(hook.id)).toHaveLength(1)
  })

  it('that cannot take one event gets all others at once, and that one again after longer and longer', async () => {
    const { clubId, owner, hook } = await setup(['policy.updated'])
    await post(owner, 5)
    const bad = (await eventsOf(clubId))[2]!
    const failed = counted('clubkeys_event_subscribers_failed_total{subscriber="one"}')
    const before = failed()
    const heard: string[] = []
    listen('one', async (tx, events) => {
      for (const { id } of events) {
        // A statement that fails takes the transaction along, as where a mail cannot be queued.
        if (id === bad.id) await tx.$executeRaw`SELECT 1 / 0`
        heard.push(id)
      }
    })
    await tellAll()
    const others = (await eventsOf(clubId)).filter(({ id }) => id !== bad.id)
    expect(heard.slice(-4)).toEqual(others.map(({ id }) => id))
    expect(others.map(({ tellAt }) => tellAt)).toEqual([null, null, null, null])
    expect(await deliveriesTo(hook.id)).toHaveLength(5)
    expect(failed() - before).toBe(1)
    const waits = async (ageSeconds: number) => {
      const createdAt = new Date(Date.now() - ageSeconds * 1000)
      await db().event.update({ where: { id: bad.id }, data: { createdAt, tellAt: new Date(0) } })
      await tellEvents()
      const { tellAt } = await db().event.findUniqueOrThrow({ where: { id: bad.id } })
      return Math.round((tellAt!.getTime() - Date.now()) / 10_000) * 10
    }
    expect([await waits(1), await waits(600), await waits(86_400)]).toEqual([60, 600, 3_600])
  })

  it('that can take none holds up no delivery, and each event is tried before any is tried again', async () => {
    const { clubId, owner, hook } = await setup(['policy.updated'])
    const tried: string[] = []
    listen('one', async (_tx, events) => {
      if (events.length === 1) tried.push(events[0]!.id)
      await sleep(300)
      throw new Error('the app is broken')
    })
    await post(owner, 12)
    await tellAll()
    expect(tried).toEqual((await eventsOf(clubId)).map(({ id }) => id))
    expect(await deliveriesTo(hook.id)).toHaveLength(12)
  })
})

/** What a series of this process's metrics says now. */
const counted = (series: string) => () => {
  const line = metricsText()
    .split('\n')
    .find((one) => one.startsWith(`${series} `))
  return Number(line?.split(' ').at(-1) ?? 0)
}
