import { z } from 'zod'
import { metadataFilter } from './metadata'
import { scope } from './permissions'
import { hostId, instant, line } from './text'

export const API_KEY_STATUSES = ['active', 'expiring', 'expired', 'disabled', 'revoked'] as const
export const apiKeyStatus = z.enum(API_KEY_STATUSES)
export type ApiKeyStatus = z.infer<typeof apiKeyStatus>

/** What the filter takes for a status: one of them, or those that can be used together. */
export const FILTERED_STATUSES = [...API_KEY_STATUSES, 'usable'] as const
export type FilteredStatus = (typeof FILTERED_STATUSES)[number]

/** The keys that match all that is given. A foreign owner has none. */
const fields = {
  q: line(64).optional().meta({
    description:
      'Part of the name, or the token’s first or last characters as `start` and `last4` show them.',
  }),
  status: z.enum(FILTERED_STATUSES).optional().meta({
    description: 'Only keys with this status; `usable`: `active` or `expiring`.',
  }),
  ownerId: hostId.optional(),
  scope: scope.optional().meta({ description: 'Only keys that hold this scope.' }),
  usedSince: instant.optional().meta({ description: 'Only keys used at this instant or later.' }),
  unusedSince: instant
    .optional()
    .meta({ description: 'Only keys that are older than this instant and were not used since.' }),
  expiresBefore: instant.optional().meta({ description: 'Only keys that end before this instant.' }),
  neverExpires: z.enum(['true']).optional().meta({ description: '`true`: only keys without an end.' }),
  failedSince: instant.optional().meta({
    description:
      'Only keys of which a call was refused (401, 403) or failed (5xx) in the hour of this instant or later. Finds nothing where the caller may not see the usage.',
  }),
  imported: z.enum(['true', 'false']).optional().meta({
    description: '`true`: only keys whose token was made by another system; `false`: only the others.',
  }),
  leaked: z.enum(['true']).optional().meta({
    description: '`true`: only keys whose token was found where others can read it.',
  }),
  metadata: metadataFilter.optional(),
  policy: z.enum(['outside']).optional().meta({
    description:
      '`outside`: only live keys that the club’s policy would not let be made now: they end later than it allows, or never where it wants an end, or hold what their owner may not put into one.',
  }),
}
export const apiKeyFilter = z.strictObject(fields)
export type ApiKeyFilter = z.infer<typeof apiKeyFilter>

export const API_KEY_SORTS = ['createdAt', 'lastUsedAt', 'expiresAt', 'name'] as const
export type ApiKeySort = (typeof API_KEY_SORTS)[number]
export const ORDERS = ['asc', 'desc'] as const
export type Order = (typeof ORDERS)[number]

export const apiKeyOrder = {
  sort: z.enum(API_KEY_SORTS).optional().meta({
    description: '`createdAt` unless said. Keys without the value (never used, never ending) come last.',
  }),
  order: z
    .enum(ORDERS)
    .optional()
    .meta({ description: 'Default: the newest and the last used first, names and ends ascending.' }),
}
