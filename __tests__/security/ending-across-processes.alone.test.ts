import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { changesBy } from '@/lib/limits/changes'
import type { Limit } from '@/lib/limits/limit'
import { counterName } from '@/lib/limits/slots'
import { closeLimits, connectLimits, redisAnswers } from '@/lib/limits/take'
import { flushUses } from '@/lib/usage/record'
import { makeClub, makeKey, makeMember, useDatabase } from '../support/club'
import { ask, signedIn } from '../support/in-process'
import { startRedis, type TestRedis } from '../support/redis'

const CHANGES = 4
process.env.RATE_LIMIT_CHANGES_PER_USER = String(CHANGES)
process.env.RATE_LIMIT_PER_CLUB = '12'

useDatabase()
let redis: TestRedis
beforeAll(async () => {
  redis = await startRedis()
  process.env.REDIS_URL = redis.url
  await connectLimits()
})
afterEach(flushUses)
afterAll(async () => {
  closeLimits()
  await redis.stop()
})

const BODY = { name: 'made', scopes: ['practices:read'] }

/** What Redis has counted of the limits that others share. */
async function usedIn(clubId: string, userId: string) {
  const used = (limit: Limit) => redis.send('HGET', counterName(limit), 'used')
  return {
    club: await used({ name: 'club', id: clubId, limit: 1, windowSeconds: 60 }),
    keys: await used(changesBy({ clubId, userId }, 'keys')),
    sessions: await used(changesBy({ clubId, userId }, 'sessions')),
  }
}

it('G13, G10: counted in Redis, a flood of makings lets as many pass as the limit says, and refuses no ending', async () => {
  const { id: clubId } = await makeClub()
  const admin = await makeMember(clubId, ['CLUB_ADMIN'])
  const [leaked, own, session] = [await makeKey(admin), await makeKey(admin), await signedIn(admin)]
  // Loading the handlers takes longer than a request waits for Redis.
  for (const one of [own, session]) await ask(one, 'POST', `api-keys/${randomUUID()}/revoke`)
  await ask(own, 'GET', 'practices')
  await ask(own, 'GET', 'api-keys')
  while (!(await redisAnswers())) await sleep(20)
  await redis.send('FLUSHALL')
  const flood = Array.from({ length: 10 }, () => ask(leaked, 'POST', 'api-keys', BODY))
  const statuses = (await Promise.all(flood)).map(({ status }) => status).sort()
  expect(statuses).toEqual([...Array<number>(CHANGES).fill(201), ...Array<number>(10 - CHANGES).fill(429)])
  // The club's ceiling is reached, and counted no further.
  for (let i = 0; i < 12; i++) await ask(leaked, 'GET', 'practices')
  expect((await ask(own, 'GET', 'practices')).status).toBe(429)
  const ended = await ask(own, 'POST', `api-keys/${leaked.id}/revoke`)
  expect(ended.status).toBe(200)
  expect(ended.headers.get('ratelimit')).toMatch(
    /^"key";r=\d+;t=\d+, "club";r=0;t=\d+, "endings";r=\d+;t=\d+$/,
  )
  expect((await ask(session, 'POST', 'api-keys', BODY)).status).toBe(201)
  const counters = await usedIn(clubId, admin.userId)
  expect(counters).toMatchObject({ club: '12', keys: String(CHANGES), sessions: '1' })
})
