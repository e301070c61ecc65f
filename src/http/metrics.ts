import { timingSafeEqual } from 'node:crypto'
import { digestText } from '@/lib/auth/token'
import { Refusal } from '@/lib/errors'
import { metricsText } from '@/lib/metrics'
import { settings } from '@/lib/settings'
import { requestIdOf } from './incoming'
import { measureProcess } from './measure-process'
import { problemResponse } from './problem'
import { unknownPath } from './route'

/**
 * `GET /api/metrics`, for Prometheus: what this process counts of itself. Its bearer is METRICS_TOKEN, and no
 * API key; without that variable the path does not exist.
 */
export async function metricsRoute(request: Request): Promise<Response> {
  const { metricsToken } = settings()
  if (metricsToken === undefined) return unknownPath(request, { params: Promise.resolve({}) })
  const [scheme = '', token] = request.headers.get('authorization')?.split(/ +/) ?? []
  if (token === undefined || scheme.toLowerCase() !== 'bearer')
    return refused(request, 'missing_credentials', 'Send Authorization: Bearer with METRICS_TOKEN.')
  // Digests have one length, so that the time tells nothing of the token's.
  if (!timingSafeEqual(bytes(token), bytes(metricsToken)))
    return refused(request, 'invalid_token', 'This is not METRICS_TOKEN.')
  measureProcess()
  const headers = { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' }
  return new Response(metricsText(), { headers: { ...headers, 'x-content-type-options': 'nosniff' } })
}

const bytes = (token: string): Buffer => Buffer.from(digestText(token), 'latin1')

const refused = (request: Request, code: 'missing_credentials' | 'invalid_token', detail: string) =>
  problemResponse(request, new Refusal(code, detail), requestIdOf(request))
