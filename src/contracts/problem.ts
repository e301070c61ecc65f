import { z } from 'zod'
import { id } from './text'

/** Every code a problem document may carry, with its HTTP status and title: the one table. */
export const PROBLEMS = {
  invalid_request: { status: 400, title: 'The credential headers are malformed' },
  missing_credentials: { status: 401, title: 'Credentials are required' },
  invalid_token: { status: 401, title: 'The access token is not valid' },
  insufficient_scope: { status: 403, title: 'The key lacks the scope' },
  forbidden: { status: 403, title: 'Not allowed' },
  reauthentication_required: { status: 403, title: 'Sign in again' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  conflict: { status: 409, title: 'Conflict' },
  idempotency_key_in_use: { status: 409, title: 'The first request is still being worked on' },
  payload_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The body is of another media type, or compressed' },
  validation_failed: { status: 422, title: 'The input is not valid' },
  idempotency_key_reused: { status: 422, title: 'The Idempotency-Key belongs to another request' },
  rate_limited: { status: 429, title: 'Too many requests' },
  internal_error: { status: 500, title: 'Something went wrong on our side' },
  unavailable: { status: 503, title: 'Temporarily unavailable' },
} as const
export type ProblemCode = keyof typeof PROBLEMS
export const PROBLEM_CODES = Object.keys(PROBLEMS) as ProblemCode[]

export const fieldError = z.strictObject({ path: z.string(), message: z.string() })
export type FieldError = z.infer<typeof fieldError>

/** RFC 9457. */
export const problem = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    detail: z.string(),
    instance: z.string(),
    code: z.enum(PROBLEM_CODES),
    requestId: z.string(),
    errors: z.array(fieldError).optional(),
    replacedById: id
      .optional()
      .meta({ description: 'With the `conflict` of a second rotation: the key that the first one made.' }),
  })
  .meta({ id: 'Problem' })
export type Problem = z.infer<typeof problem>
