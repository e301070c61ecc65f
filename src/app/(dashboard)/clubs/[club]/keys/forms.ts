import { z } from 'zod'
import { createApiKeyBody, rotateApiKeyBody, updateApiKeyBody } from '@/contracts/api-key'
import { revokeApiKeyBody, revokeApiKeysBody } from '@/contracts/api-key-revocation'
import { id } from '@/contracts/text'
import { asFilter, keyFilters } from './filters'

const DAY_MS = 86_400_000

/**
 * Counted by the server's clock: by the browser's, "in 366 days" may lie a second beyond the club's maximum.
 */
const expiry = z.union(
  [
    z
      .strictObject({ days: z.number().int().min(1).max(10_000) })
      .transform(({ days }) => new Date(Date.now() + days * DAY_MS)),
    // When that day ends is for the club's time zone to say: `endingThere`.
    z.strictObject({ on: z.iso.date() }),
    z.null(),
  ],
  { error: 'must be a date' },
)

/** As in REST, except for the way in which a person says when the key ends. */
export const createKeyForm = createApiKeyBody
  .pick({ name: true, scopes: true, ownerId: true, allowedCidrs: true, rateLimit: true })
  .extend({ expiresAt: expiry })
export const updateKeyForm = z
  .strictObject({ ...updateApiKeyBody.shape, id, expiresAt: expiry.optional() })
  .refine((form) => Object.keys(form).length > 1, { error: 'must change something' })
export const rotateKeyForm = rotateApiKeyBody.extend({ id, expiresAt: expiry.optional() })
export const revokeKeyForm = revokeApiKeyBody.extend({ id })
const { token: _, ...revokeShape } = revokeApiKeysBody.shape
const someFilter = keyFilters.refine((filter) => Object.keys(filter).length > 0, {
  error: 'must ask for something',
})
export const revocableKeysForm = z
  .strictObject({ filter: someFilter, after: id.optional() })
  .transform(({ filter, after }) => ({ filter: asFilter(filter), after }))
export const revokeKeysForm = z
  .strictObject({
    ...revokeShape,
    filter: someFilter.optional(),
  })
  .refine(({ ids, filter }) => (ids === undefined) !== (filter === undefined), {
    path: ['ids'],
    error: 'must be given, or filter, and not both',
  })
  .transform(({ filter, ...rest }) => ({ ...rest, filter: filter && asFilter(filter) }))
export const deleteKeyForm = z.strictObject({ id })
