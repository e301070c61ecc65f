import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from '@/contracts/page'
import { deleteApiKey, getApiKey, listApiKeys, rotateApiKey, validateApiKey } from '@/lib/auth/api-key'
import type { Actor } from '@/lib/actor'
import { operatorActor } from '@/lib/auth/actor'
import { listAuditEvents } from '@/lib/audit/list'
import { getPractice } from '@/lib/practices/get'
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
