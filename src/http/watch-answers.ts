import diagnostics from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Received } from './call'
import { currentlyReceived } from './incoming'

/** What is done with a request once it was answered, or its client is gone. */
export type Watcher = (received: Received, response: ServerResponse) => void

/** Call it after `hookRequests`: what that does not see, this does not see either. */
export function watchAnswers(watchers: readonly Watcher[]): void {
  if (watchers.length === 0) return
  diagnostics.subscribe('http.server.request.start', (event) => {
    const { request, response } = event as { request: IncomingMessage; response: ServerResponse }
    const received = currentlyReceived()
    if (received?.message !== request) return
    response.once('close', () => {
      for (const watch of watchers) watch(received, response)
    })
  })
}
