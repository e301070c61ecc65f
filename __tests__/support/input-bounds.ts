import fc from 'fast-check'
import { mostly, type Field } from './input-field'

const networks: [text: string, shown: string][] = [
  ['0.0.0.0/0', '0.0.0.0/0'],
  ['203.0.113.7', '203.0.113.7/32'],
  ['::ffff:203.0.113.8', '203.0.113.8/32'],
  ['::FFFF:0A00:0/104', '10.0.0.0/8'],
  ['2001:DB8:0::/32', '2001:db8::/32'],
  ['2001:db8::A', '2001:db8::a/128'],
  ['::/0', '::/0'],
]
export const allowedCidrs: Field = {
  values: mostly(
    fc.oneof(
      {
        weight: 6,
        arbitrary: fc.subarray(
          networks.map(([network]) => network),
          { minLength: 1 },
        ),
      },
      {
        weight: 1,
        arbitrary: fc.array(fc.constantFrom('10.0.0.0/8', '10.0.0.1/8', 'fe80::1%1', 'x'), { maxLength: 3 }),
      },
      {
        weight: 1,
        arbitrary: fc
          .integer({ min: 49, max: 51 })
          .map((n) => Array.from({ length: n }, (_, i) => `198.51.100.${i}`)),
      },
    ),
  ),
  takes: (value) =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= 50 &&
    new Set(value).size === value.length &&
    value.every(
      (one) =>
        networks.some(([network]) => network === one) ||
        one === '10.0.0.0/8' ||
        /^198\.51\.100\.\d+$/.test(String(one)),
    ),
  shows: (value) =>
    (value as string[]).map(
      (one) => networks.find(([network]) => network === one)?.[1] ?? (one.includes('/') ? one : `${one}/32`),
    ),
}

/**
 * The key that asks for it may make 1,000,000 calls a minute: no more than that, at once or in the long run.
 */
export const rateLimit: Field = {
  values: mostly(
    fc.record({
      limit: fc.oneof(fc.integer({ min: 1, max: 10_000 }), fc.constantFrom(0, -1, 1.5, 1_000_000, 1_000_001)),
      windowSeconds: fc.oneof(fc.integer({ min: 1, max: 86_400 }), fc.constantFrom(0, 0.5, 86_401)),
    }),
  ),
  takes: (value) => {
    if (
      typeof value !== 'object' ||
      value === null ||
      Object.keys(value).sort().join() !== 'limit,windowSeconds'
    )
      return false
    const { limit, windowSeconds } = value as Record<string, unknown>
    const within = (n: unknown, most: number): n is number =>
      Number.isInteger(n) && Number(n) >= 1 && Number(n) <= most
    return (
      within(limit, 1_000_000) && within(windowSeconds, 86_400) && limit * 60 <= 1_000_000 * windowSeconds
    )
  },
  shows: (value) => value,
}
