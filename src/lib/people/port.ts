import type { Transaction } from '../db/client'

/** What an app says of people beyond its views, each by user id. Whom it does not know is left out. */
export type PeoplePort = {
  /** How those who have left a club were called. */
  formerNames: (
    clubId: string,
    userIds: readonly string[],
    tx: Transaction,
  ) => Promise<ReadonlyMap<string, string>>
  /** Whom ids of the app's own mean, such as a membership's: an import may name owners by them. */
  usersOf: (clubId: string, ids: readonly string[]) => Promise<ReadonlyMap<string, string>>
}

/** On `globalThis`: the framework loads modules more than once. */
const shared = globalThis as typeof globalThis & { clubkeysPeople?: PeoplePort }

/**
 * Lets the app say what the layer cannot read in its views. Without it, whoever left without ever having had a
 * key is nameless in what is on record of them.
 */
export function knowPeopleBy(port: PeoplePort): void {
  shared.clubkeysPeople = port
}

const NOBODY: PeoplePort = {
  formerNames: () => Promise.resolve(new Map()),
  usersOf: () => Promise.resolve(new Map()),
}
export const peoplePort = (): PeoplePort => shared.clubkeysPeople ?? NOBODY
