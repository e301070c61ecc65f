import { writeFileSync } from 'node:fs'
import { commit, machine, ms, table } from './figures'
import type { Hoarded, HttpFlood, TokenFlood } from './flood'
import type { ImportKills } from './imports/kill'
import type { OutageFacts } from './outage'
import type { PlaceFacts } from './places'
import type { RevocationFacts, RollingFacts } from './processes'

export type Results = {
  outages: OutageFacts[]
  limits: { one: Record<string, number>; three: Record<string, number> }
  places: PlaceFacts
  revocations: RevocationFacts
  rolling: RollingFacts
  inProcess: TokenFlood
  overHttp: HttpFlood
  refusalCost: number
  shareUnderFlood: number
  hoarded: Hoarded
  imports: ImportKills[]
}

/** What a run found that a guarantee forbids, in words; none is what it should be. */
export function broken(results: Results): string[] {
  const { outages, limits, rolling, inProcess, overHttp, hoarded } = results
  const claims: [string, boolean][] = [
    ...outages.flatMap((facts): [string, boolean][] => [
      ...[...facts.wrong, ...facts.lost, ...facts.unexpected].map((what): [string, boolean] => [
        `${facts.fault}: ${what}`,
        false,
      ]),
      [`${facts.fault}: healed after ${facts.healMs} ms`, facts.healMs < 5_000],
      [`${facts.fault}: the process was restarted`, !facts.restarted],
    ]),
    ['a limit of 20 in one process', limits.one['200'] === 20],
    ['a limit of 20 across three processes', limits.three['200'] === 20],
    ...results.places.map(({ place, answers }): [string, boolean] => [
      `a limit of 20, ${place}`,
      answers['200'] === 20,
    ]),
    ['a revocation took 3 s or more', results.revocations.longestMs < 3_000],
    ...[...rolling.failedReads, ...rolling.wrong, ...rolling.lost, ...rolling.unexpected].map(
      (what): [string, boolean] => [what, false],
    ),
    ['a shutdown took 10 s or more', rolling.longestStopMs < 10_000],
    ...[inProcess, overHttp].flatMap(({ answers, memoryMiB }): [string, boolean][] => [
      [
        'a made-up token was let in or broke something',
        Object.keys(answers).every((status) => status === '401' || status === '429'),
      ],
      ['memory grew with the tokens', memoryMiB.after - memoryMiB.before < 64],
    ]),
    ['a refusal costs more than an answer', results.refusalCost <= 1],
    ['good keys lost more than a fifth to a flood', results.shareUnderFlood >= 0.8],
    ['connections were left open', hoarded.left === 0],
    [
      'good keys suffered from open connections',
      Object.keys(hoarded.good).join() === '200' && hoarded.slowest < 1_000,
    ],
  ]
  return [...claims.filter(([, holds]) => !holds).map(([what]) => what), ...brokenImports(results.imports)]
}

export const brokenImports = (imports: readonly ImportKills[]): string[] =>
  imports.flatMap(({ kind, faults }) => faults.map((fault) => `${kind}: ${fault}`))

export function publish(results: Results): void {
  writeFileSync('docs/reliability.md', page(results))
}

