import { z } from 'zod'
import { metadata } from './metadata'
import { resource } from './resource'
import { hostId, id } from './text'

const ascii = z.string().regex(/^[\x20-\x7e]*$/, { error: 'must be ASCII without control characters' })

/** RFC 7662 §2.1. A resource server hands on whatever its client sent: any text may be asked about. */
const introspectBody = z
  .strictObject({
    token: z.string().min(1).meta({ description: 'The token that a client presented.' }),
    client_address: ascii.optional().meta({
      description:
        'The address that the client presented it from. A key with a list of addresses is active only with an address on it.',
      examples: ['203.0.113.7'],
    }),
    scope: ascii.optional().meta({
      description: 'Scopes with spaces between them: active only if the token has all of them.',
      examples: ['practices:read'],
    }),
    token_type_hint: ascii.optional().meta({ description: 'Ignored: there is one type of token.' }),
  })
  .meta({ id: 'Introspect' })
export type IntrospectBody = z.infer<typeof introspectBody>

const seconds = (what: string) => z.int().meta({ description: `${what}, in seconds since 1970.` })

/** RFC 7662 §2.2. Of a token that is not active nothing else is said. */
const introspection = z
  .discriminatedUnion('active', [
    z.strictObject({
      active: z.literal(true),
      scope: z.string().meta({
        description: 'The effective scopes: the key’s, cut down to the roles that its owner has now.',
      }),
      client_id: id.meta({ description: 'The id of the key.' }),
      sub: hostId.meta({ description: 'The user whose key it is.' }),
      exp: seconds('When it ends').optional(),
      iat: seconds('When it was made'),
      club: z.strictObject({ id: hostId, slug: z.string() }),
      name: z.string().meta({ description: 'What the key is called.' }),
      metadata: metadata.meta({ description: 'The owner’s notes: grant no right from them.' }),
    }),
    z.strictObject({ active: z.literal(false) }),
  ])
  .meta({
    id: 'Introspection',
    examples: [
      {
        active: true,
        scope: 'practices:read members:read',
        client_id: '0190d9a0-7c1e-7b3a-9d42-3f2b6c9d1e4a',
        sub: '5f4d1c1e-9c1f-4e0e-8b62-2b1f7a0c9d11',
        exp: 1806829965,
        iat: 1799053965,
        club: { id: '0190d9a0-7c1e-7b3a-9d42-3f2b6c9d1e4b', slug: 'harriers' },
        name: 'Scoreboard',
        metadata: {},
      },
    ],
  })
export type Introspection = z.infer<typeof introspection>

/** The layer’s own, in every app. */
export const introspecting = resource({
  model: 'ApiKey',
  title: 'Introspection',
  about: 'For services that get keys from their clients and have to know what those may do.',
  scopes: {
    'tokens:introspect': {
      text: 'Ask whether a token of the club is valid, and whose it is.',
      can: { introspect: { $admins: 'all' } },
    },
  },
  operations: {
    introspectToken: {
      method: 'POST',
      path: '/api/v1/introspect',
      summary: 'Whether a token is active, for a service that a client presented it to (RFC 7662)',
      scope: 'tokens:introspect',
      can: ['introspect', 'ApiKey'],
      ownToken: true,
      takesBasic: true,
      body: introspectBody,
      form: true,
      onlyReads: true,
      tokenField: 'token',
      status: 200,
      response: introspection,
    },
  },
})
