import { appendManyAudits } from '../audit/append'
import { stated } from '../audit/changes'
import type { Actor } from '../actor'
import { activeMembers, holdMembers } from '../people/member'
import type { Owner } from '../auth/receiver'
import { verifiedKeys } from '../auth/verified-keys'
import { db, type Transaction } from '../db/client'
import { hasMet } from '../db/taken'
import { scopesOf } from '../permissions/scopes'
import { countAlike, isOneTooMany, type Alike } from './alike'
import { insertKeys } from './insert-keys'
import type { ImportRow, ImportRules, OwnedRow } from './row'
import { standingOf, type Standing } from './standing'

/** What became of a row, or would: `known` was there already, as this owner's. */
export type RowOutcome =
  { line: number; is: 'imported' | 'known' } | { line: number; is: 'refused'; reason: string }

type Options = Pick<ImportRules, 'kind' | 'minBits'> & { dryRun: boolean }

/** A batch takes far less; what waits for its owners behind other changes goes on waiting. */
const TIMEOUT_MS = 60_000
const TRIES = 5

/**
 * Imports some keys, each with its audit row, in one transaction: all that are not refused, or none when the
 * process dies. Doing it again imports nothing twice and revives nothing: the database decides by the digest.
 */
export const importKeys = (
  actor: Actor,
  rows: readonly OwnedRow[],
  options: Options,
): Promise<RowOutcome[]> => inOneTransaction((tx) => importWithin(tx, actor, rows, options))

/** Tries again where two meet, and lets what was refused until now be asked about anew. */
export async function inOneTransaction<Done>(run: (tx: Transaction) => Promise<Done>): Promise<Done> {
  for (let tries = 1; ; tries++)
    try {
      const done = await db().$transaction(run, { timeout: TIMEOUT_MS, maxWait: TIMEOUT_MS })
      verifiedKeys().forgetRefusals()
      return done
    } catch (error) {
      if (tries === TRIES || !hasMet(error)) throw error
    }
}

/** The same as {@link importKeys}, in a transaction that does more. */
export async function importWithin(
  tx: Transaction,
  actor: Actor,
  rows: readonly OwnedRow[],
  options: Options,
): Promise<RowOutcome[]> {
  const read = options.dryRun ? activeMembers : holdMembers
  const owners = await read(tx, actor.clubId, [...new Set(rows.map(({ userId }) => userId))])
  const standing = await standingOf(tx, rows)
  const alike = await countAlike(tx, rows)
  const judged = rows.map((row) => judge(actor, row, owners.get(row.userId), standing, alike))
  if (options.dryRun) return judged
  const fresh = rows.filter((_, at) => judged[at]?.is === 'imported')
  const created = await create(tx, actor, fresh, options)
  return judged.map((outcome, at) =>
    outcome.is === 'imported' && !created.has(hexOf(rows[at])) ? lost() : outcome,
  )
}

class MetAnother extends Error {
  readonly code = 'P2034'
}
/** Somebody else has written this digest since it was looked for. */
function lost(): never {
  throw new MetAnother('another import wrote the same token')
}

function judge(
  { clubId }: Actor,
  row: OwnedRow,
  owner: Owner | undefined,
  standing: Standing,
  alike: Alike,
): RowOutcome {
  const { line } = row
  const refused = (reason: string) => ({ line, is: 'refused', reason }) as const
  const there = standing.get(hexOf(row))
  if (there === 'buried') return refused('has the token of a deleted key, which stays dead')
  if (there)
    return there.clubId === clubId && there.userId === row.userId
      ? { line, is: 'known' }
      : refused('has a token that is already somebody else’s key')
  if (!owner) return refused(NO_MEMBER)
  const held = scopesOf(owner.roles)
  const missing = row.scopes.filter((scope) => !held.includes(scope))
  if (missing.length > 0) return refused(`names scopes that its owner does not hold: ${missing.join(' ')}`)
  if (isOneTooMany(row, alike))
    return refused('has a token that begins like four others: store longer beginnings')
  // The second of two alike in one batch finds the first.
  standing.set(hexOf(row), { clubId, userId: row.userId })
  return { line, is: 'imported' }
}

export const NO_MEMBER = 'names an owner who is no active member of the club'

/** @returns the digests that were written, in hex */
async function create(
  tx: Transaction,
  actor: Actor,
  rows: readonly OwnedRow[],
  options: Options,
): Promise<Set<string>> {
  if (rows.length === 0) return new Set()
  const made = await insertKeys(tx, actor.clubId, rows)
  await appendManyAudits(
    tx,
    actor,
    made.map((row) => auditEntry(row, options)),
  )
  return new Set(made.map(hexOf))
}

function auditEntry(
  { id, kept, userId, name, scopes, createdAt, expiresAt }: OwnedRow & { id: string },
  { kind, minBits }: Options,
) {
  const strength = kind === 'plaintext' ? { estimatedBits: kept.bits } : { minBits }
  return {
    action: 'api-key.import',
    targetId: id,
    changes: stated({ name, scopes, ownerId: userId, kind, ...strength, createdAt, expiresAt }),
  } as const
}

const hexOf = (row: ImportRow | undefined): string => row?.kept.digest.toString('hex') ?? ''
