import fc from 'fast-check'

/**
 * What a field takes and how an answer shows it, said a second time and in other words than the contract's:
 * tests compare the two.
 */
export type Field = {
  values: fc.Arbitrary<unknown>
  takes: (value: unknown) => boolean
  shows: (value: unknown) => unknown
}

export const json = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(null, 0, '', [], {}, true),
)
export const mostly = (good: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 9, arbitrary: good }, { weight: 1, arbitrary: json })
