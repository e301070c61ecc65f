import { z } from 'zod'
import { MAX_RATE } from './bounds'

const MAX_WINDOW_SECONDS = 86_400

/** At most `limit` calls in a window of so many seconds, which begins with the first of them. */
export const rateLimit = z.strictObject({
  limit: z.int().min(1).max(MAX_RATE),
  windowSeconds: z
    .int()
    .min(1)
    .max(MAX_WINDOW_SECONDS, { error: `must be at most ${MAX_WINDOW_SECONDS}, which is a day` }),
})
export type RateLimit = z.infer<typeof rateLimit>
