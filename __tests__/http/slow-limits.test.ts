import { readCall } from '@/http/credential'
import { verifyRequest } from '@/http/verify-request'
import { revokeApiKey } from '@/lib/auth/api-key'
import { verifiedKeys } from '@/lib/auth/verified-keys'
import { closeLimits, connectLimits } from '@/lib/limits/take'
import { flushUses } from '@/lib/usage/record'
import { twoClubs, useDatabase } from '../support/club'
import { countLookups } from '../support/lookups'
import { startRedis, type TestRedis } from '../support/redis'

const database = useDatabase()
let redis: TestRedis
beforeAll(async () => {
  redis = await startRedis()
  process.env.REDIS_URL = redis.url
  await connectLimits()
})
afterEach(async () => {
  verifiedKeys().distrust()
  await flushUses()
})
afterAll(async () => {
  closeLimits()
  redis.resume()
  await redis.stop()
})

const admit = async (token: string) => {
  const request = new Request('http://localhost/api/v1/whoami', {
    headers: { authorization: `Bearer ${token}` },
  })
  return verifyRequest(readCall(request, '/api/v1/whoami')!, null)
}

async function setup() {
  const { home } = await twoClubs()
  const { coach, athlete } = home.keys
  verifiedKeys().prove({ wall: Date.now(), monotonic: performance.now() })
  for (const { token } of [coach, athlete]) await admit(token)
  return { coach, athlete }
}

it('G5: a key that is revoked while its request waits to be counted is not let in; who waits beside it is, without a lookup', async () => {
  const { coach, athlete } = await setup()
  redis.pause()
  const [leaked, other] = [admit(coach.token), admit(athlete.token)]
  const settled = Promise.allSettled([leaked, other])
  await revokeApiKey(coach.actor, { id: coach.id })
  const lookups = await countLookups(database.directUrl(), () => settled)
  await expect(leaked).rejects.toMatchObject({ code: 'invalid_token' })
  expect(await other).toMatchObject({ key: { id: athlete.id } })
  expect(lookups).toBeLessThanOrEqual(1)
})
