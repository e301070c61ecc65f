import fc from 'fast-check'
import { Counters } from '@/lib/limits/counters'
import type { Limit } from '@/lib/limits/limit'

const limit = (more: Partial<Limit> = {}): Limit => ({
  name: 'key',
  id: 'a',
  limit: 20,
  windowSeconds: 60,
  ...more,
})
const take = (counters: Counters, limits: Limit[], now: number) => counters.take(limits, now).allowed

describe('G10: counters of one process', () => {
  it('let exactly 20 of 200 calls pass a limit of 20', () => {
    const counters = new Counters()
    expect(Array.from({ length: 200 }, () => counters.take([limit()]).allowed).filter(Boolean)).toHaveLength(
      20,
    )
  })

  it('begin a window with its first call and end it for all of its calls at once', () => {
    const counters = new Counters()
    for (let i = 0; i < 20; i++) expect(take(counters, [limit()], 5_000)).toBe(true)
    expect(take(counters, [limit()], 64_999)).toBe(false)
    expect(take(counters, [limit()], 65_000)).toBe(true)
  })

  it('tell what is left, and when the window ends, rounded up', () => {
    const counters = new Counters()
    expect(counters.take([limit()], 0).rateLimits).toEqual([
      { name: 'key', limit: 20, windowSeconds: 60, remaining: 19, resetSeconds: 60 },
    ])
    expect(counters.take([limit()], 1_001).rateLimits).toMatchObject([{ remaining: 18, resetSeconds: 59 }])
  })

  it('take nothing of one limit from a call that another denies', () => {
    const counters = new Counters()
    const club = limit({ name: 'club', id: 'c', limit: 1 })
    expect(take(counters, [limit(), club], 0)).toBe(true)
    for (let i = 0; i < 50; i++) expect(take(counters, [limit(), club], 1)).toBe(false)
    expect(counters.look(limit(), 2).remaining).toBe(19)
    expect(take(counters, [limit({ id: 'untouched' }), club], 10_000)).toBe(false)
    // Not even its window has begun.
    take(counters, [limit({ id: 'untouched' })], 30_000)
    expect(counters.look(limit({ id: 'untouched' }), 30_000)).toMatchObject({
      remaining: 19,
      resetSeconds: 60,
    })
  })

  it('count under a limit that refuses nothing while it has room, and pass it when it has none', () => {
    const counters = new Counters()
    const club = limit({ name: 'club', id: 'c', limit: 3 })
    const ending = [limit({ limit: 5 }), { ...club, onlyCounts: true as const }]
    expect(take(counters, [club], 0)).toBe(true)
    for (let i = 0; i < 5; i++) expect(take(counters, ending, 1)).toBe(true)
    expect(take(counters, [club], 2)).toBe(false)
    expect(counters.take(ending, 3)).toMatchObject({
      allowed: false,
      rateLimits: [{ remaining: 0 }, { remaining: 0 }],
    })
    expect(counters.take([{ ...club, id: 'other', onlyCounts: true }], 4).rateLimits).toMatchObject([
      { remaining: 2 },
    ])
  })

  it('count each key by itself, and kinds apart', () => {
    const counters = new Counters()
    const one = { limit: 1 }
    expect(take(counters, [limit(one)], 0)).toBe(true)
    expect(take(counters, [limit({ ...one, id: 'b' })], 0)).toBe(true)
    expect(take(counters, [limit({ ...one, name: 'club' })], 0)).toBe(true)
    expect(take(counters, [limit(one)], 0)).toBe(false)
  })

  it('follow a limit that was changed meanwhile', () => {
    const counters = new Counters()
    for (let i = 0; i < 15; i++) take(counters, [limit()], 0)
    expect(take(counters, [limit({ limit: 10 })], 1)).toBe(false)
    expect(take(counters, [limit({ limit: 16 })], 1)).toBe(true)
    // A shorter window than what is left of the old one begins anew.
    expect(take(counters, [limit({ limit: 10, windowSeconds: 1 })], 2)).toBe(true)
  })

  it('never let more than the limit pass in a window, whatever the calls and their times', () => {
    const calls = fc.array(
      fc.record({ wait: fc.integer({ min: 0, max: 3_000 }), key: fc.constantFrom('a', 'b', 'c') }),
      { maxLength: 300 },
    )
    fc.assert(
      fc.property(
        calls,
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 30 }),
        (series, perKey, perClub) => {
          const counters = new Counters()
          const passed: { at: number; key: string }[] = []
          let now = 0
          for (const { wait, key } of series) {
            now += wait
            const limits = [
              limit({ id: key, limit: perKey, windowSeconds: 5 }),
              limit({ name: 'club', limit: perClub, windowSeconds: 7 }),
            ]
            if (take(counters, limits, now)) passed.push({ at: now, key })
          }
          for (const key of ['a', 'b', 'c'])
            expect(
              fullest(
                passed.filter((call) => call.key === key),
                5_000,
              ),
            ).toBeLessThanOrEqual(perKey)
          expect(fullest(passed, 7_000)).toBeLessThanOrEqual(perClub)
        },
      ),
    )
  })

  it('are bounded in number: beyond it the one that began first is given up', () => {
    const counters = new Counters(1_000)
    const one = (id: number) => limit({ id: String(id), limit: 1 })
    for (let i = 0; i < 100_000; i++) take(counters, [one(i)], i >> 8)
    expect(take(counters, [one(99_000)], 400)).toBe(false)
    expect(take(counters, [one(98_999)], 400)).toBe(true)
  })
})

/** The most calls in any of the windows, each of which begins with the first call after the one before. */
function fullest(calls: { at: number }[], windowMs: number): number {
  let begins = -Infinity
  let count = 0
  let most = 0
  for (const { at } of calls) {
    if (at >= begins + windowMs) [begins, count] = [at, 0]
    most = Math.max(most, ++count)
  }
  return most
}
