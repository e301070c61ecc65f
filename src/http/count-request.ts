import type { ServerResponse } from 'node:http'
import { counter, distributed } from '@/lib/metrics'
import type { Received } from './call'

/** In seconds: a verified call takes one or two milliseconds. */
const BOUNDS = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

const requests = counter(
  'clubkeys_http_requests_total',
  'Answered requests, by status; client_gone: nobody waited for the answer.',
  'status',
  ['200', '401', '429', '500', '503'],
)
const seconds = distributed(
  'clubkeys_http_request_duration_seconds',
  'From the request’s headers until its answer was sent, by what was asked for.',
  'kind',
  BOUNDS,
)

/** Probes and scrapes say nothing of how clients are served. */
const OURS = /^\/api\/(?:health\/|metrics(?:$|\?))/

/** Counts an answered request. */
export function countRequest({ url, receivedAt }: Received, response: ServerResponse): void {
  if (OURS.test(url)) return
  requests(response.writableFinished ? String(response.statusCode) : 'client_gone').count++
  seconds(kindOf(url), (performance.now() - receivedAt) / 1000)
}

const kindOf = (url: string): string =>
  url.startsWith('/api/v1/') ? 'api' : url.startsWith('/_next/') ? 'file' : 'other'
