import { FairTurns } from '@/lib/fair-turns'
import { networkOf } from '@/lib/limits/network'

const shared = globalThis as typeof globalThis & { clubkeysReports?: FairTurns }

/** Few at a time, so that a flood of reports leaves the database to callers; an address has its turn. */
const turns = () =>
  (shared.clubkeysReports ??= new FairTurns({ atOnce: 2, perAddress: 64, all: 512, patienceMs: 5_000 }))

/**
 * Reports of leaks take turns among themselves alone: they come from strangers, and end attacks.
 * @throws Refusal `unavailable` where the turn does not come within five seconds
 */
export const takeReport = <Done>(address: string | null, act: () => Promise<Done>): Promise<Done> =>
  turns().run(address === null ? 'unknown' : networkOf(address), act)
