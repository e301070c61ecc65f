import { STATUS_CODES } from 'node:http'
import { PROBLEMS, type Problem, type ProblemCode } from '@/contracts/problem'
import { isSettingsError, settings } from '@/lib/settings'
import { isOutage } from '@/lib/db/outage'
import { Refusal, unavailable } from '@/lib/errors'
import { InvalidToken } from '@/lib/limits/failures'
import { RateLimited } from '@/lib/limits/rate-limited'
import type { RateLimitStatus } from '@/lib/limits/limit'
import { log } from '@/lib/log'
import { redact, redactPath } from '@/lib/redact'
import { presentedBasic } from './basic'
import { deprecationOf } from './deprecation'
import { REQUEST_ID_HEADER } from './headers'
import { host } from './host'
import { currentlyReceived } from './incoming'
import { limitHeaders } from './limit-headers'
import { pathAsked } from './path'

/** How long a caller should wait while the database is away, in seconds. */
export const RETRY_AFTER_SECONDS = 5
const RETRY_AFTER: Partial<Record<ProblemCode, number>> = {
  unavailable: RETRY_AFTER_SECONDS,
  idempotency_key_in_use: 1,
}

/**
 * The answer to everything thrown: RFC 9457, and for 401 and 403 the challenge of RFC 6750 §3. What is no
 * refusal is logged, and the answer tells nothing of it.
 * @param rateLimits the status of the limits that the request was counted under
 */
export function problemResponse(
  request: Request,
  thrown: unknown,
  requestId: string,
  rateLimits: readonly RateLimitStatus[] = [],
): Response {
  const { status, headers, body, code } = problemAnswer(request, thrown, requestId, rateLimits)
  const received = currentlyReceived()
  if (received) received.outcome = code
  // RFC 6749 §5.2: in the scheme that the client used.
  if (status === 401 && presentedBasic(request)) headers.append('www-authenticate', 'Basic realm="api"')
  return new Response(body, { status, headers })
}

/** The same before it is a Response: status, headers and body; null for HEAD. */
export function problemAnswer(
  asked: Pick<Request, 'url' | 'method'>,
  thrown: unknown,
  requestId: string,
  rateLimits: readonly RateLimitStatus[] = [],
): { status: number; headers: Headers; body: string | null; code: ProblemCode } {
  const refusal = asRefusal(thrown, requestId)
  const { code } = refusal
  const { status, title } = PROBLEMS[code]
  const type = typeOfProblem(code)
  const problem: Problem = {
    type,
    // RFC 9457 §4.2.1: with `about:blank` the title is the status's own.
    title: type === BLANK ? (STATUS_CODES[status] ?? title) : title,
    status,
    detail: refusal.message,
    instance: redactPath(pathAsked(asked)),
    code,
    requestId,
    // A key that was sent as a field's name or in the path is not repeated: answers end up in logs.
    ...(refusal.errors && {
      errors: refusal.errors.map(({ path, message }) => ({ path: redact(path), message })),
    }),
    ...refusal.members,
  }
  const headers = new Headers({
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    [REQUEST_ID_HEADER]: requestId,
  })
  headers.set('x-content-type-options', 'nosniff')
  for (const [name, value] of Object.entries(deprecationOf(asked))) headers.set(name, value)
  if (code === 'unsupported_media_type') headers.set('accept-encoding', 'identity')
  const challenge = challengeOf(refusal)
  if (challenge) headers.set('www-authenticate', challenge)
  const wait = RETRY_AFTER[code]
  if (wait !== undefined) headers.set('retry-after', String(wait))
  const isOver = refusal instanceof RateLimited
  if (isOver) headers.set('retry-after', String(refusal.retryAfterSeconds))
  // Not with a 404: a foreign and a missing id get the same answer, byte for byte.
  const own = isOver || refusal instanceof InvalidToken ? refusal.rateLimits : []
  const told = code === 'not_found' ? [] : [...rateLimits, ...own]
  for (const [name, value] of Object.entries(limitHeaders(told))) headers.set(name, value)
  return { status, headers, code, body: asked.method === 'HEAD' ? null : JSON.stringify(problem) }
}

const BLANK = 'about:blank'

/** What a problem of this code has as its `type`: where it is described, if anywhere. */
export function typeOfProblem(code: ProblemCode): string {
  const pages = pagesOfProblems()
  return pages === null ? BLANK : `${pages}${code}`
}

/** Where the problems are described, up to the code of each; null: nowhere. */
function pagesOfProblems(): string | null {
  const { ownPages, problems } = host()
  if (!ownPages) return problems === undefined ? null : `${problems}#`
  try {
    return `${new URL(settings().url).origin}/docs/problems/`
  } catch {
    // A layer without a usable environment still has to answer.
    return '/docs/problems/'
  }
}

/**
 * What something thrown means to the caller: a refusal, an outage, or a bug, which is logged and not shown.
 */
export function asRefusal(thrown: unknown, requestId: string): Refusal {
  if (thrown instanceof Refusal) return thrown
  // It is logged at the start; here each request would log it again.
  if (isSettingsError(thrown)) return unavailable()
  if (isOutage(thrown)) {
    sayOutage(thrown, requestId)
    return unavailable()
  }
  log.error({ requestId, err: thrown }, 'unexpected error')
  return new Refusal('internal_error', 'The error is on record under this requestId.')
}

/**
 * How often an outage is logged, in milliseconds: with a line and a stack for each request, strangers could
 * cause megabytes a second.
 */
const SAY_EVERY_MS = 1_000
let saidAt = -Infinity
let unsaid = 0

function sayOutage(err: unknown, requestId: string): void {
  const now = performance.now()
  if (now - saidAt < SAY_EVERY_MS) return void unsaid++
  log.warn({ requestId, err, requestsSinceLastLine: unsaid }, 'the database did not answer')
  saidAt = now
  unsaid = 0
}

const BEARER_ERRORS: Partial<Record<ProblemCode, string>> = {
  invalid_request: 'invalid_request',
  invalid_token: 'invalid_token',
  insufficient_scope: 'insufficient_scope',
  forbidden: 'insufficient_scope',
}

function challengeOf({ code, scope }: Refusal): string | null {
  if (code === 'missing_credentials') return 'Bearer realm="api"'
  const error = BEARER_ERRORS[code]
  if (!error) return null
  return `Bearer realm="api", error="${error}"${scope ? `, scope="${scope.join(' ')}"` : ''}`
}
