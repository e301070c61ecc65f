import diagnostics from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { isSecure } from '@/lib/own-origin'
import { REQUEST_ID_HEADER } from './headers'
import { currentlyReceived } from './incoming'

const HSTS = 'max-age=63072000'

/** Headers of every answer: a page, the API, a built file, the framework's own refusal. */
export function everyAnswersHeaders(): Record<string, string> {
  return {
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    ...(isSecure() && { 'strict-transport-security': HSTS }),
  }
}

/**
 * Sets them before anybody else sees the answer: built files and the framework's own refusals pass no code of
 * ours.
 */
export function headEveryAnswer(): void {
  const headers = Object.entries(everyAnswersHeaders())
  diagnostics.subscribe('http.server.request.start', (message) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse }
    const received = currentlyReceived()
    // Of no other server's message.
    if (received?.message === request) response.setHeader(REQUEST_ID_HEADER, received.requestId)
    for (const [name, value] of headers) response.setHeader(name, value)
  })
}
