import { db } from '@/lib/db/client'
import { overviewOfCalls } from '@/lib/usage/overview'
import { makeClub, makeKey, makeMember, useDatabase } from '../../support/club'

useDatabase()

const NOW = new Date('2027-03-17T10:20:00Z')
const NOTHING = { requests: 0, denied: 0, limited: 0, errors: 0 }

async function setup() {
  const club = await makeClub()
  const admin = await makeMember(club.id, ['CLUB_ADMIN'])
  const coach = await makeMember(club.id, ['COACH'])
  const actors = { admin: (await makeKey(admin)).actor, coach: (await makeKey(coach)).actor }
  const count = async (at: string, counts: Partial<typeof NOTHING>, userId?: string) => {
    const row = { clubId: club.id, hour: new Date(`2027-03-${at}:00:00Z`), ...counts }
    await (userId === undefined
      ? db().clubUsage.create({ data: row })
      : db().ownerUsage.create({ data: { ...row, userId } }))
  }
  return { actors, coach, count }
}

describe('the calls of today', () => {
  it('are those since midnight, of all keys, with what was refused', async () => {
    const { actors, count } = await setup()
    await count('16T23', { requests: 1_000 })
    await count('17T00', { requests: 5, denied: 1 })
    await count('17T10', { requests: 7, limited: 2, errors: 3 })
    const { today } = (await overviewOfCalls(actors.admin, NOW))!
    expect(today).toEqual({ requests: 12, denied: 1, limited: 2, errors: 3 })
  })

  it('are compared with the same hours of last week: only with those that are over', async () => {
    const { actors, count } = await setup()
    await count('10T00', { requests: 100 })
    await count('10T09', { requests: 20 })
    await count('10T10', { requests: 4_000 })
    await count('17T09', { requests: 60 })
    await count('17T10', { requests: 500 })
    const calls = await overviewOfCalls(actors.admin, NOW)
    expect(calls?.compared).toEqual({ today: 60, weekBefore: 120 })
    expect((await overviewOfCalls(actors.admin, new Date('2027-03-17T00:59:59Z')))?.compared).toBeNull()
  })

  it('stand at the end of thirty days', async () => {
    const { actors, count } = await setup()
    for (const [day, requests] of [
      ['11T00', 1],
      ['11T23', 2],
      ['13T12', 3],
      ['17T10', 7],
    ] as const)
      // prettier-ignore
      await count(day, { requests })
    const { days } = (await overviewOfCalls(actors.admin, NOW))!
    expect(days).toHaveLength(30)
    expect(days.slice(-7).map(({ requests }) => requests)).toEqual([3, 0, 3, 0, 0, 0, 7])
    expect([days[0]?.from, days.at(-1)?.from]).toEqual([
      '2027-02-16T00:00:00.000Z',
      '2027-03-17T00:00:00.000Z',
    ])
  })

  it('are those of their own keys for who sees no others, and of no other club', async () => {
    const { actors, coach, count } = await setup()
    const other = await setup()
    await other.count('17T08', { requests: 90 })
    await count('17T08', { requests: 50 })
    await count('17T08', { requests: 2 }, coach.userId)
    expect((await overviewOfCalls(actors.coach, NOW))?.today).toEqual({ ...NOTHING, requests: 2 })
    expect((await overviewOfCalls(actors.admin, NOW))?.today).toEqual({ ...NOTHING, requests: 50 })
  })
})
