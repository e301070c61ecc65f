import type { Operation } from './operation'
import type { ProblemCode } from './problem'

/** What an operation may be refused with: by its form, and by its verb as it declares. */
export function refusalsOf({ refuses = [], scope, ...form }: Operation): ProblemCode[] {
  const { method, sessionOnly, params, query, body } = form
  const codes: ProblemCode[] = [...refuses, 'invalid_request', 'invalid_token', 'unavailable']
  if (scope) codes.push('insufficient_scope')
  if (params) codes.push('not_found')
  if (sessionOnly) codes.push('forbidden')
  if (body) codes.push('payload_too_large', 'unsupported_media_type')
  if (body || query) codes.push('validation_failed')
  if (method === 'POST') codes.push('idempotency_key_in_use', 'idempotency_key_reused')
  return codes
}
