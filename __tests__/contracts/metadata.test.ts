import { metadata } from '@/contracts/metadata'

const faults = (value: unknown) =>
  metadata.safeParse(value).error?.issues.map(({ path, message }) => [path.join('.'), message]) ?? []
const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)])

it.each([
  [{}],
  [{ a: { b: { c: [1, 'x', null, true, { d: [] }] } }, e: [[[]]] }],
  [{ a: nested(31) }],
  [{ constructor: { toString: { length: 1 } } }],
  [{ a: [{ b: 'x'.repeat(4096 - '{"a":[{"b":""}]}'.length) }] }],
])('takes notes as they nest: %#', (value) => expect(metadata.parse(value)).toEqual(value))

it.each<[unknown, string]>([
  [{ a: { b: [1, { c: '\u0000' }] } }, 'a.b.1.c'],
  [{ a: { 'b c': 1 } }, 'a'],
  [{ a: [{ ['k'.repeat(65)]: 1 }] }, 'a.0'],
  [{ a: [2 ** 53] }, 'a.0'],
  [{ a: { b: Infinity } }, 'a.b'],
  [{ a: nested(32) }, 'a'],
  [{ a: nested(5_000) }, 'a'],
  [{ a: { b: 'x'.repeat(4096) } }, ''],
  [{ a: ['é'.repeat(2045)] }, ''],
])('names where it is wrong, however deep: %#', (value, path) => {
  expect(faults(value).map(([at]) => at)).toEqual([path])
})
