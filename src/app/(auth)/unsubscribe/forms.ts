import { z } from 'zod'

/** The link's only part that counts. */
export const unsubscribeForm = z.strictObject({
  t: z.string().regex(/^[\w.-]{1,300}$/, { error: 'must be the whole link' }),
})
