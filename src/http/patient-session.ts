import type { Session, SessionPort } from '@/lib/auth/session'
import { Refusal, unavailable } from '@/lib/errors'
import { log } from '@/lib/log'
import { LogGate } from '@/lib/log-gate'

/**
 * How long the app may take to say who is signed in, and whether they still are, in milliseconds. The second
 * is called in a transaction, which lives for 5 s.
 */
const PATIENCE_MS = 3_000

type Port = (request: Request, club: string) => Promise<Omit<Session, 'member'> | null>

/**
 * Asks the app who is signed in. If that fails or takes too long, nobody knows who calls: this is neither
 * "nobody" nor a fault of ours. Only the fields that we ask for count: a library's own `member`, say, must
 * not say what somebody may do.
 * @throws Refusal `unavailable`
 */
export function patiently(find: Port): SessionPort['find'] {
  return async (request, club) => {
    const found = await inTime(() => find(request, club))
    if (!found) return null
    const { userId, authenticatedAt, sessionId, stillValid } = found
    return {
      userId,
      authenticatedAt,
      ...(sessionId !== undefined && { sessionId }),
      ...(stillValid && { stillValid: (tx) => inTime(async () => found.stillValid?.(tx) ?? false) }),
    }
  }
}

async function inTime<T>(ask: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE_MS} ms`)), PATIENCE_MS)
  })
  try {
    return await Promise.race([ask(), late])
  } catch (error) {
    if (error instanceof Refusal) throw error
    say(error)
    throw unavailable()
  } finally {
    clearTimeout(timer)
  }
}

const gate = new LogGate()

/** Anybody can cause it with a cookie, good or bad, as often as they like. */
const say = (err: unknown) =>
  gate.pass('', (leftOut) => log.error({ err, leftOut }, 'the app did not say who is signed in'))
