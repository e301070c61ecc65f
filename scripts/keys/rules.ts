import { dictionary } from '@zxcvbn-ts/language-common'
import { scopes as scopesSchema } from '@/contracts/permissions'
import { instant } from '@/contracts/text'
import { KINDS } from '@/lib/import/credential'
import type { Columns } from '@/lib/import/layout'
import { FIELDS, type Field, type ImportRules } from '@/lib/import/row'
import { env } from '@/lib/env'
import { Refusal } from '@/lib/errors'
import { checked, listed, UsageError } from '../cli/command'

const COMMON_WORDS = new Set(Object.values(dictionary).flat())

/** What an import and an adoption are told alike. */
export const RULE_OPTIONS = {
  club: { type: 'string' },
  json: { type: 'boolean' },
  owner: { type: 'string' },
  scope: { type: 'string', multiple: true },
  column: { type: 'string', multiple: true },
  prefix: { type: 'string' },
  'min-bits': { type: 'string' },
  'allow-weak': { type: 'boolean' },
  expires: { type: 'string' },
  'dry-run': { type: 'boolean' },
  report: { type: 'string' },
} as const

type Given = {
  kind?: string
  prefix?: string
  'min-bits'?: string
  'allow-weak'?: boolean
  owner?: string
  scope?: string[]
  expires?: string
}

/** @throws UsageError */
export function rulesOf(given: Given): ImportRules {
  const kind = KINDS.find((known) => known === given.kind)
  if (!kind) throw new UsageError(`--kind is one of ${KINDS.join(', ')}`)
  if (kind === 'bcrypt') requireOldPrefix(given.prefix)
  return {
    kind,
    words: COMMON_WORDS,
    prefix: prefixIn(given.prefix),
    minBits: bitsIn(given['min-bits']),
    allowWeak: given['allow-weak'] === true,
    owner: given.owner ?? null,
    scopes: given.scope ? checked(scopesSchema, listed(given.scope)) : null,
    deadline: given.expires === undefined ? null : deadlineIn(given.expires),
  }
}

/**
 * At its first use a token is looked for by its beginning, in every process, and kept out of every log.
 * @throws Refusal
 */
function requireOldPrefix(prefix = ''): void {
  const { API_KEY_OLD_PREFIXES: known, API_KEY_BCRYPT: bcrypt } = env()
  if (bcrypt === 'on' && known.includes(prefix)) return
  throw new Refusal(
    'conflict',
    'First set API_KEY_BCRYPT=on, and API_KEY_OLD_PREFIXES to how the old tokens begin, for every process; then give that as --prefix.',
  )
}

function prefixIn(text: string | undefined): string {
  if (text === undefined) return ''
  if (!/^[A-Za-z0-9._~+/-]{2,64}$/.test(text))
    throw new UsageError('--prefix is how the old tokens begin: 2 to 64 characters')
  return text
}

/** Of the past, it would end every key as it comes in, and no later import could begin them again. */
function deadlineIn(text: string): Date {
  const deadline = checked(instant, text)
  if (deadline.getTime() <= Date.now()) throw new UsageError('--expires must be in the future')
  return deadline
}

function bitsIn(text: string | undefined): number | null {
  if (text === undefined) return null
  if (!/^[1-9][0-9]{0,3}$/.test(text)) throw new UsageError('--min-bits is a number of bits, such as 128')
  return Number(text)
}

/** What `--column FIELD=COLUMN` says. @throws UsageError */
export function columnsIn(given: readonly string[] = []): Columns {
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
