import { timingSafeEqual } from 'node:crypto'
import { digestText } from '@/lib/auth/token'
import { Refusal } from '@/lib/errors'
import { refuseFailure } from '@/lib/limits/failures'
import { metricsText } from '@/lib/metrics'
import { settings } from '@/lib/settings'
import { addressOf } from './client-address'
import { receivedOf, requestIdOf } from './incoming'
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
  try {
    if (token === undefined || scheme.toLowerCase() !== 'bearer')
      throw new Refusal('missing_credentials', 'Send Authorization: Bearer with METRICS_TOKEN.')
    // Digests have one length, so that the time tells nothing of the token's. A guess counts as one at a key
    // does.
    if (!timingSafeEqual(bytes(token), bytes(metricsToken)))
      await refuseFailure(addressOf(receivedOf(request)), undefined)
  } catch (error) {
    return problemResponse(request, error, requestIdOf(request))
  }
  measureProcess()
  const headers = { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' }
  return new Response(metricsText(), { headers: { ...headers, 'x-content-type-options': 'nosniff' } })
}

const bytes = (token: string): Buffer => Buffer.from(digestText(token), 'latin1')
