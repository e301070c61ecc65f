import { isOutage } from '@/lib/db/outage'
import { currentlyReceived } from './incoming'
import { RETRY_AFTER_SECONDS } from './problem'

/**
 * The framework answers 500 to everything that a page throws, and a page cannot choose otherwise. If the
 * database is away, the answer here is 503 with a time to try again, as the API's is.
 */
export function answerFailedPage(thrown: unknown): void {
  const response = currentlyReceived()?.response
  if (!response || response.headersSent || !isOutage(thrown)) return
  const writeHead = response.writeHead.bind(response)
  // The framework sets its status after it has told us.
  response.writeHead = ((status: number, ...rest: []) => {
    if (status === 500) response.setHeader('retry-after', String(RETRY_AFTER_SECONDS))
    return writeHead(status === 500 ? 503 : status, ...rest)
  }) as typeof writeHead
}
