import { z } from 'zod'
import type { Operation } from './operation'
import { scope } from './permissions'
import { hostId, id, timestamp } from './text'

const verifyApiKeyBody = z
  .strictObject({
    key: z.string().min(1).meta({ description: 'The token of a key; any text.' }),
  })
  .meta({ id: 'VerifyApiKey' })

/** Of a key that is not valid nothing else is said. */
const verifiedApiKey = z
  .discriminatedUnion('valid', [
    z.strictObject({
      valid: z.literal(true),
      keyId: id,
      clubId: hostId,
      userId: hostId,
      scopes: z.array(scope).meta({
        description: 'The effective scopes: the key’s, cut down to the roles that its owner has now.',
      }),
      expiresAt: timestamp.nullable(),
    }),
    z.strictObject({ valid: z.literal(false) }),
  ])
  .meta({
    id: 'VerifiedApiKey',
    examples: [
      {
        valid: true,
        keyId: '0190d9a0-7c1e-7b3a-9d42-3f2b6c9d1e4a',
        clubId: '0190d9a0-7c1e-7b3a-9d42-3f2b6c9d1e4b',
        userId: '5f4d1c1e-9c1f-4e0e-8b62-2b1f7a0c9d11',
        scopes: ['practices:read'],
        expiresAt: '2027-04-04T09:12:45.000Z',
      },
    ],
  })
export type VerifiedApiKey = z.infer<typeof verifiedApiKey>

/**
 * Of the club app, and of no resource: whoever presents no credential asks with the key alone. With one, it
 * is an introspection.
 */
export const verifyApiKey = {
  method: 'POST',
  path: '/api/auth/api-key/verify',
  summary: 'Whether a key is valid, and whose it is',
  scope: 'tokens:introspect',
  can: ['introspect', 'ApiKey'],
  ownToken: true,
  open: true,
  body: verifyApiKeyBody,
  tokenField: 'key',
  status: 200,
  response: verifiedApiKey,
} as const satisfies Operation
