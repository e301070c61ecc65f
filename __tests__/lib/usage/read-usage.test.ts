import { Client } from 'pg'
import type { Usage } from '@/contracts/usage'
import type { Actor } from '@/lib/actor'
import { operatorActor } from '@/lib/auth/actor'
import { deleteApiKey, revokeApiKey } from '@/lib/auth/api-key'
import { db } from '@/lib/db/client'
import { foldUsage } from '@/lib/usage/fold'
import { getApiKeyUsage, getUsage } from '@/lib/usage/read-usage'
import { flushUses, recordFailure, recordUse } from '@/lib/usage/record'
import { sweep } from '@/lib/sweep/sweep'
import { makeClub, makeKey, makeMember, useDatabase } from '../../support/club'

const database = useDatabase()

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const hoursAgo = (hours: number) => new Date(Math.floor(Date.now() / HOUR_MS) * HOUR_MS - hours * HOUR_MS)

async function setup() {
  const { id: clubId } = await makeClub()
  const [admin, coach] = [await makeMember(clubId, ['CLUB_ADMIN']), await makeMember(clubId, ['COACH'])]
  const keys = [await makeKey(admin), await makeKey(coach), await makeKey(coach)] as const
  return { clubId, admin, coach, keys, operator: operatorActor(clubId, null, 'test') }
}

/** As a process that counts at that time would. */
async function use(apiKeyId: string, at: Date, requests = 1, denied = 0): Promise<void> {
  const now = jest.spyOn(Date, 'now').mockReturnValue(at.getTime())
  for (let n = 0; n < requests; n++) recordUse(apiKeyId)
  for (let n = 0; n < denied; n++) recordFailure(apiKeyId, 'denied')
  now.mockRestore()
  await flushUses()
}

const busy = ({ data }: Usage) =>
  data
    .filter(({ requests, denied }) => requests + denied > 0)
    .map(({ from, requests, denied }) => [from, requests, denied])
const requestsOf = (usage: Usage) => usage.total.requests

