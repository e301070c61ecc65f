import { listPracticesQuery } from '@/contracts/practices'
import { db } from '@/lib/db/client'
import { createPractice } from '@/lib/practices/create'
import { deletePractice } from '@/lib/practices/delete'
import { listPractices } from '@/lib/practices/list'
import { updatePractice } from '@/lib/practices/update'
import { makePractice, twoClubs, useDatabase } from '../../support/club'

useDatabase()

const query = (given: Record<string, string> = {}) => listPracticesQuery.parse(given)
const day = (n: number) => new Date(Date.UTC(2027, 4, n, 18))

async function setup() {
  const { home, rival } = await twoClubs()
  return { home, rival, coach: home.keys.coach.actor, athlete: home.keys.athlete.actor }
}

describe('listPractices', () => {
  it('orders by start and filters by status and by half-open dates', async () => {
    const { home, coach } = await setup()
    for (const n of [3, 1, 2]) await makePractice(home.coach, n === 2 ? 'DRAFT' : 'PUBLISHED', day(n))
    const starts = async (given: Record<string, string>) =>
      (await listPractices(coach, query(given))).data.map((practice) =>
        new Date(practice.startsAt).getUTCDate(),
      )
    expect(await starts({})).toEqual([1, 2, 3])
    expect(await starts({ status: 'DRAFT' })).toEqual([2])
    expect(await starts({ from: day(1).toISOString(), to: day(3).toISOString() })).toEqual([1, 2])
  })

  it('shows an athlete no draft, whatever they filter by', async () => {
    const { home, athlete } = await setup()
    await makePractice(home.coach, 'DRAFT')
    expect((await listPractices(athlete, query({ status: 'DRAFT' }))).data).toEqual([])
  })

  it('pages through equal starts exactly once', async () => {
    const { home, coach } = await setup()
    const made = await Promise.all(
      Array.from({ length: 7 }, () => makePractice(home.coach, 'PUBLISHED', day(1))),
    )
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const page: Awaited<ReturnType<typeof listPractices>> = await listPractices(
        coach,
        query({ limit: '3', ...(cursor && { cursor }) }),
      )
      seen.push(...page.data.map(({ id }) => id))
      cursor = page.nextCursor
    } while (cursor)
    expect([...seen].sort()).toEqual(made.map(({ id }) => id).sort())
  })
})

describe('changing practices', () => {
  it('records creation, change and deletion with who and what', async () => {
    const { home, coach } = await setup()
    const { id } = await createPractice(coach, { title: 'Hills', startsAt: day(1) })
    await updatePractice(coach, { id, title: 'More hills', status: 'PUBLISHED' })
    await updatePractice(coach, { id, title: 'More hills' })
    await deletePractice(coach, { id })
    const rows = await db().auditEvent.findMany({ where: { targetId: id }, orderBy: { id: 'asc' } })
    expect(rows.map(({ action }) => action)).toEqual([
      'practice.create',
      'practice.update',
      'practice.delete',
    ])
    expect(rows[1]).toMatchObject({
      actorUserId: home.coach.userId,
      changes: { title: { from: 'Hills', to: 'More hills' }, status: { from: 'DRAFT', to: 'PUBLISHED' } },
    })
  })

  it('refuses an end before the start that is already there', async () => {
    const { coach } = await setup()
    const { id } = await createPractice(coach, { title: 'Hills', startsAt: day(2) })
    await expect(updatePractice(coach, { id, endsAt: day(1) })).rejects.toMatchObject({
      code: 'validation_failed',
      errors: [{ path: 'endsAt' }],
    })
  })

  it('G9: changes nothing when the audit row cannot be written', async () => {
    const { coach } = await setup()
    const { id } = await createPractice(coach, { title: 'Hills', startsAt: day(1) })
    const broken = { ...coach, trace: { ...coach.trace, userAgent: '\u0000' } }
    await expect(createPractice(broken, { title: 'Lost', startsAt: day(1) })).rejects.toThrow()
    await expect(updatePractice(broken, { id, title: 'Changed' })).rejects.toThrow()
    await expect(deletePractice(broken, { id })).rejects.toThrow()
    expect(
      await db().practice.findMany({ where: { clubId: coach.clubId }, select: { title: true } }),
    ).toEqual([{ title: 'Hills' }])
  })
})
