import type { Actor } from '../actor'
import type { Transaction } from '../db/client'
import { importWithin, inOneTransaction, type RowOutcome } from './import-keys'
import { ownersOf, readBatch, type OwnerOf } from './read-batch'
import type { Cells, ImportRules } from './row'

/** A table of the app's own, in the same database, that holds tokens in plaintext. */
export type TokenTable = {
  /**
   * The next rows that still hold one, held until the commit. `next`: where the ones after them begin; null:
   * there are none.
   */
  take: (
    tx: Transaction,
    from: number,
  ) => Promise<{ rows: { place: string; cells: Cells }[]; next: number | null }>
  /** Sets the tokens of these rows to NULL. */
  clear: (tx: Transaction, places: readonly string[]) => Promise<void>
  /** How many rows hold a token. */
  count: () => Promise<number>
}

export type Adopted = {
  before: number
  read: number
  imported: number
  known: number
  refused: number
  left: number
}

type Run = ImportRules & {
  /** Whether a row's token is cleared in the transaction in which its key is made. */
  clears: boolean
  dryRun: boolean
  onBatch?: (totals: Omit<Adopted, 'left'>) => void
  onRefused?: (row: { place: string; reason: string }) => void | Promise<void>
}

/**
 * Takes the tokens of a table over, batch by batch: in one transaction their digests come in and, where it
 * clears, their plaintext goes. So at no moment is a token neither there nor here (G17), whenever the process
 * is killed; the next run goes on with what is left.
 */
export async function adopt(actor: Actor, table: TokenTable, run: Run): Promise<Adopted> {
  const totals = { before: await table.count(), read: 0, imported: 0, known: 0, refused: 0 }
  const ownerOf = ownersOf(actor.clubId)
  for (let from: number | null = 0; from !== null;) {
    const begin: number = from
    const { taken, outcomes } = await inOneTransaction(async (tx) => {
      const batch = await table.take(tx, begin)
      return { taken: batch, outcomes: await adoptRows(tx, actor, table, run, batch.rows, ownerOf) }
    })
    for (const outcome of outcomes) {
      totals[outcome.is]++
      if (outcome.is === 'refused')
        await run.onRefused?.({ place: taken.rows[outcome.line]?.place ?? '', reason: outcome.reason })
    }
    totals.read += taken.rows.length
    run.onBatch?.({ ...totals })
    from = taken.next
  }
  return { ...totals, left: await table.count() }
}

async function adoptRows(
  tx: Transaction,
  actor: Actor,
  table: TokenTable,
  run: Run,
  rows: readonly { place: string; cells: Cells }[],
  ownerOf: OwnerOf,
): Promise<RowOutcome[]> {
  if (rows.length === 0) return []
  const { owned, faults } = await readBatch(
    rows.map(({ cells }, line) => ({ line, cells })),
    run,
    ownerOf,
  )
  const outcomes = [...faults, ...(await importWithin(tx, actor, owned, run))]
  const done = outcomes.flatMap(({ line, is }) => (is === 'refused' ? [] : [rows[line]?.place ?? '']))
  if (run.clears && !run.dryRun) await table.clear(tx, done)
  return outcomes
}