describe('usage', () => {
  it('is told step by step without a gap, in whole steps of UTC, with a total', async () => {
    const { keys, operator } = await setup()
    await use(keys[0].id, new Date(hoursAgo(30).getTime() + 59 * 60_000), 3, 2)
    await use(keys[0].id, hoursAgo(2), 1)
    const { data, total } = await getUsage(operator, {
      from: new Date(hoursAgo(30).getTime() + 1),
      by: 'hour',
    })
    expect(data).toHaveLength(31)
    expect(data[0]).toEqual({
      from: hoursAgo(30).toISOString(),
      to: hoursAgo(29).toISOString(),
      requests: 3,
      denied: 2,
      limited: 0,
      errors: 0,
    })
    data.slice(1).forEach(({ from }, n) => expect(from).toBe(data[n]!.to))
    expect(total).toEqual({ requests: 4, denied: 2, limited: 0, errors: 0 })
    const days = await getUsage(operator, {})
    expect(days.data).toHaveLength(30)
    expect(days.data.at(-1)?.to).toBe(new Date((Math.floor(Date.now() / DAY_MS) + 1) * DAY_MS).toISOString())
    expect(days.total).toEqual(total)
    const months = await getUsage(operator, { by: 'month' })
    expect(months.data).toHaveLength(12)
    expect(months.data.every(({ from }) => from.endsWith('-01T00:00:00.000Z'))).toBe(true)
    expect(months.total).toEqual(total)
  })

  it('is the same before and after it was folded, by every step, key and owner', async () => {
    const { clubId, coach, keys, operator } = await setup()
    const at = [0, 1, 2, 3, 5, 26, 27, 50, 700].map(hoursAgo)
    for (const [n, hour] of at.entries())
      for (const [k, key] of keys.entries()) await use(key.id, hour, n + k + 1, k)
    const from = hoursAgo(800)
    const ask = () =>
      Promise.all(
        (['hour', 'day', 'month'] as const).flatMap((by) => [
          getUsage(operator, { from, by }),
          getUsage(operator, { from, by, ownerId: coach.userId }),
          getUsage(operator, { from, by, keyId: keys[1].id }),
          getApiKeyUsage(operator, { id: keys[2].id, from, by }),
        ]),
      )
    await db().usageFold.updateMany({ data: { hour: new Date(0) } })
    await db().apiKeyUsageDay.deleteMany({ where: { clubId } })
    const before = await ask()
    expect(before.map(requestsOf)).toEqual([1, 2, 3].flatMap(() => [162, 117, 54, 63]))
    await foldUsage()
    expect(await db().apiKeyUsageDay.count({ where: { clubId } })).toBeGreaterThanOrEqual(6)
    expect(await ask()).toEqual(before)
    await foldUsage()
    expect(await ask()).toEqual(before)
  })

  it('that comes after its hour was folded counts as well, once', async () => {
    const { keys, operator } = await setup()
    await use(keys[0].id, hoursAgo(4), 2)
    await foldUsage()
    await use(keys[0].id, hoursAgo(4), 3)
    await use(keys[1].id, hoursAgo(28), 1)
    const ask = async () => [
      requestsOf(await getUsage(operator, {})),
      requestsOf(await getUsage(operator, { by: 'hour', from: hoursAgo(48) })),
      requestsOf(await getApiKeyUsage(operator, { id: keys[0].id })),
    ]
    expect(await ask()).toEqual([6, 6, 5])
    await foldUsage()
    expect(await ask()).toEqual([6, 6, 5])
  })

  it('of a deleted key stays in what the club did', async () => {
    const { admin, keys, operator } = await setup()
    await use(keys[0].id, hoursAgo(4), 2)
    await foldUsage()
    await revokeApiKey(keys[0].actor, { id: keys[0].id })
    await deleteApiKey(keys[0].actor, { id: keys[0].id })
    for (const by of ['hour', 'day', 'month'] as const) {
      const from = hoursAgo(48)
      expect(requestsOf(await getUsage(operator, { from, by }))).toBe(2)
      expect(requestsOf(await getUsage(operator, { from, by, ownerId: admin.userId }))).toBe(0)
    }
  })

  it('is added up as it is written, by whoever writes it', async () => {
    const { clubId, coach, keys, operator } = await setup()
    const counts = { denied: 3, limited: 2, errors: 1 }
    const rows = [0, 40, 1_700].flatMap((hours) =>
      keys.map(({ id }, n) => ({
        apiKeyId: id,
        clubId,
        hour: hoursAgo(hours),
        requests: 10 ** n,
        ...counts,
      })),
    )
    await db().usageFold.updateMany({ data: { hour: new Date(0) } })
    await db().apiKeyUsageDay.deleteMany()
    await db().apiKeyUsage.createMany({ data: rows })
    await db().apiKeyUsage.updateMany({
      where: { apiKeyId: keys[2].id },
      data: { requests: { increment: 500 } },
    })
    const of = async (asked: object) =>
      (await getUsage(operator, { from: hoursAgo(2_000), by: 'hour', ...asked })).total
    expect(await of({})).toEqual({ requests: 1833, denied: 27, limited: 18, errors: 9 })
    expect(await of({ ownerId: coach.userId })).toEqual({
      requests: 1830,
      denied: 18,
      limited: 12,
      errors: 6,
    })
    expect(await of({ by: 'day' })).toEqual(await of({}))
    expect(await of({ by: 'day', ownerId: coach.userId })).toEqual(await of({ ownerId: coach.userId }))
  })

  it('is all for an admin and their own for others, who learn nothing by a filter', async () => {
    const { admin, coach, keys } = await setup()
    const stranger = await setup()
    for (const [n, { id }] of [...keys, ...stranger.keys].entries()) await use(id, hoursAgo(1), 10 ** n)
    const seen = async (actor: Actor, asked: object) => requestsOf(await getUsage(actor, asked))
    const [byAdmin, byCoach] = [keys[0].actor, keys[1].actor]
    expect(await seen(byAdmin, {})).toBe(111)
    expect(await seen(byAdmin, { ownerId: coach.userId })).toBe(110)
    expect(await seen(byAdmin, { keyId: keys[2].id })).toBe(100)
    expect(await seen(byAdmin, { keyId: keys[2].id, ownerId: admin.userId })).toBe(0)
    expect(await seen(byCoach, {})).toBe(110)
    expect(await seen(byCoach, { keyId: keys[1].id })).toBe(10)
    for (const asked of [
      { ownerId: admin.userId },
      { keyId: keys[0].id },
      { keyId: stranger.keys[1].id },
      { ownerId: stranger.coach.userId },
    ])
      expect([asked, await seen(byCoach, asked)]).toEqual([asked, 0])
    expect(await seen(byAdmin, { keyId: stranger.keys[1].id })).toBe(0)
    for (const [actor, id] of [
      [byCoach, keys[0].id],
      [byAdmin, stranger.keys[0].id],
      [byAdmin, stranger.clubId],
    ] as const)
      await expect(getApiKeyUsage(actor, { id })).rejects.toMatchObject({ code: 'not_found' })
  })

  it('is for nobody without the scope', async () => {
    const { coach } = await setup()
    const { actor, id } = await makeKey(coach, { scopes: ['api-keys:read'] })
    await expect(getUsage(actor, {})).rejects.toMatchObject({ code: 'forbidden' })
    await expect(getApiKeyUsage(actor, { id })).rejects.toMatchObject({ code: 'forbidden' })
  })

  it.each([
    [{ from: hoursAgo(1), to: hoursAgo(2) }, 'from'],
    [{ from: hoursAgo(1), to: hoursAgo(1) }, 'from'],
    [{ from: new Date(Date.now() + HOUR_MS) }, 'from'],
    [{ from: hoursAgo(24 * 93), by: 'hour' as const }, 'from'],
    [{ to: hoursAgo(24 * 93), by: 'hour' as const }, 'to'],
    [{ from: hoursAgo(24 * 800) }, 'from'],
    [{ from: hoursAgo(24 * 800), by: 'month' as const }, 'from'],
  ])('names what it cannot tell: %j', async (asked, path) => {
    const { operator } = await setup()
    await expect(getUsage(operator, asked)).rejects.toMatchObject({ errors: [{ path }] })
  })

  it.each([
    [{ from: hoursAgo(24 * 89), by: 'hour' as const }, 24 * 89 + 1],
    [{ from: hoursAgo(1), to: new Date(Date.now() + 400 * DAY_MS), by: 'hour' as const }, 2],
    [{ from: new Date(Date.now() + DAY_MS * 40), to: new Date(Date.now() + DAY_MS * 50) }, 0],
  ])('ends now, and reaches back as far as is kept: %j', async (asked, steps) => {
    const { operator } = await setup()
    expect((await getUsage(operator, asked)).data).toHaveLength(steps)
  })
})

