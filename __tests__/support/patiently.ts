import { isOutage } from '@/lib/db/outage'

/**
 * Tries again while the pool has no connection to give (a 503 to a client): for tests about who wins, not
 * about patience.
 */
export async function patiently<T>(act: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await act()
    } catch (error) {
      if (!isOutage(error)) throw error
    }
  }
}
