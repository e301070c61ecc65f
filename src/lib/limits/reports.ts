import type { Limit } from './limit'
import { networkOf } from './network'

const PER_MINUTE = 60

/**
 * The limit on reports of leaked tokens from an address, each of which may hold many. All addresses that are
 * not known for certain share one count.
 * @param kind those with a bad signature are counted apart: who signs is counted for nothing else
 */
export const reportsFrom = (address: string | null, kind: 'open' | 'badly signed'): Limit => ({
  name: 'reports',
  id: `${kind} ${address === null ? 'unknown' : networkOf(address)}`,
  limit: PER_MINUTE,
  windowSeconds: 60,
})
