import { z } from 'zod'
import { apiKeyFilter, apiKeyOrder, apiKeyStatus } from './api-key-filter'
import { metadata } from './metadata'
import { pageQuery, page } from './page'
import { scope, scopes } from './permissions'
import { rateLimit } from './rate-limit'
import { hostId, id, instant, line, timestamp } from './text'

const CIDRS_MAX = 50

/**
 * Networks that a key may be used from. Which texts are networks is the server's to say: a contract knows zod
 * alone.
 */
const allowedCidrs = z
  .array(z.string().min(1).max(64))
  .min(1)
  .max(CIDRS_MAX)
  .nullable()
  .meta({
    description:
      'Networks in CIDR notation or single addresses, IPv4 or IPv6, that the key may be used from; from anywhere else it answers like an unknown key. null: any address.',
    examples: [['203.0.113.7', '2001:db8::/32']],
  })

export const apiKey = z
  .strictObject({
    id,
    name: z.string(),
    start: z.string().nullable().meta({
      description:
        'The public beginning of the token, for telling keys apart. null: an imported one, of which nothing is known or may be shown.',
    }),
    last4: z.string().nullable(),
    imported: z.boolean().meta({
      description: 'Its token was made by another system. Rotating it gives one that is made here.',
    }),
    status: apiKeyStatus.meta({ description: '`expiring`: valid, and within 7 days of its end.' }),
    scopes: z.array(scope),
    unusedScopes: z.array(scope).meta({
      description:
        'Scopes of a live key that no call has needed for 90 days. None, until it has held all of its scopes for so long.',
    }),
    owner: z.strictObject({ id: hostId, name: z.string(), kind: z.enum(['user', 'service']) }),
    createdAt: timestamp,
    expiresAt: timestamp.nullable(),
    lastUsedAt: timestamp.nullable(),
    lastUsedFrom: z
      .strictObject({ address: z.string().nullable(), userAgent: z.string().nullable() })
      .nullable()
      .meta({
        description:
          'Where the last use came from. null: unused since that is kept, not kept at all, or the caller lacks `usage:read`.',
      }),
    revokedAt: timestamp.nullable(),
    revokedReason: z.string().nullable(),
    createdByKeyId: id.nullable(),
    rotatedFromId: id.nullable().meta({ description: 'The key that this one replaced.' }),
    replacedById: id
      .nullable()
      .meta({ description: 'The key that replaced this one, which ends at `expiresAt`.' }),
    rateLimit: rateLimit.nullable().meta({ description: 'Calls in a window. null: the club’s default.' }),
    allowedCidrs: z.array(z.string()).nullable().meta({ description: 'null: any address.' }),
    metadata,
    leaked: z
      .strictObject({
        at: timestamp,
        source: z.string().meta({ description: 'Who found it.', examples: ['GitHub'] }),
        url: z.string().nullable().meta({ description: 'Where, as they said: nobody checked it.' }),
      })
      .nullable()
      .meta({ description: 'Its token was found where others can read it.' }),
    honey: z
      .strictObject({ usedAt: timestamp.nullable().meta({ description: 'Its last use: an alarm.' }) })
      .nullable()
      .meta({
        description:
          'A honeykey: it can do nothing, and its use raises the alarm. Keys do not see honeykeys at all.',
      }),
  })
  .meta({ id: 'ApiKey' })
export type ApiKey = z.infer<typeof apiKey>

/** Of a list of keys as a table. */
export const API_KEY_COLUMNS = [
  'id',
  'name',
  'start',
  'last4',
  'imported',
  'status',
  'scopes',
  'ownerId',
  'ownerName',
  'ownerKind',
  'createdAt',
  'expiresAt',
  'lastUsedAt',
  'revokedAt',
  'revokedReason',
  'createdByKeyId',
  'rotatedFromId',
  'replacedById',
  'allowedCidrs',
  'metadata',
] as const

/** The answer to create and rotate: the only ones that hold a token. */
export const createdApiKey = apiKey
  .extend({
    key: z.string().nullable().meta({
      description:
        'The token. Shown this once; keep it now. null: only in the answer to a repeated request (`Idempotent-Replayed`) that comes too late for it.',
    }),
    notice: z.string().optional().meta({ description: 'Where `key` is null: how to get a token.' }),
  })
  .meta({ id: 'CreatedApiKey' })
/** As it is made: with its token. */
export type CreatedApiKey = ApiKey & { key: string }

export const createApiKeyBody = z
  .strictObject({
    name: line(64),
    scopes,
    expiresAt: instant
      .nullable()
      .optional()
      .meta({ description: 'Omitted: the club’s default life. null: never, where the club allows it.' }),
    ownerId: hostId.optional().meta({
      description:
        'Whose key it is: the caller’s when omitted; an admin who is signed in may give the `user.id` of a service account.',
    }),
    rateLimit: rateLimit.nullable().optional().meta({
      description:
        'Calls in a window. Omitted or null: the club’s default. Only an admin may set more than that.',
    }),
    allowedCidrs: allowedCidrs.optional(),
    metadata: metadata.optional(),
  })
  .meta({ id: 'CreateApiKey' })
export type CreateApiKeyBody = z.infer<typeof createApiKeyBody>

export const updateApiKeyBody = z
  .strictObject({
    name: line(64).optional(),
    scopes: scopes.optional().meta({
      description: 'Fewer: by everyone who may change the key. More: only what the caller holds.',
    }),
    metadata: metadata.optional(),
    disabled: z.boolean().optional(),
    despiteLeak: z.boolean().optional().meta({
      description: 'With `disabled: false`, for a key that was found leaked: its token is known to others.',
    }),
    expiresAt: instant.nullable().optional().meta({
      description:
        'Of a live key. Earlier: by everyone who may revoke it. Later, or null for never: within the club’s policy, by its owner (an admin who is signed in, for a service account’s).',
    }),
    rateLimit: rateLimit.nullable().optional().meta({
      description: 'Calls in a window. null: the club’s default. Only an admin may set more than that.',
    }),
    allowedCidrs: allowedCidrs.optional(),
  })
  .refine((body) => Object.keys(body).length > 0, { error: 'must change something' })
  .refine(({ despiteLeak, disabled }) => despiteLeak === undefined || disabled === false, {
    path: ['despiteLeak'],
    error: 'must come with disabled: false',
  })
  .meta({
    id: 'UpdateApiKey',
    examples: [{ name: 'Scoreboard, stadium', allowedCidrs: ['203.0.113.7'], disabled: false }],
  })
export type UpdateApiKeyBody = z.infer<typeof updateApiKeyBody>

export const DEFAULT_GRACE_SECONDS = 86_400
const MAX_GRACE_SECONDS = 604_800

export const graceSeconds = z
  .int()
  .min(0)
  .max(MAX_GRACE_SECONDS, { error: `must be at most ${MAX_GRACE_SECONDS}, which is 7 days` })
  .default(DEFAULT_GRACE_SECONDS)
  .meta({ description: 'How long the old token still works, unless it ends sooner by itself.' })

export const rotateApiKeyBody = z
  .strictObject({
    graceSeconds,
    expiresAt: instant.nullable().optional().meta({
      description:
        'Omitted: the new key lives as long as the old one was made to. null: never, where the club allows it.',
    }),
  })
  .meta({ id: 'RotateApiKey' })

export const listApiKeysQuery = z.strictObject({ ...pageQuery, ...apiKeyFilter.shape, ...apiKeyOrder })
export type ListApiKeysQuery = z.infer<typeof listApiKeysQuery>
export const apiKeyPage = page(apiKey).meta({ id: 'ApiKeyPage' })
