import { adopt, type Adopted } from '@/lib/import/adopt'
import { actorFor } from '../cli/club'
import { options, print, required, UsageError } from '../cli/command'
import { showProgress } from './progress'
import { openReport } from './report'
import { columnsIn, RULE_OPTIONS, rulesOf } from './rules'
import { openTokenTable } from './token-table'

export const ADOPT_USAGE = `  adopt   --table TABLE --token-column COLUMN --owner-column COLUMN [OPTION...]
                                                   the same from a table of this database: in one transaction digests come in and the column is set to NULL
            [--keep-plaintext | --finish]          leave the column for now; clear what was left
            [--column FIELD=COLUMN...] and what import takes`

const OPTIONS = {
  ...RULE_OPTIONS,
  table: { type: 'string' },
  'token-column': { type: 'string' },
  'owner-column': { type: 'string' },
  'keep-plaintext': { type: 'boolean' },
  finish: { type: 'boolean' },
} as const

/** `keys adopt`. @returns 1 when a row was refused, or holds its token still */
export async function adoptCommand(args: string[]): Promise<number> {
  const given = options(args, OPTIONS)
  if (given['keep-plaintext'] && given.finish) throw new UsageError('either --keep-plaintext or --finish')
  const columns = {
    ...columnsIn(given.column),
    token: required(given['token-column'], 'token-column'),
    owner: required(given['owner-column'], 'owner-column'),
  }
  const named = required(given.table, 'table')
  const rules = rulesOf({ ...given, kind: 'plaintext' })
  const [clears, dryRun] = [given['keep-plaintext'] !== true, given['dry-run'] === true]
  const actor = await actorFor(given.club)
  const table = await openTokenTable(named, columns, clears && !dryRun)
  const report = await openReport(given.report, '-')
  const progress = showProgress(await table.count(), given.json === true)
  try {
    const run = { ...rules, clears, dryRun, onBatch: progress.update, onRefused: report.add }
    const done = await adopt(actor, table, run).finally(progress.stop)
    print(given.json, done, inWords(done, table.quoted, clears, dryRun))
    return done.refused > 0 || (clears && !dryRun && done.left > 0) ? 1 : 0
  } finally {
    await report.close()
  }
}

function inWords(done: Adopted, table: string, clears: boolean, dryRun: boolean): string {
  const { before, imported, known, refused, left } = done
  if (dryRun)
    return `Rows with a token: ${before}. ${imported} would be imported, ${known} known already, ${refused} would be refused. Nothing was changed.`
  const cleared = clears && before > left
  return [
    `Rows with a token: ${before} before, ${left} now. ${imported} imported, ${known} known already, ${refused} refused.`,
    ...(clears ? [] : ['The tokens stand in the table as before: --finish clears them.']),
    ...(clears && refused > 0
      ? ['A row that was refused keeps its token: put it right, or clear it yourself, and run this again.']
      : []),
    ...(cleared
      ? [
          `The old versions of these rows stay in the table's file until VACUUM FULL ${table}; which locks it meanwhile.`,
          'Backups, replicas and the write-ahead log of before hold the tokens, too (docs/import.md).',
        ]
      : []),
  ].join('\n')
}
