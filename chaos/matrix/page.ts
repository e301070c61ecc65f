import { readFileSync, writeFileSync } from 'node:fs'
import { commit, machine, ms, table } from '../figures'
import type { Cell } from './cells'
import type { MatrixFacts } from './matrix'
import { brokenOlder } from './older'
import { CALLS, type CellFacts } from './run-cell'

const PAGE = 'docs/compatibility.md'
const [BEGIN, END] = ['<!-- npm run chaos writes from here -->', '<!-- to here -->']

/** What a run found that must not be, in words. */
export function brokenMatrix({ cells, older }: MatrixFacts): string[] {
  const all = cells.flatMap(({ revocationsMs }) => revocationsMs)
  return [
    ...cells.flatMap(({ wrong }) => wrong),
    ...brokenOlder(older),
    // G5 bounds the p99, of a machine that does nothing else; the median must keep that on any.
    ...(percentile(all, 0.5) > 50
      ? [`revocations in another process: median ${ms(percentile(all, 0.5))}`]
      : []),
  ]
}

export function publishMatrix(facts: MatrixFacts): void {
  const page = readFileSync(PAGE, 'utf8')
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (from < 0 || to < from) throw new Error(`${PAGE} has no place for the matrix`)
  writeFileSync(PAGE, `${page.slice(0, from)}${BEGIN}\n\n${matrixPage(facts)}\n\n${page.slice(to)}`)
}

export function matrixPage({ cells: facts, older }: MatrixFacts): string {
  const wrong = facts.reduce((sum, each) => sum + each.wrong.length, 0)
  const looked = facts.reduce((sum, each) => sum + each.looked, 0)
  return [
    `Measured ${new Date().toISOString().slice(0, 10)} by \`npm run chaos\` of commit ${commit()} on ${machine()}: ${facts.length} installations, ${looked.toLocaleString('en')} answers looked at, **${wrong} wrong**.`,
    table(
      [
        'Postgres',
        'way',
        'installations',
        'first start, the longest',
        'restart, the longest',
        'revocation in another process: p99, the longest of',
        `passed a limit of 20, of ${CALLS} calls`,
        'wrong answers',
      ],
      groups(facts, ['release', 'way']).map(([[release, way], each]) => [
        String(release),
        String(way),
        ...figures(each),
      ]),
    ),
    table(
      ['clock and installation', 'installations', 'wrong answers'],
      (['clock', 'installation'] as const).flatMap((axis) =>
        groups(facts, [axis]).map(([[value], each]) => [String(value), String(each.length), wrongOf(each)]),
      ),
    ),
    `Older ones, refused at the start: ${older.map(({ release, seconds }) => `Postgres ${release} after ${seconds.toFixed(1)} s`).join(', ')}.`,
  ].join('\n\n')
}

function figures(facts: readonly CellFacts[]): string[] {
  const times = facts.flatMap(({ revocationsMs }) => revocationsMs)
  const longest = (of: (each: CellFacts) => number) => `${Math.max(...facts.map(of)).toFixed(1)} s`
  return [
    String(facts.length),
    longest((each) => each.firstStartSeconds),
    longest((each) => each.restartSeconds),
    `${ms(percentile(times, 0.99))}, ${ms(Math.max(...times))} of ${times.length}`,
    [...new Set(facts.map(({ passed }) => passed))].join(', '),
    wrongOf(facts),
  ]
}

const wrongOf = (facts: readonly CellFacts[]) =>
  `${facts.reduce((sum, { wrong }) => sum + wrong.length, 0)} of ${facts.reduce((sum, { looked }) => sum + looked, 0).toLocaleString('en')}`

/** The facts of each combination of values that these axes have. */
function groups(
  facts: readonly CellFacts[],
  axes: readonly (keyof Cell)[],
): [Cell[keyof Cell][], CellFacts[]][] {
  const found = new Map<string, [Cell[keyof Cell][], CellFacts[]]>()
  for (const each of facts) {
    const values = axes.map((axis) => each.cell[axis])
    const group = found.get(values.join()) ?? [values, []]
    group[1].push(each)
    found.set(values.join(), group)
  }
  return [...found.values()]
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.ceil(sorted.length * share) - 1] ?? 0
}
