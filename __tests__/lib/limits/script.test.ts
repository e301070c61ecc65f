import fc from 'fast-check'
import { Redis } from 'ioredis'
import { Counters } from '@/lib/limits/counters'
import type { Limit } from '@/lib/limits/limit'
import { SCRIPT, scriptArguments } from '@/lib/limits/script'
import { startRedis, type TestRedis } from '../../support/redis'

let server: TestRedis
let redis: Redis
beforeAll(async () => {
  server = await startRedis()
  redis = new Redis(server.url)
})
afterAll(async () => {
  redis.disconnect()
  await server.stop()
})
beforeEach(() => redis.flushall())

/** The script at a time of the test's choice: everything it asks Redis for is real but the clock. */
const AT = `
local redis = { call = function(name, ...)
  if name == 'TIME' then return { math.floor(NOW / 1000), (NOW % 1000) * 1000 } end
  return redis.call(name, ...)
end }`

async function takeInRedis(limits: Limit[], now: number) {
  const keys = limits.map(({ name, id }) => `${name}:${id}`)
  const [allowed, ...counts] = (await redis.eval(
    `${AT.replaceAll('NOW', String(now))}${SCRIPT}`,
    keys.length,
    ...keys,
    ...scriptArguments(limits),
  )) as number[]
  return {
    allowed: allowed === 1,
    left: limits.map(({ limit }, i) => [
      Math.max(0, limit - (counts[2 * i] ?? 0)),
      Math.ceil((counts[2 * i + 1] ?? 0) / 1000),
    ]),
  }
}

function takeHere(counters: Counters, limits: Limit[], now: number) {
  const { allowed, rateLimits } = counters.take(limits, now)
  return { allowed, left: rateLimits.map(({ remaining, resetSeconds }) => [remaining, resetSeconds]) }
}

describe('G10: the script', () => {
  it('has at most 40 lines', () => {
    expect(SCRIPT.trim().split('\n').length).toBeLessThanOrEqual(40)
  })

  it('decides every series of calls as the counters of one process do', async () => {
    const rate = fc.record({
      limit: fc.integer({ min: 1, max: 6 }),
      windowSeconds: fc.constantFrom(60, 120, 600),
    })
    const call = fc.record({
      wait: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 90_000 })),
      key: fc.constantFrom('a', 'b'),
      changes: fc.boolean(),
      ends: fc.boolean(),
      // Now and then a limit is changed.
      rate: fc.option(rate, { nil: null, freq: 8 }),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(call, { minLength: 1, maxLength: 60 }),
        rate,
        rate,
        async (series, usual, club) => {
          await redis.flushall()
          const counters = new Counters()
          let now = 1_800_000_000_000
          for (const { wait, key, changes, ends, rate: own } of series) {
            now += wait
            const limits: Limit[] = [
              { name: 'key', id: key, ...(own ?? usual) },
              { name: 'club', id: 'c', ...club, ...(ends && { onlyCounts: true as const }) },
            ]
            if (changes) limits.push({ name: 'changes', id: 'u', limit: 3, windowSeconds: 60 })
            expect(await takeInRedis(limits, now)).toEqual(takeHere(counters, limits, now))
          }
        },
      ),
      { numRuns: 60 },
    )
  })

  it('leaves nothing behind once the windows are over', async () => {
    await takeInRedis([{ name: 'key', id: 'a', limit: 5, windowSeconds: 60 }], Date.now())
    expect(await redis.pttl('key:a')).toBeGreaterThan(0)
    expect(await redis.pttl('key:a')).toBeLessThanOrEqual(60_000)
  })
})
