import { takesIdempotencyKey, type Operation } from './operation'
import { PROBLEM_CODES, type ProblemCode } from './problem'

/** Before any operation is reached, or whatever it is: the door, limits, size, a session's club, outages. */
const ALWAYS: readonly ProblemCode[] = [
  'invalid_request',
  'missing_credentials',
  'invalid_token',
  'not_found',
  'payload_too_large',
  'rate_limited',
  'internal_error',
  'unavailable',
]

/** The same where nobody is asked who they are. */
const OF_ANYONE: readonly ProblemCode[] = [
  'payload_too_large',
  'rate_limited',
  'internal_error',
  'unavailable',
]

/**
 * Every code that an operation may be refused with, in the order of the table of problems: by its form, and
 * by its verb as it declares. The API document lists them, and every answer that a test gets is held to them.
 */
export function refusalsOf(operation: Operation): ProblemCode[] {
  const { refuses = [], method, scope, can, sessionOnly, anyone, query, body } = operation
  const codes = new Set<ProblemCode>([...(anyone ? OF_ANYONE : ALWAYS), ...refuses])
  if (scope) codes.add('insufficient_scope')
  // The roles lack it, it is for people alone, or a session's change came from another origin.
  if (can || sessionOnly || (method !== 'GET' && !anyone)) codes.add('forbidden')
  if (body) codes.add('unsupported_media_type')
  if (body || query) codes.add('validation_failed')
  if (takesIdempotencyKey(operation)) codes.add('idempotency_key_in_use').add('idempotency_key_reused')
  return PROBLEM_CODES.filter((code) => codes.has(code))
}
