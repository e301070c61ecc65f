import { retryAfterMs } from '../outbox/retry'
import { redact } from '../redact'
import type { Answer } from './send'
import type { AttemptOutcome } from './settle'

/** How much of an answer is kept, in characters. */
const KEPT = 1_000

export type Attempted = Omit<AttemptOutcome, 'durationMs'>

/** What an answer says of an attempt, and what of it is kept. */
export function judged({ status, body, retryAfter, reach }: Answer): Attempted {
  const ok = status >= 200 && status < 300
  const redirects = status >= 300 && status < 400
  const busy = status === 429 || status === 503
  return {
    ok,
    gone: status === 410,
    responseStatus: status,
    // What a network of the operator's answers is none of the club's business.
    responseBody: reach === 'public' ? shownOf(body) : null,
    error: ok ? null : redirects ? 'Redirects are not followed.' : `It answered ${status}.`,
    retryAfterMs: busy ? retryAfterMs(retryAfter) : 0,
  }
}

const UNPRINTABLE = /[^\P{C}\n\t]/gu

/** Receivers echo what they got, headers included. What nobody sees goes first: it may part a secret. */
function shownOf(body: Buffer): string {
  const printable = body.toString('utf8').replace(UNPRINTABLE, '')
  const shown = redact(printable)
  // By code points: JSON for the database that holds half of one is refused, with all that is written along.
  return [...shown].slice(0, KEPT).join('')
}
