import { z } from 'zod'
import { apiKey } from './api-key'
import { apiKeyFilter, apiKeyStatus } from './api-key-filter'
import { MAX_COUNTED, MAX_REVOKED_AT_ONCE, MAX_TOLD } from './bounds'
import { id, line, timestamp } from './text'

// How keys are ended, and what comes of it.

/** The longest credential accepted. */
const MAX_TOKEN = 256

const descendants = z
  .boolean()
  .default(true)
  .meta({ description: 'Whether the live keys that it made, and those that they made, are revoked with it.' })

export const revokeApiKeyBody = z
  .strictObject({ reason: line(200).optional(), descendants })
  .meta({ id: 'RevokeApiKey' })

const complete = z.boolean().meta({
  description:
    'false: there are more live keys that it, or they, made than were revoked in time for this answer. They are being revoked, without being asked again.',
})

export const revokedApiKey = apiKey
  .extend({
    status: apiKeyStatus.meta({ examples: ['revoked'] }),
    revokedAt: timestamp.nullable().meta({ examples: ['2027-01-05T10:01:02.345Z'] }),
    revokedReason: z
      .string()
      .nullable()
      .meta({ examples: ['Lost phone'] }),
    alsoRevoked: z.array(id).meta({
      description: `The keys that were revoked with it, no more than ${MAX_TOLD} of them.`,
    }),
    alsoRevokedCount: z.number().int().meta({ description: 'How many were revoked with it.' }),
    complete,
  })
  .meta({ id: 'RevokedApiKey' })
export type RevokedApiKey = z.infer<typeof revokedApiKey>

export const revokeApiKeysBody = z
  .strictObject({
    ids: z
      .array(id)
      .min(1)
      .max(MAX_REVOKED_AT_ONCE)
      .refine((given) => new Set(given).size === given.length, { error: 'must not name a key twice' })
      .optional(),
    filter: apiKeyFilter
      .refine((given) => Object.keys(given).length > 0, {
        error: 'must ask for something: every key of the club is too easily meant',
      })
      .optional()
      .meta({
        description: 'Instead of `ids`: the keys that match, as in the list. Revoked ones are skipped.',
      }),
    token: z
      .string()
      .min(1)
      .max(MAX_TOKEN)
      .regex(/^[\x21-\x7e]+$/, { error: 'must be a token: visible ASCII without blanks' })
      .optional()
      .meta({ description: 'Instead of `ids`: the token of a key, such as one that was found somewhere.' }),
    reason: line(200).optional(),
    descendants,
    preview: z.boolean().optional().meta({ description: 'true: only say how many it would be.' }),
    expectedCount: z.number().int().min(0).optional().meta({
      description: 'How many keys you expect; if there are more or fewer by now, nothing is revoked (409).',
    }),
  })
  .refine(({ ids, filter, token }) => [ids, filter, token].filter((one) => one !== undefined).length === 1, {
    path: ['ids'],
    error: 'must be given, or filter or token, and only one of them',
  })
  .meta({
    id: 'RevokeApiKeys',
    examples: [{ filter: { q: 'scoreboard', status: 'active' }, reason: 'Lost phone', preview: true }],
  })
export type RevokeApiKeysBody = z.infer<typeof revokeApiKeysBody>

export const revokedApiKeys = z
  .strictObject({
    count: z
      .number()
      .int()
      .meta({
        description: `How many of those asked for were revoked, or would be; ${MAX_COUNTED} means so many or more.`,
      }),
    alsoRevoked: z.number().int().meta({
      description:
        'How many that they made were revoked with them, or would be, as far as they can be counted at once; not counted (0) when more match than one call revokes.',
    }),
    preview: z.boolean(),
    complete: complete.optional(),
  })
  .meta({ id: 'RevokedApiKeys' })
export type RevokedApiKeys = z.infer<typeof revokedApiKeys>
