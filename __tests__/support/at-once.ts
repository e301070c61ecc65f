import { isOutage } from '@/lib/db/outage'

/**
 * What many calls at once came to. On a busy machine some find no free connection in time (503 to a caller):
 * those are left out, so that a test counts only what was decided. Any other failure is the test's.
 */
export async function atOnce<T>(times: number, call: (i: number) => Promise<T>): Promise<T[]> {
  const outcomes = await Promise.allSettled(Array.from({ length: times }, (_, i) => call(i)))
  return outcomes.flatMap((outcome) => {
    if (outcome.status === 'fulfilled') return [outcome.value]
    if (isOutage(outcome.reason)) return []
    throw outcome.reason
  })
}
