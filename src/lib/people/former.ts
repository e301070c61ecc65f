import type { Transaction } from '../db/client'

/** What an app calls people who have left a club, by user id; whom it does not know any more is left out. */
export type FormerNames = (
  clubId: string,
  userIds: readonly string[],
  tx: Transaction,
) => Promise<ReadonlyMap<string, string>>

/** On `globalThis`: the framework loads modules more than once. */
const shared = globalThis as typeof globalThis & { clubkeysFormerNames?: FormerNames }

/**
 * Lets the app say how those who have left are called: the layer asks its views, which do not know them. Without
 * it, whoever never had a key is nameless in what is on record of them.
 */
export function nameFormersBy(names: FormerNames): void {
  shared.clubkeysFormerNames = names
}

export const formerNames: FormerNames = async (clubId, userIds, tx) =>
  (await shared.clubkeysFormerNames?.(clubId, userIds, tx)) ?? new Map<string, string>()