describe('folding', () => {
  it('is done by one process at a time, and waits for none', async () => {
    const { keys } = await setup()
    await db().usageFold.updateMany({ data: { hour: new Date(0) } })
    await db().apiKeyUsage.create({
      data: { apiKeyId: keys[1].id, clubId: keys[1].actor.clubId, hour: hoursAgo(3), requests: 1 },
    })
    const other = new Client(database.directUrl())
    await other.connect()
    await other.query('BEGIN; SELECT pg_advisory_xact_lock(7266001913)')
    expect(await foldUsage()).toBe(0)
    await other.query('COMMIT')
    await other.end()
    expect(await foldUsage()).toBeGreaterThan(0)
    expect(await foldUsage()).toBe(0)
  })

  it('keeps hours for 90 days and days for 2 years, and deletes no hour that is not folded', async () => {
    const { clubId, keys, operator } = await setup()
    const { id } = keys[0]
    const daysAgo = (days: number) => new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS - days * DAY_MS)
    const hours = [daysAgo(89), daysAgo(91), daysAgo(400), daysAgo(800)]
    await db().usageFold.updateMany({ data: { hour: new Date(0) } })
    await db().apiKeyUsageDay.deleteMany()
    await db().apiKeyUsage.createMany({
      data: hours.map((hour) => ({ apiKeyId: id, clubId, hour, requests: 7 })),
    })
    const other = new Client(database.directUrl())
    await other.connect()
    await other.query('BEGIN; SELECT pg_advisory_xact_lock(7266001913)')
    expect((await sweep()).ApiKeyUsage).toBe(0)
    await other.query('COMMIT')
    await other.end()
    await sweep()
    const kept = await db().apiKeyUsage.findMany({ where: { apiKeyId: id } })
    expect(kept.map(({ hour }) => hour)).toEqual([hours[0]])
    const days = await db().apiKeyUsageDay.findMany({ where: { apiKeyId: id }, orderBy: { day: 'desc' } })
    expect(days.map(({ day, requests }) => [day, requests])).toEqual(hours.slice(0, 3).map((day) => [day, 7]))
    expect(await db().clubUsage.count({ where: { clubId } })).toBe(3)
    expect(busy(await getUsage(operator, { from: daysAgo(420) }))).toHaveLength(3)
  })
})
