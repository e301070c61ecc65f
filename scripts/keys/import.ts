import { open, stat } from 'node:fs/promises'
import { amountOf } from '@/contracts/words'
import { BadFile } from '@/lib/import/bad-file'
import { KINDS } from '@/lib/import/credential'
import type { Columns, FoundRow, Layout } from '@/lib/import/layout'
import { readCells } from '@/lib/import/read-cells'
import { readText } from '@/lib/import/read-text'
import { FIELDS, type Field, type ImportRules } from '@/lib/import/row'
import { runImport, survey, type Totals } from '@/lib/import/run-import'
import { Refusal } from '@/lib/errors'
import { actorFor } from '../cli/club'
import { optionsAndFile, print, UsageError } from '../cli/command'
import { showProgress } from './progress'
import { openReport } from './report'
import { columnsIn, RULE_OPTIONS, rulesOf } from './rules'

export const IMPORT_USAGE = `  import  --kind ${KINDS.join('|')} [OPTION...] FILE|-
                                                   takes over keys of another system (docs/import.md): CSV with a header line or JSON lines, gzipped or not
            [--owner EMAIL] [--scope SCOPE...]     for rows that name none
            [--column FIELD=COLUMN...]             FIELD is one of ${FIELDS.join(' ')}
            [--prefix OLD_] [--min-bits N] [--allow-weak] [--expires RFC3339]
            [--delimiter ,] [--dry-run] [--report FILE]`

const OPTIONS = { ...RULE_OPTIONS, kind: { type: 'string' }, delimiter: { type: 'string' } } as const

type Given = ReturnType<typeof optionsAndFile<typeof OPTIONS>>['values']

/** `keys import`. @returns 1 when a row was refused */
export async function importCommand(args: string[]): Promise<number> {
  const { values: given, file } = optionsAndFile(args, OPTIONS)
  const rules = rulesOf(given)
  const layout = layoutOf(given, rules)
  const actor = await actorFor(given.club)
  if (file !== '-') await requireFile(file)
  const report = await openReport(given.report, file)
  try {
    const read = () => rowsOf(file, layout)
    // What is piped in can be read once.
    const known = file === '-' ? null : await survey(actor, read(), rules)
    const progress = showProgress(known?.rows ?? null, given.json === true)
    const run = {
      ...rules,
      dryRun: given['dry-run'] === true,
      onBatch: progress.update,
      onRefused: report.add,
    }
    const totals = await runImport(actor, read(), run, known?.seen).finally(progress.stop)
    await report.close()
    print(given.json, totals, inWords(totals, run.dryRun))
    return totals.refused > 0 ? 1 : 0
  } catch (error) {
    await report.close()
    if (error instanceof BadFile) throw new Refusal('conflict', `${named(file)} ${error.message}`)
    throw error
  }
}

const named = (file: string) => (file === '-' ? 'stdin' : file)

const inWords = ({ read, imported, known, refused }: Totals, dryRun: boolean): string =>
  `${amountOf(read, 'row')} read: ${imported} ${dryRun ? 'would be imported' : 'imported'}, ${known} known already, ${refused} ${dryRun ? 'would be refused' : 'refused'}.`

function layoutOf(given: Given, { kind, owner, scopes }: ImportRules): Layout {
  const delimiter = given.delimiter === '\\t' ? '\t' : (given.delimiter ?? ',')
  if (delimiter.length !== 1 || /["\r\n]/.test(delimiter))
    throw new UsageError('--delimiter is one character, or \\t')
  const credential: Field = kind === 'plaintext' ? 'token' : 'digest'
  const slow = kind === 'bcrypt' ? ({ lookup: 'lookup' } as const) : {}
  const chosen = columnsIn(given.column)
  const usual = Object.fromEntries(
    FIELDS.filter((field) => !['token', 'digest', 'lookup'].includes(field)).map((field) => [field, field]),
  )
  const columns: Columns = { [credential]: credential, ...slow, ...usual, ...chosen }
  const needed: Field[] = [
    credential,
    ...(kind === 'bcrypt' ? (['lookup'] as const) : []),
    ...(owner === null ? (['owner'] as const) : []),
    ...(scopes === null ? (['scopes'] as const) : []),
  ]
  const asked = Object.keys(chosen) as Field[]
  return { columns, needed, asked, delimiter }
}

const rowsOf = (file: string, layout: Layout): AsyncGenerator<FoundRow> =>
  readCells(readText(bytesOf(file)), layout)

async function* bytesOf(file: string): AsyncGenerator<Uint8Array, void> {
  const source = file === '-' ? process.stdin : (await open(file)).createReadStream()
  for await (const chunk of source as AsyncIterable<Buffer>) yield chunk
}

async function requireFile(file: string): Promise<void> {
  const found = await stat(file).catch(() => null)
  if (!found) throw new Refusal('not_found', `There is no file ${file}.`)
  if (!found.isFile()) throw new Refusal('conflict', `${file} is no file; pipe it in and give - instead.`)
}
