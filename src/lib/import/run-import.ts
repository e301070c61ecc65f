import type { Actor } from '../actor'
import { importKeys, type RowOutcome } from './import-keys'
import type { FoundRow } from './layout'
import { ownersOf, readBatch } from './read-batch'
import type { ImportRules, OwnedRow } from './row'
import { Seen } from './seen'

/** Rows in one transaction: their owners wait for it some hundredths of a second. */
const BATCH = 500

export type Totals = { read: number; imported: number; known: number; refused: number }
export type RefusedRow = { line: number; reason: string }

export type ImportOptions = ImportRules & {
  dryRun: boolean
  /** After each batch. */
  onBatch?: (totals: Totals) => void
  onRefused?: (row: RefusedRow) => void | Promise<void>
}

/**
 * Reads everything once and writes nothing: a file that breaks off, or that names two owners for one token,
 * is found out before its first row is imported.
 * @throws BadFile
 */
export async function survey(
  actor: Actor,
  rows: AsyncIterable<FoundRow>,
  rules: ImportRules,
): Promise<{ seen: Seen; rows: number }> {
  const seen = new Seen()
  const ownerOf = ownersOf(actor.clubId)
  let count = 0
  for await (const batch of inBatches(rows)) {
    count += batch.length
    const { owned } = await readBatch(batch, rules, ownerOf)
    for (const { kept, userId } of owned) seen.note(kept.digest, userId)
  }
  return { seen, rows: count }
}

/**
 * Imports what can be imported, batch by batch, each whole or not at all. Stopped and started
 * again with the same rows, it goes on where it was.
 * @param surveyed what `survey` found out; without it, of two owners of one token the first has it
 * @throws BadFile after the rows before it
 */
export async function runImport(
  actor: Actor,
  rows: AsyncIterable<FoundRow>,
  run: ImportOptions,
  surveyed = new Seen(),
): Promise<Totals> {
  const totals: Totals = { read: 0, imported: 0, known: 0, refused: 0 }
  const ownerOf = ownersOf(actor.clubId)
  // A dry run writes nothing that the next batch could find.
  const before = run.dryRun ? new Seen() : null
  for await (const batch of inBatches(rows)) {
    const { owned, faults } = await readBatch(batch, run, ownerOf)
    const judged = await importBatch(actor, owned, run, surveyed)
    for (const outcome of [...faults, ...judged.map((outcome, at) => repeated(outcome, owned[at], before))]) {
      totals[outcome.is]++
      if (outcome.is === 'refused') await run.onRefused?.({ line: outcome.line, reason: outcome.reason })
    }
    totals.read += batch.length
    run.onBatch?.({ ...totals })
  }
  return totals
}

const DISPUTED = 'has a token that another row gives to another owner'

async function importBatch(
  actor: Actor,
  owned: OwnedRow[],
  run: ImportOptions,
  surveyed: Seen,
): Promise<RowOutcome[]> {
  const fine = owned.filter(({ kept }) => !surveyed.isDisputed(kept.digest))
  const outcomes = fine.length > 0 ? await importKeys(actor, fine, run) : []
  const byRow = new Map(fine.map((row, at) => [row, outcomes[at]]))
  return owned.map((row) => byRow.get(row) ?? { line: row.line, is: 'refused', reason: DISPUTED })
}

function repeated(outcome: RowOutcome, row: OwnedRow | undefined, before: Seen | null): RowOutcome {
  if (outcome.is !== 'imported' || !before || !row) return outcome
  const noted = before.note(row.kept.digest, row.userId)
  if (noted === 'disputed') return { line: row.line, is: 'refused', reason: DISPUTED }
  return noted === 'again' ? { line: row.line, is: 'known' } : outcome
}

async function* inBatches<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item[]> {
  let batch: Item[] = []
  for await (const item of items) {
    batch.push(item)
    if (batch.length < BATCH) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
