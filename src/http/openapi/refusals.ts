import { problem, PROBLEMS, type ProblemCode } from '@/contracts/problem'
import { typeOfProblem } from '../problem'
import { COUNTED, EVERYWHERE, headersNamed, MAYBE_COUNTED } from './headers'
import { namedIn, openEnded, reference, type Described } from './schemas'

/** What an answer of this code says to its caller, as an example. */
const DETAILS = {
  invalid_request: 'Send Authorization or X-API-Key, not both.',
  missing_credentials: 'Send an API key: Authorization: Bearer sk_...',
  invalid_token: 'The access token is not valid.',
  insufficient_scope: 'This needs the scope practices:write.',
  forbidden: 'The roles behind this credential do not allow it.',
  reauthentication_required: 'Sign in again to do this.',
  not_found: 'No such resource.',
  method_not_allowed: 'Allowed: GET, HEAD.',
  conflict: 'A revoked key cannot be changed.',
  idempotency_key_in_use: 'The first request under this Idempotency-Key is still being worked on.',
  payload_too_large: 'A body has at most 65536 bytes.',
  unsupported_media_type: 'Send Content-Type: application/json.',
  validation_failed: 'The input is not valid.',
  idempotency_key_reused: 'This Idempotency-Key belongs to another request.',
  rate_limited: 'Too many requests. Try again in 41 seconds.',
  internal_error: 'The error is on record under this requestId.',
  unavailable: 'The service cannot answer right now. Try again shortly.',
} as const satisfies Record<ProblemCode, string>

/** `insufficient_scope` as the name of a component: `InsufficientScope`. */
const inWords = (code: ProblemCode): string =>
  code.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())

const schemaOf = (code: ProblemCode) => `${inWords(code)}Problem`

/** One response of every operation that refuses with these codes of one status, and no other. */
export const responseName = (codes: readonly ProblemCode[]): string => codes.map(inWords).join('Or')

/** The codes by status, each status once. */
export function byStatus(codes: readonly ProblemCode[]): Map<number, ProblemCode[]> {
  const found = new Map<number, ProblemCode[]>()
  for (const code of codes)
    found.set(PROBLEMS[code].status, [...(found.get(PROBLEMS[code].status) ?? []), code])
  return found
}

/** What all problems have, and what each code adds: a client tells them apart by `code`. */
export function problemSchemas(codes: ReadonlySet<ProblemCode>): Described {
  const each = [...codes].map((code) => [
    schemaOf(code),
    {
      description: `${PROBLEMS[code].title}.`,
      allOf: [
        reference('schemas', 'Problem'),
        {
          type: 'object',
          properties: { status: { const: PROBLEMS[code].status }, code: { const: code } },
          required: ['status', 'code'],
        },
      ],
    },
  ])
  return { ...openEnded(namedIn(problem, 'output')), ...(Object.fromEntries(each) as Described) }
}

/**
 * @param codes of one status
 * @param more headers that it has besides
 */
export function refusalResponse(
  codes: readonly ProblemCode[],
  more: Parameters<typeof headersNamed>[0] = {},
): Described {
  const schemas = codes.map((code) => reference('schemas', schemaOf(code)))
  return {
    description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(' '),
    headers: headersNamed({ ...headersOf(codes), ...more }),
    content: {
      'application/problem+json': {
        schema: schemas.length === 1 ? schemas[0] : { oneOf: schemas, discriminator: discriminator(codes) },
        examples: Object.fromEntries(codes.map((code) => [code, { value: exampleOfProblem(code) }])),
      },
    },
  }
}

const discriminator = (codes: readonly ProblemCode[]) => ({
  propertyName: 'code',
  mapping: Object.fromEntries(codes.map((code) => [code, reference('schemas', schemaOf(code)).$ref])),
})

const CHALLENGED = new Set<ProblemCode>([
  'invalid_request',
  'missing_credentials',
  'invalid_token',
  'insufficient_scope',
  'forbidden',
])

function headersOf(codes: readonly ProblemCode[]) {
  const is = (code: ProblemCode) => codes.includes(code)
  const challenged = codes.filter((code) => CHALLENGED.has(code)).length
  return {
    ...EVERYWHERE,
    ...(challenged > 0 && {
      'WWW-Authenticate':
        challenged === codes.length ? ('Challenge' as const) : ('ChallengeWhereKeysHelp' as const),
    }),
    ...((is('rate_limited') || is('unavailable')) && { 'Retry-After': 'RetryAfter' as const }),
    ...(is('idempotency_key_in_use') && { 'Retry-After': 'RetryAfterWhereInUse' as const }),
    ...(is('unsupported_media_type') && { 'Accept-Encoding': 'AcceptEncoding' as const }),
    // A foreign id and a missing one get the same answer, byte for byte.
    ...(is('rate_limited') ? COUNTED : is('not_found') ? {} : MAYBE_COUNTED),
  }
}

function exampleOfProblem(code: ProblemCode): Described {
  const { status, title } = PROBLEMS[code]
  return {
    type: typeOfProblem(code),
    title,
    status,
    detail: DETAILS[code],
    instance: '/api/v1/practices',
    code,
    requestId: '5f0c7d1e-2a34-4a1b-9f3e-0d6c8b7a9e21',
    ...(code === 'validation_failed' && {
      errors: [
        { path: 'startsAt', message: 'must be an RFC 3339 date and time such as 2026-01-31T18:00:00Z' },
      ],
    }),
  }
}
