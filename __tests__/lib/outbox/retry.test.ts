import { retryAfterMs, waitAfter } from '@/lib/outbox/retry'

const HOUR_MS = 3_600_000
const waits = (askedMs?: number) => Array.from({ length: 8 }, (_, n) => waitAfter(n + 1, askedMs))

it('waits 5 s, 5 min, 30 min, 2 h, 5 h and twice 10 h, up to a fifth longer, then gives up', () => {
  const least = [5_000, 300_000, 1_800_000, 2 * HOUR_MS, 5 * HOUR_MS, 10 * HOUR_MS, 10 * HOUR_MS]
  for (let round = 0; round < 50; round++) {
    const found = waits()
    expect(found[7]).toBeNull()
    least.forEach((ms, n) => {
      expect(found[n]).toBeGreaterThanOrEqual(ms)
      expect(found[n]).toBeLessThanOrEqual(ms * 1.2)
    })
  }
  expect(new Set(Array.from({ length: 20 }, () => waitAfter(1))).size).toBeGreaterThan(1)
})

it('leaves a receiver alone as long as it asks, ten hours at most, and never tries sooner', () => {
  expect(waitAfter(1, 60_000)).toBeGreaterThanOrEqual(60_000)
  expect(waitAfter(1, 1e12)).toBeLessThanOrEqual(12 * HOUR_MS)
  expect(waitAfter(2, 1)).toBeGreaterThanOrEqual(300_000)
  expect(waitAfter(8, 60_000)).toBeNull()
})

it.each([
  ['120', 120_000],
  ['0', 0],
  ['Fri, 27 Nov 2026 00:01:00 GMT', 60_000],
  ['Thu, 26 Nov 2026 00:00:00 GMT', 0],
  ['-5', 0],
  ['1e9', 0],
  ['soon', 0],
  ['99999999999', 0],
  ['2027-01-01', 0],
  [undefined, 0],
])('reads Retry-After: %s', (header, ms) => {
  expect(retryAfterMs(header, Date.UTC(2026, 10, 27))).toBe(ms)
})
