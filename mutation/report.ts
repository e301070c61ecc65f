import { readFileSync } from 'node:fs'
import type { Mutant } from './instrument'

export type Verdict = 'killed' | 'timeout' | 'survived' | 'unreached' | 'equivalent'
export type Result = Mutant & {
  verdict: Verdict
  /** The test that noticed. */
  by?: string
  /**
   * For an equivalent: why nothing can notice. For a survivor: whether its time was up before all tests ran.
   */
  note?: string
  seconds: number
}

type Equivalent = { file: string; original: string; replacement: string; reason: string }

/** Mutants that change nothing that anybody could see, each with its reason. */
export function readEquivalents(): Equivalent[] {
  return JSON.parse(readFileSync('mutation/equivalents.json', 'utf8')) as Equivalent[]
}

/** Found by its text, so that it stays known when lines move. */
export function equivalentOf(mutant: Mutant, equivalents: readonly Equivalent[]): Equivalent | undefined {
  const same = (a: string, b: string) => a.replace(/\s+/g, ' ').trim() === b.replace(/\s+/g, ' ').trim()
  return equivalents.find(
    ({ file, original, replacement }) =>
      file === mutant.file && same(original, mutant.original) && same(replacement, mutant.replacement),
  )
}

const caught = ({ verdict }: Result) => verdict === 'killed' || verdict === 'timeout'
const missed = ({ verdict }: Result) => verdict === 'survived' || verdict === 'unreached'

/**
 * The share that was noticed, with the half-width of its 95 % interval, in per cent; equivalents count for
 * neither.
 */
export function scoreOf(
  results: readonly Result[],
  population: number,
): { score: number; error: number; tried: number } {
  const counted = results.filter((result) => caught(result) || missed(result))
  const tried = counted.length
  const share = tried === 0 ? 0 : counted.filter(caught).length / tried
  // Of a finite number: a run over all of them has no error.
  const finite = population > 1 ? Math.sqrt(Math.max(0, population - tried) / (population - 1)) : 0
  const error = tried === 0 ? 0 : wilson(share, tried) * finite
  return { score: share * 100, error: error * 100, tried }
}

/** Half of Wilson's interval, which stays wide for small samples such as two of two. */
function wilson(share: number, tried: number): number {
  const z = 1.96
  return (z * Math.sqrt((share * (1 - share)) / tried + z ** 2 / (4 * tried ** 2))) / (1 + z ** 2 / tried)
}

export function asText(results: readonly Result[], mutants: readonly Mutant[]): string {
  const line = (name: string, some: readonly Result[], population: number) => {
    const { score, error, tried } = scoreOf(some, population)
    return `${name.padEnd(24)}${score.toFixed(1).padStart(6)} % ± ${error.toFixed(1).padStart(4)}   ${tried} of ${population}`
  }
  const by = (key: 'folder' | 'mutator') =>
    [...Map.groupBy(results, (each) => each[key])]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([name, some]) => line(name, some, mutants.filter((each) => each[key] === name).length))
  const survivors = results.filter(missed).sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line)
  return [
    line('all', results, mutants.length),
    '',
    ...by('folder'),
    '',
    ...by('mutator'),
    '',
    `${results.filter(({ verdict }) => verdict === 'equivalent').length} listed as equivalent`,
    `${survivors.length} survivors`,
    ...survivors.map(describe),
    '',
  ].join('\n')
}

function describe({ id, file, line, mutator, original, replacement, verdict, note }: Result): string {
  const [before, after] = difference(original, replacement)
  const why = verdict === 'unreached' ? ', reached by no test' : note ? `, ${note}` : ''
  return `\n${file}:${line} ${mutator} (${id}${why})\n  - ${before}\n  + ${after}`
}

/** The part that differs, with some of the text around it. */
function difference(original: string, replacement: string): [string, string] {
  const [a, b] = [original, replacement].map((text) => text.replace(/\s+/g, ' ').trim()) as [string, string]
  if (a.length < 160 && b.length < 160) return [a, b]
  let start = 0
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start++
  const from = Math.max(0, start - 40)
  return [`${a.slice(from, start + 120)} ...`, `${b.slice(from, start + 120)} ...`]
}
