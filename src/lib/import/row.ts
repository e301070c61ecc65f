import { metadata as metadataSchema, type Metadata } from '@/contracts/metadata'
import { scopes as scopesSchema, type Scope } from '@/contracts/permissions'
import { line as lineSchema } from '@/contracts/text'
import { refusePastedTokens } from '../auth/pasted-token'
import { holdsOldToken } from '../auth/token'
import { WEAK_DAYS } from '../auth/weak-token'
import { isWeak, keepBcrypt, keepDigest, keepPlaintext, RowRefused, type Kept, type Kind } from './credential'
import { instantIn } from './instant'

/** What a row may say; `token` or `digest` by the kind of the import. */
export const FIELDS = [
  'token',
  'digest',
  'lookup',
  'owner',
  'name',
  'scopes',
  'created',
  'expires',
  'used',
  'metadata',
] as const
export type Field = (typeof FIELDS)[number]
/** A row as it came, by field; what is left out or empty is absent. */
export type Cells = { [Name in Field]?: string }

/** What holds for every row of an import. */
export type ImportRules = {
  kind: Kind
  /** How the tokens begin, which is no secret. */
  prefix: string
  /** Those that people make passwords of: they make a token easy to guess. */
  words: ReadonlySet<string>
  /** How many random bits they hold at least, as the operator who imports them says; null: not said. */
  minBits: number | null
  /** Tokens that can be guessed sooner than they should, for 90 days at most. */
  allowWeak: boolean
  /** For rows that name no owner, or no scopes. */
  owner: string | null
  scopes: readonly Scope[] | null
  /** No imported key goes on for longer. */
  deadline: Date | null
}

/** A row that can be imported as far as it itself tells. */
export type ImportRow = {
  /** Where it stands, for the report. */
  line: number
  kept: Kept
  /** An email address, a user's id, or the name or id of a service account. */
  owner: string
  name: string
  scopes: Scope[]
  metadata: Metadata
  createdAt: Date | null
  expiresAt: Date | null
  lastUsedAt: Date | null
}

/** A row whose owner was found. */
export type OwnedRow = ImportRow & { userId: string }

const DAY_MS = 24 * 3600 * 1000
const UNNAMED = 'Imported key'

/**
 * Reads a row. @throws RowRefused with a reason that quotes nothing of it: a file whose columns were mixed up
 * holds a token anywhere
 */
export function readRow(lineNumber: number, cells: Cells, rules: ImportRules, now = Date.now()): ImportRow {
  const kept = keptOf(cells, rules)
  const createdAt = instantOf(cells, 'created')
  const lastUsedAt = instantOf(cells, 'used')
  if ((createdAt?.getTime() ?? 0) > now || (lastUsedAt?.getTime() ?? 0) > now)
    throw new RowRefused('was made or used in the future')
  const expiresAt = earliest(instantOf(cells, 'expires'), rules.deadline)
  requireStrength(kept, expiresAt, rules, now)
  const row = {
    line: lineNumber,
    kept,
    owner: ownerOf(cells, rules),
    name: nameOf(cells),
    scopes: scopesOf(cells, rules),
    metadata: metadataOf(cells),
    createdAt,
    expiresAt,
    lastUsedAt,
  }
  refuseToken(row, cells.token, rules.prefix)
  return row
}

function keptOf(cells: Cells, { kind, prefix, words, minBits }: ImportRules): Kept {
  switch (kind) {
    case 'plaintext':
      return keepPlaintext(cells.token ?? '', prefix, words)
    case 'sha256':
      return keepDigest(cells.digest ?? '', minBits ?? 0)
    case 'bcrypt':
      return keepBcrypt(cells.digest ?? '', cells.lookup ?? '', prefix, minBits ?? 0)
  }
}

function ownerOf({ owner }: Cells, rules: ImportRules): string {
  const named = owner ?? rules.owner
  if (named === null) throw new RowRefused('names no owner')
  return named
}

function nameOf({ name }: Cells): string {
  if (name === undefined) return UNNAMED
  const parsed = lineSchema(64).safeParse(name)
  if (!parsed.success)
    throw new RowRefused('has a name that is longer than 64 characters, or holds some that are not allowed')
  return parsed.data
}

function scopesOf({ scopes }: Cells, rules: ImportRules): Scope[] {
  if (scopes === undefined) {
    if (rules.scopes === null) throw new RowRefused('names no scopes')
    return [...rules.scopes]
  }
  const parsed = scopesSchema.safeParse([...new Set(scopes.split(/[\s,]+/).filter((one) => one !== ''))])
  if (!parsed.success) throw new RowRefused('names scopes that are not known here')
  return parsed.data
}

function metadataOf({ metadata }: Cells): Metadata {
  if (metadata === undefined) return {}
  let given: unknown
  try {
    given = JSON.parse(metadata)
  } catch {
    throw new RowRefused('has metadata that is no JSON')
  }
  const parsed = metadataSchema.safeParse(given)
  if (!parsed.success)
    throw new RowRefused('has metadata that is not allowed here (a JSON object of at most 4 KB)')
  return parsed.data
}

function instantOf(cells: Cells, field: 'created' | 'expires' | 'used'): Date | null {
  const text = cells[field]
  if (text === undefined) return null
  const instant = instantIn(text)
  if (instant === null)
    throw new RowRefused(
      `has no time in ${field}: RFC 3339 with its zone, or seconds or milliseconds since 1970`,
    )
  return instant
}

/** @throws RowRefused */
function requireStrength(
  kept: Kept,
  expiresAt: Date | null,
  { kind, minBits, allowWeak }: ImportRules,
  now: number,
): void {
  if (kind === 'plaintext' && minBits !== null && kept.bits < minBits)
    throw new RowRefused(`has a token of fewer bits than --min-bits, as far as it shows`)
  if (!isWeak(kept)) return
  if (!allowWeak)
    throw new RowRefused(
      kind === 'plaintext'
        ? 'has a token of fewer than 128 random bits, as far as it shows; --allow-weak with --expires within 90 days lets it in'
        : 'has a digest, which does not show how many random bits the token holds: --min-bits says it; under 128, --allow-weak with --expires within 90 days lets it in',
    )
  if (expiresAt === null || expiresAt.getTime() > now + WEAK_DAYS * DAY_MS)
    throw new RowRefused('has a token that may be weak, and does not end within 90 days: --expires ends it')
}

/** A token in a name or in notes would lie there for everybody to read (G1). @throws RowRefused */
function refuseToken({ name, metadata, owner }: ImportRow, token: string | undefined, prefix: string): void {
  try {
    refusePastedTokens({ name, metadata, owner })
  } catch {
    throw new RowRefused('holds a token outside its own column')
  }
  const texts = [name, owner, JSON.stringify(metadata)]
  if (token !== undefined && texts.some((text) => text.includes(token)))
    throw new RowRefused('holds its token outside its own column')
  if (prefix !== '' && texts.some((text) => holdsOldToken(text, prefix)))
    throw new RowRefused('holds a token outside its own column')
}

const earliest = (one: Date | null, other: Date | null): Date | null =>
  one && other ? (one < other ? one : other) : (one ?? other)
