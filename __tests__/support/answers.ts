import { problem, type Problem } from '@/contracts/problem'
import type { RawResponse } from './raw-http'

type Answer = Pick<RawResponse, 'status' | 'headers' | 'body'>

/** DESIGN's table of refusals, written out here so that a slip in the product's own table shows. */
const STATUS: Record<string, number> = {
  invalid_request: 400,
  missing_credentials: 401,
  invalid_token: 401,
  insufficient_scope: 403,
  forbidden: 403,
  reauthentication_required: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  idempotency_key_in_use: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  validation_failed: 422,
  idempotency_key_reused: 422,
  rate_limited: 429,
}

const INSIDES = /node_modules|\.next\/|\.[jt]s:\d+|prisma|postgres|SELECT |"stack"/i

/**
 * That an answer is a whole RFC 9457 problem document of this code and tells nothing of our insides. Returns
 * it.
 */
export function expectProblem(answer: Answer, code: keyof typeof STATUS): Problem {
  expect({ status: answer.status, body: answer.body }).toEqual({
    status: STATUS[code],
    body: expect.stringContaining(`"code":"${code}"`),
  })
  expect(answer.headers['content-type']).toBe('application/problem+json')
  expect(answer.headers['cache-control']).toBe('no-store')
  const document = problem.parse(JSON.parse(answer.body))
  expect(document).toMatchObject({
    code,
    status: STATUS[code],
    type: expect.stringMatching(/^http:\/\/localhost:\d+\/docs\/problems\/[a-z_]+$/),
  })
  expect([document.title, document.detail, document.requestId]).not.toContain('')
  expect(answer.headers['x-request-id']).toBe(document.requestId)
  expect(document.instance).toMatch(/^\/[^?#]*$/)
  expect(answer.body).not.toMatch(INSIDES)
  return document
}

/** That a refusal is a 422 which names this field: the field itself, or something inside it. */
export function expectNamed(answer: Answer, field: string): void {
  const { errors = [] } = expectProblem(answer, 'validation_failed')
  expect(errors.map(({ path }) => path.split('.')[0])).toContain(field)
}

/**
 * Everything a caller can see of an answer but what may differ between two like requests: the time, the
 * request's own id and path, a key's last use and what is left of its limits.
 */
export function comparable({ status, headers, body }: Answer): string {
  const { date: _date, 'x-request-id': _id, ratelimit: _left, ...rest } = headers
  const shown = body.replaceAll(/"(requestId|instance|lastUsedAt)":("[^"]*"|null)/g, '"$1":""')
  return JSON.stringify([status, rest, shown])
}
