import { NoAnswer } from './errors'

export type Patience = {
  /** How often a request is tried again at most. */
  retries: number
  /** How long an answer may take to begin, in milliseconds; each try anew. */
  timeoutMs: number
  /** Whoever is told to wait for longer gets the refusal instead, in milliseconds. */
  longestWaitMs: number
}

type Fetch = (request: Request) => Promise<Response>
type Outcome = { answer: Response } | { failure: NoAnswer }

/**
 * `fetch` that waits and tries again where that can do no harm: after 429, which did nothing; after 503 and a lost
 * connection only what may be done twice, by its method or by its Idempotency-Key.
 * @throws NoAnswer, or the reason of the request's own signal
 */
export function patientFetch(fetch: Fetch, patience: Patience): Fetch {
  return async (request) => {
    for (let tries = 0; ; tries++) {
      const outcome = await tryOnce(fetch, request, patience.timeoutMs)
      const waitMs =
        tries < patience.retries && mayRepeat(request, outcome) ? waitAfter(outcome, tries) : Infinity
      if (waitMs > patience.longestWaitMs) {
        if ('failure' in outcome) throw outcome.failure
        return outcome.answer
      }
      if ('answer' in outcome) await outcome.answer.body?.cancel()
      await pause(waitMs, request.signal)
    }
  }
}

async function tryOnce(fetch: Fetch, request: Request, timeoutMs: number): Promise<Outcome> {
  const { signal } = request
  signal.throwIfAborted()
  const own = new AbortController()
  // It also ends an answer that is still being read.
  signal.addEventListener('abort', () => own.abort(signal.reason), { once: true })
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    own.abort()
  }, timeoutMs)
  try {
    // The API redirects nobody: whoever does may lead a body, with a key in it, to somewhere else.
    const init: RequestInit = { signal: own.signal, redirect: 'manual' }
    return { answer: await fetch(new Request(request.clone(), init)) }
  } catch (error) {
    signal.throwIfAborted()
    return { failure: new NoAnswer(isLate ? 'timeout' : 'offline', error) }
  } finally {
    clearTimeout(timer)
  }
}

/** RFC 9110 §9.2.2. */
const IDEMPOTENT = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']

function mayRepeat({ method, headers }: Request, outcome: Outcome): boolean {
  const isSafe = IDEMPOTENT.includes(method) || headers.has('idempotency-key')
  if ('failure' in outcome) return isSafe
  const { status } = outcome.answer
  if (status === 429) return true
  // 409: the first try, whose answer was lost, is still under way.
  return isSafe && (status === 503 || (status === 409 && outcome.answer.headers.has('retry-after')))
}

const FIRST_WAIT_MS = 500

/** As the answer says; else twice as long each time. With jitter, so that not all clients come back at once. */
function waitAfter(outcome: Outcome, tries: number): number {
  const told = 'answer' in outcome ? toldToWait(outcome.answer.headers) : null
  const usual = FIRST_WAIT_MS * 2 ** tries
  return told === null ? Math.random() * usual : told + Math.random() * FIRST_WAIT_MS
}

/** `Retry-After` in milliseconds: seconds, or a date (RFC 9110 §10.2.3). */
function toldToWait(headers: Headers): number | null {
  const text = headers.get('retry-after')
  if (text === null) return null
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now()
  return Number.isNaN(ms) ? null : Math.max(0, ms)
}

/** @throws the signal's reason */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const give = () => {
      clearTimeout(timer)
      reject(signal.reason as Error)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', give)
      resolve()
    }, ms)
    if (signal.aborted) give()
    else signal.addEventListener('abort', give, { once: true })
  })
}
