import { z } from 'zod'
import { MAX_RATE } from './bounds'

const MAX_WINDOW_SECONDS = 86_400

/** At most `limit` calls in a window of so many seconds, which begins with the first of them. */
export const rateLimit = z.strictObject({
  limit: z
    .int({ error: 'must be a whole number' })
    .min(1, { error: 'must be at least 1' })
    .max(MAX_RATE, { error: `must be at most ${MAX_RATE}` }),
  windowSeconds: z
    .int({ error: 'must be a whole number of seconds' })
    .min(1, { error: 'must be at least 1' })
    .max(MAX_WINDOW_SECONDS, { error: `must be at most ${MAX_WINDOW_SECONDS}, which is a day` }),
})
export type RateLimit = z.infer<typeof rateLimit>