export function page({ outages, limits, places, revocations, rolling, imports, ...flood }: Results): string {
  return `${[
    '# Reliability',
    `Measured ${new Date().toISOString().slice(0, 10)} by \`npm run chaos\`, everything in one run, of commit ${commit()} on ${machine()}. \`npm test\` runs a short form of all of it.`,
    '## Outages (G7, G8)',
    'Each fault befalls a process that serves reads with keys it has in memory and with keys it has never seen, makes and revokes keys, plans practices, and is shown, in between, revoked keys and tokens that nobody made. A wrong answer is: 401, 403, 404 or 500 to a good key; anything but 401 or 503 to a bad one; any answer after more than a second. Every write that was acknowledged is looked for afterwards, with its audit row. Healed: the last failure, counted from the end of the fault, the longest of all times. Memory: the whole process, run with a heap of 256 MiB at most.',
    outageTable(outages),
    '## Many processes',
    'Three processes behind nginx, one Postgres, one Redis.',
    table(
      ['what', 'figure'],
      [
        ['200 simultaneous calls with a key limited to 20 a minute, one process (G10)', counts(limits.one)],
        ['the same through nginx to three processes', counts(limits.three)],
        ...places.map(({ place, answers }) => [`the same: ${place}`, counts(answers)]),
        [
          `${revocations.revocations} revocations: refused by the last of three processes, median (G5)`,
          `${ms(revocations.medianMs)}`,
        ],
        ['the longest of them', ms(revocations.longestMs)],
        [
          `rolling restart, ${rolling.restarts} processes replaced under load: reads that failed`,
          `${rolling.failedReads.length} of ${rolling.reads}`,
        ],
        ['writes to be repeated by their caller', `${rolling.failedWrites} of ${rolling.writes}`],
        ['acknowledged writes lost', String(rolling.lost.length)],
        ['the slowest shutdown', ms(rolling.longestStopMs)],
      ],
    ),
    '## Imports (G17)',
    'Each is killed (-9) some moment after a batch of its own and started again, until all its rows are there. After each kill the keys are counted against their audit rows and against the rows of the old table; at the end every digest must be there once. Then tokens are looked for in all that the commands printed, in their reports, in a `pg_dump` and in the server’s log of every statement.',
    importTable(imports),
    '## Floods (G12)',
    floodTable(flood),
  ].join('\n\n')}\n`
}

function outageTable(outages: readonly OutageFacts[]): string {
  const head = [
    'fault',
    'times',
    'requests meanwhile',
    'answers',
    'wrong',
    'acknowledged writes',
    'lost',
    'healed after',
    'memory before, after',
  ]
  const rows = outages.map(({ fault, rounds, during, wrong, acknowledged, lost, healMs, memoryMiB }) => [
    fault,
    String(rounds),
    String(Object.values(during).reduce((sum, count) => sum + count, 0)),
    counts(during),
    String(wrong.length),
    String(acknowledged),
    String(lost.length),
    ms(healMs),
    `${memoryMiB.before}, ${memoryMiB.after} MiB`,
  ])
  return table(head, rows)
}

export const importTable = (imports: readonly ImportKills[]): string =>
  table(
    ['what', 'times killed', 'rows', 'faults'],
    imports.map(({ kind, kills, rows, faults }) => [
      kind,
      String(kills),
      rows.toLocaleString('en'),
      String(faults.length),
    ]),
  )

type Flood = Pick<Results, 'inProcess' | 'overHttp' | 'refusalCost' | 'shareUnderFlood' | 'hoarded'>

function floodTable({ inProcess, overHttp, refusalCost, shareUnderFlood, hoarded }: Flood): string {
  const memory = ({ before, after }: { before: number; after: number }) => `${before}, ${after} MiB`
  return table(
    ['what', 'figure'],
    [
      [
        `${inProcess.tokens.toLocaleString('en')} made-up tokens through the door, in process: answers`,
        counts(inProcess.answers),
      ],
      ['their heap after a tenth of them, after all', memory(inProcess.memoryMiB)],
      ['how many a second', inProcess.perSecond.toLocaleString('en')],
      [`${overHttp.tokens.toLocaleString('en')} over HTTP: answers`, counts(overHttp.answers)],
      ['the whole process after a fifth of them, after all', memory(overHttp.memoryMiB)],
      ['CPU of a refused request, as a share of an accepted one’s', refusalCost.toFixed(2)],
      [
        'throughput of good keys under a flood of a tenth of capacity, as a share of that without',
        shareUnderFlood.toFixed(2),
      ],
      [
        `${hoarded.opened} connections that bring nothing, half a header, half a body or an upgrade: open at once, at most`,
        String(hoarded.openAtMost),
      ],
      ['all closed by the server after', ms(hoarded.leftAfterMs)],
      ['answers to good keys meanwhile, the slowest', `${counts(hoarded.good)}, ${ms(hoarded.slowest)}`],
    ],
  )
}

const counts = (answers: Record<string, number>) =>
  Object.entries(answers)
    .map(([status, count]) => `${count.toLocaleString('en')} × ${status}`)
    .join(', ')
