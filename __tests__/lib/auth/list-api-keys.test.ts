import type { ListApiKeysQuery } from '@/contracts/api-key'
import { API_KEY_SORTS, API_KEY_STATUSES, ORDERS } from '@/contracts/api-key-filter'
import type { Actor } from '@/lib/actor'
import { operatorActor } from '@/lib/auth/actor'
import { listApiKeys } from '@/lib/auth/api-key'
import { db } from '@/lib/db/client'
import { makeClub, makeKey, makeMember, useDatabase, type Member } from '../../support/club'
import { demand } from '../../support/policy'

useDatabase()

const DAY_MS = 24 * 3600 * 1000
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS)

let coach: Member
let athlete: Member
let admin: Actor
let rival: Member

type Data = {
  name: string
  owner?: Member
  createdAt?: Date
  expiresAt?: Date | null
  usedAt?: Date
} & Partial<Record<'revokedAt' | 'disabledAt', Date>>

/** Every status, some with the same values as others, used and unused. */
const KEYS = (): Data[] => [
  { name: 'build server', expiresAt: inDays(60), usedAt: inDays(-1), createdAt: inDays(-200) },
  { name: 'Build mirror', expiresAt: null, usedAt: inDays(-1), createdAt: inDays(-200) },
  { name: '100% done', expiresAt: inDays(3), createdAt: inDays(-200) },
  { name: '100 done', expiresAt: inDays(3), usedAt: inDays(-40), createdAt: inDays(-100) },
  { name: 'snake_case', expiresAt: null, createdAt: inDays(-1), disabledAt: inDays(-1) },
  { name: 'snakeXcase', expiresAt: inDays(365), owner: athlete, createdAt: inDays(-1) },
  { name: 'back\\slash', expiresAt: inDays(-1), usedAt: inDays(-50), owner: athlete, createdAt: inDays(-90) },
  {
    name: 'gone',
    expiresAt: inDays(60),
    usedAt: inDays(-100),
    revokedAt: inDays(-1),
    createdAt: inDays(-90),
  },
  { name: 'paused, ending', expiresAt: inDays(2), disabledAt: inDays(-1) },
  { name: 'gone, ended', expiresAt: inDays(-2), revokedAt: inDays(-3), disabledAt: inDays(-4) },
]

beforeAll(async () => {
  const { id } = await makeClub()
  coach = await makeMember(id, ['COACH'])
  athlete = await makeMember(id, ['ATHLETE'])
  admin = operatorActor(id, null, 'test')
  rival = await makeMember((await makeClub()).id, ['COACH'])
  await makeKey(rival, { name: 'build elsewhere' })
  for (const { usedAt, owner = coach, name, ...data } of KEYS()) {
    const key = await makeKey(owner, {
      name,
      scopes: owner === coach ? ['practices:write', 'practices:read'] : ['practices:read'],
    })
    await db().apiKey.update({ where: { id: key.id }, data })
    if (usedAt) await db().apiKeyUse.create({ data: { apiKeyId: key.id, clubId: id, lastUsedAt: usedAt } })
  }
})

const names = async (query: Partial<ListApiKeysQuery>, actor = admin) =>
  (await listApiKeys(actor, { limit: 100, ...query })).data.map(({ name }) => name)

