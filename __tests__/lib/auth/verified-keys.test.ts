import { VerifiedKeys } from '@/lib/auth/verified-keys'
import type { Verification } from '@/lib/auth/verification'

const DIGEST = 'digest'

function good(expiresAt: Date | null = null, metadata = '{}'): Verification {
  const key = {
    id: 'key',
    name: 'k',
    imported: false,
    clubId: 'club',
    clubSlug: 'club',
    madeAt: 0,
    userId: 'owner',
    roles: ['COACH'] as const,
    scopes: [],
    expiresAt,
    allowedCidrs: null,
    rateLimit: { limit: 600, windowSeconds: 60 },
    clubRateLimit: { limit: 6_000, windowSeconds: 60 },
    metadata,
  }
  return { ok: true, key }
}

function setup(max = 100) {
  const cache = new VerifiedKeys(max)
  const prove = () => cache.prove({ wall: Date.now(), monotonic: performance.now() })
  prove()
  let lookups = 0
  let next: Verification = good()
  const ask = (digest = DIGEST) =>
    cache.answer(digest, async () => {
      lookups++
      return next
    })
  return { cache, prove, ask, lookups: () => lookups, willAnswer: (answer: Verification) => (next = answer) }
}

afterEach(() => jest.restoreAllMocks())

describe('a cached answer', () => {
  it('is used without a lookup, and without a promise', async () => {
    const { ask, lookups } = setup()
    const first = await ask()
    const second = ask()
    expect(second).toBe(first)
    expect(lookups()).toBe(1)
  })

  it.each(['key', 'owner', 'club'])('is void once its %s has changed', async (id) => {
    const { cache, ask, lookups } = setup()
    await ask()
    cache.forget([id])
    await ask()
    expect(lookups()).toBe(2)
    await ask()
    expect(lookups()).toBe(2)
  })

  it('outlives a change of something else', async () => {
    const { cache, ask, lookups } = setup()
    await ask()
    cache.forget(['another key', 'another owner'])
    await ask()
    expect(lookups()).toBe(1)
  })

  it('lives 60 seconds at most, and never past the key’s own end', async () => {
    const { prove, ask, lookups, willAnswer } = setup()
    const start = Date.now()
    await ask()
    const now = jest.spyOn(Date, 'now')
    now.mockReturnValue(start + 59_000)
    prove()
    await ask()
    expect(lookups()).toBe(1)
    now.mockReturnValue(start + 60_001)
    prove()
    willAnswer(good(new Date(start + 61_000)))
    await ask()
    expect(lookups()).toBe(2)
    now.mockReturnValue(start + 61_000)
    prove()
    await ask()
    expect(lookups()).toBe(3)
  })

  it('G5: counts only while a heartbeat sent at most 3 s ago has come back, by the wall clock or the monotonic one', async () => {
    const { cache, ask, lookups } = setup()
    await ask()
    cache.prove({ wall: Date.now() - 3_001, monotonic: performance.now() })
    await ask()
    expect(lookups()).toBe(2)
    cache.prove({ wall: Date.now(), monotonic: performance.now() - 3_001 })
    await ask()
    expect(lookups()).toBe(3)
    cache.prove({ wall: Date.now(), monotonic: performance.now() })
    await ask()
    expect(lookups()).toBe(3)
  })

  it('G5: a lookup begun before a change never repopulates the cache with what the change voided', async () => {
    const { cache, prove } = setup()
    let finish!: (answer: Verification) => void
    const overtaken = cache.answer(DIGEST, () => new Promise((resolve) => (finish = resolve)))
    cache.forget(['key'])
    finish(good())
    await overtaken
    prove()
    expect(await cache.answer(DIGEST, async () => ({ ok: false, reason: 'revoked' }))).toEqual({
      ok: false,
      reason: 'revoked',
    })
  })

  it('G5: a lookup begun before the channel was lost counts for nothing after it', async () => {
    const { cache, prove } = setup()
    let finish!: (answer: Verification) => void
    const overtaken = cache.answer(DIGEST, () => new Promise((resolve) => (finish = resolve)))
    cache.distrust()
    finish(good())
    await overtaken
    prove()
    expect(await cache.answer(DIGEST, async () => ({ ok: false, reason: 'unknown' }))).toEqual({
      ok: false,
      reason: 'unknown',
    })
  })

  it('is shared by simultaneous misses, but not with one that began before a change', async () => {
    const { cache, ask, lookups } = setup()
    const before = [ask(), ask(), ask()]
    cache.forget(['something'])
    const after = [ask(), ask()]
    await Promise.all([...before, ...after])
    expect(lookups()).toBe(2)
  })

  it('is not kept of a lookup that failed', async () => {
    const { cache, ask, lookups } = setup()
    await expect(cache.answer(DIGEST, async () => Promise.reject(new Error('away')))).rejects.toThrow('away')
    await ask()
    expect(lookups()).toBe(1)
  })
})

describe('answers of no', () => {
  it('are kept, and void once any key was made or changed', async () => {
    const { cache, ask, lookups, willAnswer } = setup()
    willAnswer({ ok: false, reason: 'unknown' })
    await ask()
    await ask()
    expect(lookups()).toBe(1)
    cache.forgetRefusals()
    await ask()
    expect(lookups()).toBe(2)
    cache.forget(['anything'])
    await ask()
    expect(lookups()).toBe(3)
  })

  it('never push out good keys, however many random tokens come', async () => {
    const { ask, lookups, willAnswer } = setup(100)
    for (let i = 0; i < 100; i++) await ask(`good ${i}`)
    willAnswer({ ok: false, reason: 'unknown' })
    for (let i = 0; i < 30_000; i++) await ask(`random ${i}`)
    const before = lookups()
    for (let i = 0; i < 100; i++) await ask(`good ${i}`)
    expect(lookups()).toBe(before)
  })
})

it('forgets everything rather than remember changes without bound', async () => {
  const { cache, ask, lookups } = setup()
  await ask()
  cache.forget(Array.from({ length: 10_001 }, (_, i) => `changed ${i}`))
  await ask()
  expect(lookups()).toBe(2)
})

it('keeps no more of keys’ metadata than 32 MiB, and those used longest ago make room', async () => {
  const cache = new VerifiedKeys(100_000)
  cache.prove({ wall: Date.now(), monotonic: performance.now() })
  const notes = JSON.stringify({ a: 'x'.repeat(4_080) })
  for (let n = 0; n < 5_000; n++) await cache.answer(`digest ${n}`, async () => good(null, notes))
  const known = Array.from({ length: 5_000 }, (_, n) => cache.recall(`digest ${n}`) !== null)
  expect(known.filter(Boolean).length).toBe(Math.floor((32 * 1024 * 1024 + 100_000) / (2 * notes.length + 1)))
  expect([known[0], known.at(-1)]).toEqual([false, true])
})
