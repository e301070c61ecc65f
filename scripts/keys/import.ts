import { open, stat } from 'node:fs/promises'
import { dictionary } from '@zxcvbn-ts/language-common'
import { scopes as scopesSchema } from '@/contracts/permissions'
import { instant } from '@/contracts/text'
import { BadFile } from '@/lib/import/bad-file'
import { KINDS } from '@/lib/import/credential'
import type { Columns, FoundRow, Layout } from '@/lib/import/layout'
import { readCells } from '@/lib/import/read-cells'
import { readText } from '@/lib/import/read-text'
import { FIELDS, type Field, type ImportRules } from '@/lib/import/row'
import { runImport, survey, type Totals } from '@/lib/import/run-import'
import { Refusal } from '@/lib/errors'
import { actorFor } from '../cli/club'
import { checked, listed, optionsAndFile, print, UsageError } from '../cli/command'
import { openReport } from './report'
import { showProgress } from './progress'

export const IMPORT_USAGE = `  import  --kind ${KINDS.join('|')} [OPTION...] FILE|-
                                                   takes over keys of another system (docs/import.md): CSV with a header line or JSON lines, gzipped or not
            [--owner EMAIL] [--scope SCOPE...]     for rows that name none
            [--column FIELD=COLUMN...]             FIELD is one of ${FIELDS.join(' ')}
            [--prefix OLD_] [--min-bits N] [--allow-weak] [--expires RFC3339]
            [--delimiter ,] [--dry-run] [--report FILE]`

const OPTIONS = {
  club: { type: 'string' },
  json: { type: 'boolean' },
  kind: { type: 'string' },
  owner: { type: 'string' },
  scope: { type: 'string', multiple: true },
  column: { type: 'string', multiple: true },
  prefix: { type: 'string' },
  'min-bits': { type: 'string' },
  'allow-weak': { type: 'boolean' },
  expires: { type: 'string' },
  delimiter: { type: 'string' },
  'dry-run': { type: 'boolean' },
  report: { type: 'string' },
} as const

const COMMON_WORDS = new Set(Object.values(dictionary).flat())

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
  `${read} rows read: ${imported} ${dryRun ? 'would be imported' : 'imported'}, ${known} known already, ${refused} ${dryRun ? 'would be refused' : 'refused'}.`

function rulesOf(given: Given): ImportRules {
  const kind = KINDS.find((known) => known === given.kind)
  if (!kind) throw new UsageError(`--kind is one of ${KINDS.join(', ')}`)
  return {
    kind,
    words: COMMON_WORDS,
    prefix: prefixIn(given.prefix),
    minBits: bitsIn(given['min-bits']),
    allowWeak: given['allow-weak'] === true,
    owner: given.owner ?? null,
    scopes: given.scope ? checked(scopesSchema, listed(given.scope)) : null,
    deadline: given.expires === undefined ? null : checked(instant, given.expires),
  }
}

function prefixIn(text: string | undefined): string {
  if (text === undefined) return ''
  if (!/^[A-Za-z0-9._~+/-]{2,64}$/.test(text))
    throw new UsageError('--prefix is how the old tokens begin: 2 to 64 characters')
  return text
}

function bitsIn(text: string | undefined): number | null {
  if (text === undefined) return null
  if (!/^[1-9][0-9]{0,3}$/.test(text)) throw new UsageError('--min-bits is a number of bits, such as 128')
  return Number(text)
}

function layoutOf(given: Given, { kind, owner, scopes }: ImportRules): Layout {
  const delimiter = given.delimiter === '\\t' ? '\t' : (given.delimiter ?? ',')
  if (delimiter.length !== 1 || /["\r\n]/.test(delimiter))
    throw new UsageError('--delimiter is one character, or \\t')
  const credential: Field = kind === 'plaintext' ? 'token' : 'digest'
  const chosen = columnsIn(given.column)
  const usual = Object.fromEntries(
    FIELDS.filter((field) => field !== 'token' && field !== 'digest').map((field) => [field, field]),
  )
  const columns: Columns = { [credential]: credential, ...usual, ...chosen }
  const needed: Field[] = [
    credential,
    ...(owner === null ? (['owner'] as const) : []),
    ...(scopes === null ? (['scopes'] as const) : []),
  ]
  const asked = Object.keys(chosen) as Field[]
  return { columns, needed, asked, delimiter }
}

function columnsIn(given: readonly string[] = []): Columns {
  const chosen: { [Name in Field]?: string } = {}
  for (const text of given) {
    const at = text.indexOf('=')
    const field = FIELDS.find((known) => known === text.slice(0, at))
    const column = text.slice(at + 1).trim()
    if (!field || column === '')
      throw new UsageError(`--column is FIELD=COLUMN, and FIELD one of ${FIELDS.join(', ')}`)
    if (chosen[field] !== undefined) throw new UsageError(`--column names ${field} twice`)
    chosen[field] = column
  }
  return chosen
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