describe('a filter', () => {
  it('by status finds exactly the keys that show it', async () => {
    const { data } = await listApiKeys(admin, { limit: 100 })
    for (const status of API_KEY_STATUSES) {
      const expected = data.filter((key) => key.status === status).map(({ name }) => name)
      expect(expected).not.toEqual([])
      expect({ status, found: await names({ status }) }).toEqual({ status, found: expected })
    }
  })

  it('by text finds parts of names in any case, and takes no character for a wildcard', async () => {
    expect((await names({ q: 'BUILD' })).sort()).toEqual(['Build mirror', 'build server'])
    expect(await names({ q: '0%' })).toEqual(['100% done'])
    expect(await names({ q: 'e_c' })).toEqual(['snake_case'])
    expect(await names({ q: '\\' })).toEqual(['back\\slash'])
    expect(await names({ q: 'k\\s' })).toEqual(['back\\slash'])
    expect(await names({ q: '%' })).toEqual(['100% done'])
  })

  it('by text finds a key by what is shown of its token', async () => {
    const { data } = await listApiKeys(admin, { limit: 100 })
    for (const { name, start, last4 } of data.slice(0, 3)) {
      expect(await names({ q: start! })).toEqual([name])
      expect(await names({ q: last4! })).toContain(name)
    }
  })

  it('by owner finds nobody’s of another club', async () => {
    expect((await names({ ownerId: athlete.userId })).sort()).toEqual(['back\\slash', 'snakeXcase'])
    expect(await names({ ownerId: rival.userId })).toEqual([])
    expect(await names({ ownerId: '0190d9a0-0000-7000-8000-000000000000' })).toEqual([])
  })

  it('by scope finds the keys that hold it', async () => {
    expect(await names({ scope: 'practices:write', ownerId: athlete.userId })).toEqual([])
    expect(await names({ scope: 'practices:write' })).toHaveLength(KEYS().length - 2)
  })

  it('by use finds what was used since, or has had the time and was not', async () => {
    expect((await names({ usedSince: inDays(-45) })).sort()).toEqual([
      '100 done',
      'Build mirror',
      'build server',
    ])
    expect((await names({ unusedSince: inDays(-30) })).sort()).toEqual([
      '100 done',
      '100% done',
      'back\\slash',
      'gone',
    ])
  })

  it('by status finds those that can be used, whether they end soon or not', async () => {
    const { data } = await listApiKeys(admin, { limit: 100 })
    const usable = data.filter(({ status }) => status === 'active' || status === 'expiring')
    expect(await names({ status: 'usable' })).toEqual(usable.map(({ name }) => name))
  })

  it('by end finds what ends before an instant, and what never ends', async () => {
    expect((await names({ expiresBefore: inDays(10), status: 'usable' })).sort()).toEqual([
      '100 done',
      '100% done',
    ])
    expect((await names({ expiresBefore: inDays(-1) })).sort()).toEqual(['back\\slash', 'gone, ended'])
    expect((await names({ neverExpires: 'true' })).sort()).toEqual(['Build mirror', 'snake_case'])
    expect(await names({ neverExpires: 'true', expiresBefore: inDays(9_999) })).toEqual([])
  })

  it('by failures finds what was refused or failed since, by the hour, and only for whoever sees usage', async () => {
    const hour = new Date(Math.floor(Date.now() / 3_600_000 - 48) * 3_600_000)
    const count = async (name: string, counts: object) => {
      const { id: apiKeyId } = await db().apiKey.findFirstOrThrow({
        where: { name, clubId: admin.clubId },
      })
      await db().apiKeyUsage.create({ data: { apiKeyId, clubId: admin.clubId, hour, ...counts } })
    }
    await count('build server', { denied: 1 })
    await count('gone', { requests: 9, errors: 2 })
    await count('Build mirror', { requests: 9, limited: 4 })
    const failedSince = new Date(hour.getTime() + 59 * 60_000)
    expect((await names({ failedSince })).sort()).toEqual(['build server', 'gone'])
    expect(await names({ failedSince, status: 'usable' })).toEqual(['build server'])
    expect(await names({ failedSince: new Date(hour.getTime() + 3_600_000) })).toEqual([])
    const reader = await makeKey(coach, { name: 'reads keys', scopes: ['api-keys:read'] })
    expect(await names({ failedSince }, reader.actor)).toEqual([])
    const seer = await makeKey(coach, { name: 'reads usage', scopes: ['api-keys:read', 'usage:read'] })
    expect((await names({ failedSince }, seer.actor)).sort()).toEqual(['build server', 'gone'])
    const made = { id: { in: [reader.id, seer.id] } }
    await db().apiKey.updateMany({ where: made, data: { revokedAt: new Date() } })
    await db().apiKey.deleteMany({ where: made })
  })

  it('by policy finds live keys that end too late or never', async () => {
    const set = (data: object) => demand(admin.clubId, data)
    expect(await names({ policy: 'outside' })).toEqual([])
    await set({ defaultKeyDays: 30, maxKeyDays: 59 })
    expect((await names({ policy: 'outside' })).sort()).toEqual(['build server', 'snakeXcase'])
    await set({ allowNonExpiringKeys: false })
    expect((await names({ policy: 'outside' })).sort()).toEqual([
      'Build mirror',
      'build server',
      'snakeXcase',
      'snake_case',
    ])
    await set({ defaultKeyDays: 90, maxKeyDays: 366, allowNonExpiringKeys: true })
  })

  it('takes all that is given together', async () => {
    expect(
      await names({
        q: 'done',
        status: 'expiring',
        unusedSince: inDays(-30),
        ownerId: coach.userId,
        scope: 'practices:read',
      }),
    ).toEqual(expect.arrayContaining(['100 done', '100% done']))
    expect(await names({ q: 'done', status: 'active' })).toEqual([])
  })

  it('shows nobody more than they may see', async () => {
    const { actor } = await makeKey(athlete, { name: 'athlete’s reader', scopes: ['api-keys:read'] })
    expect(await names({ q: 'build' }, actor)).toEqual([])
    expect(await names({ ownerId: coach.userId }, actor)).toEqual([])
  })
})

describe('sorted', () => {
  const comparable = (value: string | null) => (value === null ? '￿' : value)

  it.each(API_KEY_SORTS.flatMap((sort) => ORDERS.map((order) => [sort, order] as const)))(
    'by %s %s pages through every key exactly once, those without the value last',
    async (sort, order) => {
      const whole = (await listApiKeys(admin, { limit: 100, sort, order })).data
      for (const limit of [1, 2, 3, 7]) {
        const seen: string[] = []
        let cursor: string | undefined
        do {
          const page = await listApiKeys(admin, { limit, sort, order, cursor })
          expect(page.data.length).toBeLessThanOrEqual(limit)
          seen.push(...page.data.map(({ id }) => id))
          cursor = page.nextCursor ?? undefined
        } while (cursor)
        expect(seen).toEqual(whole.map(({ id }) => id))
      }
      const values = whole.map((key) => key[sort])
      const having = values.filter((value) => value !== null)
      expect(values.slice(0, having.length)).toEqual(having)
      if (sort === 'name') return
      const sorted = [...having].sort((a, b) => (comparable(a) < comparable(b) ? -1 : 1))
      expect(having).toEqual(order === 'asc' ? sorted : sorted.reverse())
    },
  )

  it('keeps to its filter across pages', async () => {
    const first = await listApiKeys(admin, { limit: 1, sort: 'expiresAt', q: 'build' })
    const second = await listApiKeys(admin, {
      limit: 1,
      sort: 'expiresAt',
      q: 'build',
      cursor: first.nextCursor ?? '',
    })
    expect([...first.data, ...second.data].map(({ name }) => name)).toEqual(['build server', 'Build mirror'])
    expect(second.nextCursor).toBeNull()
  })
})
