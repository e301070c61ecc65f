import { reference, type Described } from './schemas'

const LIMITS = '"[a-z-]+";r=\\d+;t=\\d+'
const POLICIES = '"[a-z-]+";q=\\d+;w=\\d+'
const listOf = (item: string) => `^${item}(, ${item})*$`

const text = (description: string, more: Described = {}, example?: string): Described => ({
  description,
  schema: { type: 'string', ...more },
  ...(example !== undefined && { example }),
})
const rateLimit = text(
  'What is left of each limit that the call met, and the seconds until its window ends (draft-ietf-httpapi-ratelimit-headers-11).',
  { pattern: listOf(LIMITS) },
  '"key";r=598;t=41, "club";r=5998;t=41',
)
const policy = text(
  'The limits that the call met: so many calls in a window of so many seconds.',
  { pattern: listOf(POLICIES) },
  '"key";q=600;w=60, "club";q=6000;w=60',
)
const retryAfter: Described = {
  description: 'Try again after so many seconds.',
  schema: { type: 'integer', minimum: 0 },
  example: 41,
}
const always = (header: Described): Described => ({ ...header, required: true })

/** The headers of answers. Those whose name ends in `WhereCounted` are there once the call was counted. */
const HEADERS = {
  RequestId: always(
    text(
      'Names this request in our log; quote it when you ask about it.',
      {},
      '5f0c7d1e-2a34-4a1b-9f3e-0d6c8b7a9e21',
    ),
  ),
  NotStored: always(text('Nothing under `/api` is kept by anybody.', { const: 'no-store' }, 'no-store')),
  RateLimit: always(rateLimit),
  RateLimitPolicy: always(policy),
  RateLimitWhereCounted: rateLimit,
  RateLimitPolicyWhereCounted: policy,
  RetryAfter: always(retryAfter),
  RetryAfterWhereInUse: retryAfter,
  Replayed: {
    description: 'The answer to an earlier request under the same `Idempotency-Key`: nothing was done now.',
    schema: { const: 'true' },
    example: 'true',
  },
  Deprecation: always(
    text(
      'Since when no client should begin to use this operation, in seconds of Unix time (RFC 9745).',
      { pattern: '^@\\d+$' },
      '@1801353600',
    ),
  ),
  Sunset: always(text('From when on it may be gone (RFC 8594).', {}, 'Mon, 31 Jan 2028 00:00:00 GMT')),
  Challenge: always(
    text(
      'What is asked for (RFC 6750 §3).',
      { pattern: '^Bearer realm="api"' },
      'Bearer realm="api", error="insufficient_scope", scope="practices:write"',
    ),
  ),
  ChallengeWhereKeysHelp: text(
    'What would be needed (RFC 6750 §3); absent where a person has to sign in again.',
    { pattern: '^Bearer realm="api"' },
    'Bearer realm="api", error="insufficient_scope", scope="practices:write"',
  ),
  AcceptEncoding: always(
    text('Bodies are taken uncompressed (RFC 9110 §12.5.3).', { const: 'identity' }, 'identity'),
  ),
  ETag: always(
    text(
      'Names this state of the document; send it as `If-None-Match`.',
      { pattern: '^W/"[\\w-]+"$' },
      'W/"n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg"',
    ),
  ),
  KeptFor: always(text('How long it may be kept.', {}, 'public, max-age=300')),
} satisfies Record<string, Described>

type HeaderName = keyof typeof HEADERS

/** As a response names them: by the header's own name. */
export const headersNamed = (given: Readonly<Record<string, HeaderName>>): Described =>
  Object.fromEntries(
    Object.entries(given).map(([name, component]) => [name, reference('headers', component)]),
  )

/** What every answer under `/api/v1` has. */
export const EVERYWHERE = { 'X-Request-Id': 'RequestId', 'Cache-Control': 'NotStored' } as const
export const COUNTED = { RateLimit: 'RateLimit', 'RateLimit-Policy': 'RateLimitPolicy' } as const
/** What every answer of an operation that is going to end has. */
export const ENDING = { Deprecation: 'Deprecation', Sunset: 'Sunset' } as const
export const MAYBE_COUNTED = {
  RateLimit: 'RateLimitWhereCounted',
  'RateLimit-Policy': 'RateLimitPolicyWhereCounted',
} as const

/** Those that the document names anywhere. */
export function headerComponents(document: Described): Described {
  const written = JSON.stringify(document)
  return Object.fromEntries(
    Object.entries(HEADERS).filter(([name]) => written.includes(`"#/components/headers/${name}"`)),
  )
}
