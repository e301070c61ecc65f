import { z } from 'zod'
import { role, scope } from './permissions'
import { revokedApiKey } from './api-key-revocation'
import { metadata } from './metadata'
import { resource } from './resource'
import { hostId, id, line, timestamp } from './text'

/**
 * Who the caller is, to the server. `scopes` are the effective ones: the key's, cut down to the owner's live
 * roles.
 */
export const whoami = z
  .strictObject({
    club: z.strictObject({ id: hostId, slug: z.string(), name: z.string() }),
    user: z.strictObject({ id: hostId, name: z.string(), kind: z.enum(['user', 'service']) }),
    key: z.strictObject({ id, name: z.string(), expiresAt: timestamp.nullable(), metadata }).nullable(),
    roles: z.array(role),
    scopes: z.array(scope),
  })
  .meta({ id: 'WhoAmI' })
export type WhoAmI = z.infer<typeof whoami>

const revokeOwnKeyBody = z
  .strictObject({
    reason: line(200).optional(),
    descendants: z.boolean().optional().meta({
      description:
        'Whether the live keys that it made, and those that they made, are revoked with it: for a key with `api-keys:write`, and then the default.',
    }),
  })
  .meta({ id: 'RevokeOwnKey' })

/** The layer’s own, in every app. */
export const caller = resource({
  model: 'Club',
  title: 'Caller',
  about: 'Who the caller is to the server.',
  operations: {
    whoami: {
      method: 'GET',
      path: '/api/v1/whoami',
      summary: 'Who am I?',
      scope: null,
      can: null,
      status: 200,
      response: whoami,
    },
    revokeOwnKey: {
      method: 'POST',
      path: '/api/v1/whoami/revoke',
      summary: 'The key that calls ends itself for good',
      scope: null,
      can: null,
      act: 'ending',
      neverLimited: true,
      body: revokeOwnKeyBody,
      bodyOptional: true,
      refuses: ['forbidden', 'insufficient_scope'],
      status: 200,
      response: revokedApiKey,
    },
  },
})
