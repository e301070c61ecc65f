import '@/club-app'
import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { db } from '@/lib/db/client'
import { sweep } from '@/lib/sweep/sweep'
import { makeClub, makeMember, useDatabase, type Member } from '../../support/club'
import { makeManyKeys } from '../../support/many-keys'
import { membershipOf } from '../../support/sign-in'

const database = useDatabase()

const DAY_MS = 24 * 3600 * 1000
const ago = (days: number) => new Date(Date.now() - days * DAY_MS)

let person: Member
beforeAll(async () => {
  person = await makeMember((await makeClub()).id, ['COACH'])
})

/** One of each kind whose end was so many days ago. */
async function makeEnded(days: number) {
  const { userId } = person
  const { id } = await db().loginSession.create({
    data: { userId, expiresAt: ago(days), revokedAt: ago(days) },
  })
  const token = randomUUID()
  await db().verificationToken.create({
    data: { identifier: `set-password:${userId}`, token, expires: ago(days) },
  })
  const key = randomUUID()
  await db().rateLimiterFlexible.create({ data: { key, points: 1, expire: ago(days) } })
  const writer = randomUUID()
  await db().usageWriter.create({ data: { id: writer, batch: 1, at: ago(days) } })
  return async () => ({
    session: await db().loginSession.count({ where: { id } }),
    link: await db().verificationToken.count({ where: { token } }),
    attempts: await db().rateLimiterFlexible.count({ where: { key } }),
    writer: await db().usageWriter.count({ where: { id: writer } }),
  })
}

it('deletes what ended long ago, and nothing that lives or ended of late', async () => {
  const [old, late, living] = [await makeEnded(31), await makeEnded(6), await makeEnded(-1)]
  expect(await sweep()).toEqual({
    LoginSession: 1,
    VerificationToken: 1,
    RateLimiterFlexible: 2,
    UsageWriter: 1,
    ApiKeyUsage: 0,
    ApiKeyUsageDay: 0,
    OutgoingMail: 0,
    OwnerUsage: 0,
    ClubUsage: 0,
    ApiKeyPlace: 0,
    ApiKeyReminder: 0,
    'IdempotencyRecord.sealed': 0,
    IdempotencyRecord: 0,
    Event: 0,
  })
  expect(await old()).toEqual({ session: 0, link: 0, attempts: 0, writer: 0 })
  expect(await late()).toEqual({ session: 1, link: 1, attempts: 0, writer: 1 })
  expect(await living()).toEqual({ session: 1, link: 1, attempts: 1, writer: 1 })
})

it('goes through more rows than one statement deletes', async () => {
  const data = Array.from({ length: 1_100 }, () => ({ userId: person.userId, expiresAt: ago(40) }))
  await db().loginSession.createMany({ data })
  expect((await sweep()).LoginSession).toBe(1_100)
})

it('does nothing while another process does, and waits for nobody', async () => {
  const old = await makeEnded(31)
  const other = new Client(database.directUrl())
  await other.connect()
  await other.query('BEGIN; SELECT pg_advisory_xact_lock(7266001912)')
  expect(Object.values(await sweep()).filter((count) => count !== 0)).toEqual([])
  await other.query('COMMIT')
  await other.end()
  expect((await old()).session).toBe(1)
  expect((await sweep()).LoginSession).toBe(1)
})

it('ends the keys of somebody who left that were too many for one moment', async () => {
  await makeManyKeys(person, 250)
  const { id } = await membershipOf(person)
  await db().membership.update({ where: { id }, data: { status: 'REMOVED' } })
  await sweep()
  expect(await db().apiKey.count({ where: { userId: person.userId, revokedAt: null } })).toBe(0)
})
