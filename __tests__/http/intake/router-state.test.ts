import fc from 'fast-check'
import { parseAndValidateFlightRouterState } from 'next/dist/server/app-render/parse-and-validate-flight-router-state'
import { isRouterState } from '@/http/intake/router-state'

const SEEN = [
  '["",{"children":["sign-in",{"children":["__PAGE__",{}]}]},null,"refetch",16]',
  '["",{"children":[["club","a","d",null],{"children":["keys",{"children":["__PAGE__?{\\"status\\":\\"x\\"}",{}]}]}]}]',
  '["",{},["/a","?b"],"inside-shared-layout",0,"x"]',
]
const BROKEN = [
  '',
  'x',
  '%',
  '%7B',
  '%FF',
  '[]',
  '{}',
  'null',
  '1',
  '"',
  '["",{},null,"bad"]',
  '["",{"children":["x"]}]',
]

const tree = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.tuple(
    fc.oneof(
      fc.string(),
      fc.tuple(fc.string(), fc.string(), fc.constantFrom('c', 'd', 'di(.)', 'z'), fc.constant(null)),
    ),
    fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constant({}),
      fc.record({ children: tie('tree') }),
    ),
    fc.constantFrom(null, ['a', 'b'], ['a']),
    fc.constantFrom(null, 'refetch', 'metadata-only', 'other'),
    fc.constantFrom(null, 1, 'x'),
  ),
})).tree

function frameworkTakes(header: string): boolean {
  try {
    return parseAndValidateFlightRouterState(header) !== undefined
  } catch {
    return false
  }
}

describe('the state of a router', () => {
  it.each(SEEN)('is what a page says: %s', (state) => {
    expect(isRouterState(encodeURIComponent(state))).toBe(true)
  })

  it.each(BROKEN)('is not %j, on which the framework would fail', (header) => {
    expect(frameworkTakes(header)).toBe(false)
    expect(isRouterState(header)).toBe(false)
  })

  it('is what the framework takes, for a tree of named slots', () => {
    const header = tree.map((value) => encodeURIComponent(JSON.stringify(value)))
    fc.assert(
      fc.property(header, (text) => {
        expect(isRouterState(text)).toBe(frameworkTakes(text))
      }),
      { numRuns: 2_000 },
    )
  })

  it('is never one on which the framework would fail', () => {
    const header = fc.json().map(encodeURIComponent)
    fc.assert(
      fc.property(header, (text) => {
        expect(isRouterState(text) && !frameworkTakes(text)).toBe(false)
      }),
      {
        numRuns: 2_000,
        examples: [['["",[]]'], ['["",[["x",{}]]]'], ['["",[1]]']].map(([text]) => [
          encodeURIComponent(text!),
        ]),
      },
    )
  })

  it('is no list in the place of named slots, which no client sends', () => {
    expect(isRouterState(encodeURIComponent('["",[]]'))).toBe(false)
  })

  it('is bounded in its depth', () => {
    const nested = `${'["",{"a":'.repeat(2_000)}["",{}]${'}]'.repeat(2_000)}`
    expect(isRouterState(encodeURIComponent(nested))).toBe(false)
  })
})
