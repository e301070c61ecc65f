import { readFileSync } from 'node:fs'
import { sampleOf, testsFor, type Measured } from '../../mutation/choose'
import type { Mutant } from '../../mutation/instrument'
import { readEquivalents, scoreOf, type Result, type Verdict } from '../../mutation/report'

const mutant = (id: string, folder: string): Mutant => ({
  id,
  folder,
  file: `${folder}/thing.ts`,
  line: 1,
  column: 1,
  mutator: 'Sql',
  original: 'a',
  replacement: 'b',
})
const many = (folder: string, count: number) =>
  Array.from({ length: count }, (_, i) => mutant(`${folder}-${i}`, folder))

describe('a sample', () => {
  const all = [...many('http', 600), ...many('auth', 300), ...many('limits', 100)]

  it('takes of each folder by its size, and as many as it was asked for', () => {
    const sample = sampleOf(all, 101, 1)
    const counts = Map.groupBy(sample, ({ folder }) => folder)
    expect(sample).toHaveLength(101)
    expect([counts.get('http')?.length, counts.get('auth')?.length, counts.get('limits')?.length]).toEqual([
      61, 30, 10,
    ])
    expect(new Set(sample.map(({ id }) => id)).size).toBe(101)
  })

  it('is the same for the same seed, and another for another', () => {
    expect(sampleOf(all, 50, 7)).toEqual(sampleOf(all, 50, 7))
    expect(sampleOf(all, 50, 7)).not.toEqual(sampleOf(all, 50, 8))
  })

  it('is everything where more is asked for than there is', () =>
    expect(sampleOf(all, 5_000, 1)).toEqual(all))
})

describe('the tests of a mutant', () => {
  const measured = new Map<string, Measured>([
    ['__tests__/http/slow.test.ts', { mutants: ['1'], milliseconds: 60_000, passed: true }],
    ['__tests__/http/quick.test.ts', { mutants: ['1'], milliseconds: 100, passed: true }],
    ['__tests__/lib/thing.test.ts', { mutants: ['1'], milliseconds: 5_000, passed: true }],
    ['__tests__/lib/broken.test.ts', { mutants: ['1'], milliseconds: 100, passed: false }],
    ['__tests__/lib/elsewhere.test.ts', { mutants: ['2'], milliseconds: 100, passed: true }],
  ])

  it('are those that reach it and pass without it, the likeliest first', () => {
    expect(testsFor(mutant('1', 'src/lib/auth'), measured, new Map())).toEqual([
      '__tests__/lib/thing.test.ts',
      '__tests__/http/quick.test.ts',
      '__tests__/http/slow.test.ts',
    ])
  })

  it('begin with what has noticed others of the same file', () => {
    const kills = new Map([['__tests__/http/slow.test.ts', 9]])
    expect(testsFor(mutant('1', 'src/lib/auth'), measured, kills)[0]).toBe('__tests__/http/slow.test.ts')
  })
})

describe('the score', () => {
  const results = (verdicts: Verdict[]): Result[] =>
    verdicts.map((verdict, i) => ({ ...mutant(String(i), 'http'), verdict, seconds: 1 }))

  it('counts what hangs as noticed, what no test reaches as missed, and equivalents not at all', () => {
    const { score, tried } = scoreOf(
      results(['killed', 'timeout', 'survived', 'unreached', 'equivalent']),
      1_000,
    )
    expect({ score, tried }).toEqual({ score: 50, tried: 4 })
  })

  it('has an error that shrinks with the sample, and none where all were tried', () => {
    const half: Verdict[] = ['killed', 'survived']
    expect(scoreOf(results(half), 1_000).error).toBeGreaterThan(
      scoreOf(results([...half, ...half, ...half]), 1_000).error,
    )
    expect(scoreOf(results(half), 2).error).toBe(0)
  })
})

it('lists as equivalent only changes of what is there, each with its reason', () => {
  for (const { file, original, reason } of readEquivalents()) {
    const source = readFileSync(file, 'utf8').replace(/\s+/g, ' ')
    expect({ file, has: source.includes(original.replace(/\s+/g, ' ').trim()) }).toEqual({ file, has: true })
    expect(reason.length).toBeGreaterThan(20)
  }
})
