import { z } from 'zod'
import { createdApiKey, graceSeconds, type CreatedApiKey } from './api-key'
import { id } from './text'

const MOST_KEYS = 50

export const handOverBody = z
  .strictObject({
    keyIds: z
      .array(id)
      .min(1)
      .max(MOST_KEYS)
      .refine((ids) => new Set(ids).size === ids.length, { error: 'must not name a key twice' })
      .meta({ description: 'Live keys of this member.' }),
    serviceAccountId: id.meta({ description: 'The `id` of the service account that gets the new keys.' }),
    graceSeconds,
  })
  .meta({ id: 'HandOver' })
export type HandOverBody = z.infer<typeof handOverBody>

/** The new keys, in the order of `keyIds`: the one answer that holds their tokens. */
export const handedOver = z.strictObject({ keys: z.array(createdApiKey) }).meta({ id: 'HandedOver' })
export type HandedOver = { keys: CreatedApiKey[] }
