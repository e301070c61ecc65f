import { isStorable } from '@/contracts/text'
import { findActive } from '../people/find'
import { RowRefused } from './credential'
import { NO_MEMBER, type RowOutcome } from './import-keys'
import type { FoundRow } from './layout'
import { readRow, type ImportRow, type ImportRules, type OwnedRow } from './row'

/** Owners that are remembered from batch to batch; their rights are read anew in each. */
const MAX_OWNERS = 100_000
const LONGEST_OWNER = 320

export type OwnerOf = (rows: readonly ImportRow[]) => Promise<ReadonlyMap<string, string | null>>
type Refused = Extract<RowOutcome, { is: 'refused' }>

/** Reads rows and finds their owners; what cannot be imported is said. */
export async function readBatch(
  batch: readonly FoundRow[],
  rules: ImportRules,
  ownerOf: OwnerOf,
): Promise<{ owned: OwnedRow[]; faults: Refused[] }> {
  const faults: Refused[] = []
  const refuse = (line: number, reason: string) => void faults.push({ line, is: 'refused', reason })
  const rows = batch.flatMap((found) => {
    if ('fault' in found) return refuse(found.line, found.fault) ?? []
    try {
      return readRow(found.line, found.cells, rules)
    } catch (error) {
      if (error instanceof RowRefused) return refuse(found.line, error.message) ?? []
      throw error
    }
  })
  const owners = await ownerOf(rows)
  const owned = rows.flatMap((row) => {
    const userId = owners.get(row.owner)
    return userId ? [{ ...row, userId }] : (refuse(row.line, NO_MEMBER) ?? [])
  })
  return { owned, faults }
}

/** Who is meant, asked once for each text. */
export function ownersOf(clubId: string): OwnerOf {
  const known = new Map<string, string | null>()
  return async (rows) => {
    if (known.size > MAX_OWNERS) known.clear()
    const texts = new Set(rows.map(({ owner }) => owner))
    const unknown = [...texts].filter((text) => !known.has(text))
    const askable = unknown.filter((text) => isStorable(text) && text.length <= LONGEST_OWNER)
    const found = askable.length > 0 ? await findActive(clubId, askable) : new Map<string, string>()
    for (const text of unknown) known.set(text, found.get(text) ?? null)
    return known
  }
}
