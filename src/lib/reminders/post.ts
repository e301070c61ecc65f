import type { Transaction } from '../db/client'
import { postEvents } from '../events/post'
import { wantedTypes } from '../events/wanted'
import type { Claimed } from './due'
import type { Occasion } from './port'

const EVENTS: Readonly<Record<Occasion, string>> = {
  'ends-14': 'api_key.expiring',
  'ends-3': 'api_key.expiring',
  'ends-0': 'api_key.expired',
  'unused-90': 'api_key.unused',
}

const isOccasion = (kind: string): kind is Occasion => Object.hasOwn(EVENTS, kind)

/** Tells whoever wants events of what was just claimed, in the transaction that claims it: once each. */
export async function postReminders(tx: Transaction, claimed: readonly Claimed[]): Promise<void> {
  for (const [clubId, some] of Map.groupBy(claimed, (one) => one.clubId)) {
    const wanted = await wantedTypes(tx, clubId)
    const happenings = some.flatMap(({ apiKeyId, kind }) =>
      isOccasion(kind) && wanted.has(EVENTS[kind])
        ? [{ type: EVENTS[kind], subjectId: apiKeyId, changes: {} }]
        : [],
    )
    await postEvents(tx, { clubId, actor: { kind: 'system', name: null } }, happenings)
  }
}
