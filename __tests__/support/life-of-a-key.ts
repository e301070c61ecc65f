import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from '@/contracts/page'
import { deleteApiKey, getApiKey, listApiKeys, rotateApiKey, validateApiKey } from '@/lib/auth/api-key'
import type { Actor } from '@/lib/actor'
import { operatorActor } from '@/lib/auth/actor'
import { listAuditEvents } from '@/lib/audit/list'
import { db } from '@/lib/db/client'
import { getPractice } from '@/lib/practices/get'
import { claimDue } from '@/lib/reminders/due'
import { foldUsage } from '@/lib/usage/fold'
import { getUsage } from '@/lib/usage/read-usage'
import { flushUses, recordUse } from '@/lib/usage/record'
import { makeClub, makeKey, makeMember, makePractice, type Member } from './club'

/** On this night New York has half past one twice, and Berlin half past two a week before. */
const TWICE = ['2027-11-07T05:30:00.000Z', '2027-11-07T06:30:00.000Z', '2027-10-31T00:30:00.000Z']

/** What depends on times: when a key ends, what a rotation ends, what the log and its pages show. */
export async function liveThrough(): Promise<void> {
  const { id: clubId } = await makeClub()
  const owner = await makeMember(clubId, ['CLUB_ADMIN', 'COACH'])
  const operator = operatorActor(clubId, owner.userId, 'test')
  await expiryToTheSecond(owner, operator)
  await rotationWithoutGrace(owner)
  await auditOfNow(operator)
  await nightWithTwoHours(owner)
  await daysOfUse(owner, operator)
  await remindersInTime(owner)
}

async function expiryToTheSecond(owner: Member, operator: Actor): Promise<void> {
  const ends = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 1_000)
  const short = await makeKey(owner, { expiresAt: ends })
  const long = await makeKey(owner, { expiresAt: new Date(Date.now() + 40_000) })
  for (const { id, token } of [short, long]) {
    expect(await validateApiKey(token)).toMatchObject({ ok: true })
    expect(await getApiKey(operator, { id })).toMatchObject({ status: 'expiring' })
  }
  expect(await getApiKey(operator, { id: short.id })).toMatchObject({ expiresAt: ends.toISOString() })
  await sleep(ends.getTime() - Date.now() + 5)
  expect(await validateApiKey(short.token)).toMatchObject({ ok: false })
  expect(await getApiKey(operator, { id: short.id })).toMatchObject({ status: 'expired' })
  await deleteApiKey(operator, { id: short.id })
}

async function rotationWithoutGrace(owner: Member): Promise<void> {
  const before = await makeKey(owner)
  const after = await rotateApiKey(before.actor, { id: before.id, graceSeconds: 0 })
  expect(await validateApiKey(before.token)).toMatchObject({ ok: false })
  expect(await validateApiKey(after.key)).toMatchObject({ ok: true })
}

async function auditOfNow(operator: Actor): Promise<void> {
  const { data } = await listAuditEvents(operator, { limit: 1 })
  const ago = Date.now() - Date.parse(data[0]?.at ?? '')
  expect(ago).toBeGreaterThanOrEqual(-1_000)
  expect(ago).toBeLessThan(10_000)
  const events: Read = (page) => listAuditEvents(operator, page)
  expect(await idsOf(events, 2)).toEqual(await idsOf(events, 100))
  const keys: Read = (page) => listApiKeys(operator, page)
  expect(await idsOf(keys, 1)).toEqual(await idsOf(keys, 100))
}

type Read = (page: { limit: number; cursor?: string }) => Promise<Page<{ id: string }>>

/** Of a whole list, read in pages of `limit`. */
async function idsOf(read: Read, limit: number): Promise<string[]> {
  const ids: string[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: Page<{ id: string }> = await read({ limit, ...(cursor && { cursor }) })
    ids.push(...page.data.map(({ id }) => id))
    cursor = page.nextCursor
  }
  return ids
}

async function nightWithTwoHours(owner: Member): Promise<void> {
  const { actor } = await makeKey(owner)
  for (const at of TWICE) {
    const { id } = await makePractice(owner, 'PUBLISHED', new Date(at))
    expect(await getPractice(actor, { id })).toMatchObject({ startsAt: at })
  }
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** A day of usage begins at midnight in UTC, folded or not, of a key, its owner and the club. */
async function daysOfUse(owner: Member, operator: Actor): Promise<void> {
  const { id } = await makeKey(owner)
  const first = Math.floor(Date.now() / DAY_MS) * DAY_MS - 3 * DAY_MS
  for (const hours of [0, 5, 18.5, 23.99, 24, 47]) {
    const now = jest.spyOn(Date, 'now').mockReturnValue(first + hours * HOUR_MS)
    recordUse(id)
    now.mockRestore()
    await flushUses()
  }
  const from = new Date(first - 2 * DAY_MS)
  const seen = async (by: 'hour' | 'day', asked: object) =>
    (await getUsage(operator, { from, by, ...asked })).data
      .filter((step) => step.requests > 0)
      .map((step) => [step.from, step.requests])
  const iso = (hours: number) => new Date(first + hours * HOUR_MS).toISOString()
  for (let folded = 0; folded < 2; folded++) {
    for (const asked of [{}, { ownerId: owner.userId }, { keyId: id }]) {
      expect(await seen('day', asked)).toEqual([
        [iso(0), 4],
        [iso(24), 2],
      ])
      expect(await seen('hour', asked)).toEqual([0, 5, 18, 23, 24, 47].map((hours) => [iso(hours), 1]))
    }
    await foldUsage()
  }
}

/** Three days are 72 hours, and what is told of is the very end that the key has. */
async function remindersInTime(owner: Member): Promise<void> {
  const ends = [3 * DAY_MS - 60_000, 3 * DAY_MS + 60_000, 14 * DAY_MS + 60_000].map(
    (ms) => new Date(Date.now() + ms),
  )
  const keys = await Promise.all(ends.map((expiresAt) => makeKey(owner, { expiresAt })))
  const ids = keys.map(({ id }) => id)
  await db().apiKey.updateMany({
    where: { id: { in: ids } },
    data: { createdAt: new Date(Date.now() - 40 * DAY_MS) },
  })
  const claimed = (await db().$transaction(claimDue)).filter(({ apiKeyId }) => ids.includes(apiKeyId))
  expect(claimed.map(({ apiKeyId, kind, about }) => [apiKeyId, kind, about.toISOString()])).toEqual([
    [ids[0], 'ends-3', ends[0]?.toISOString()],
    [ids[1], 'ends-14', ends[1]?.toISOString()],
  ])
}
