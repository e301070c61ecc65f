import type { ServerResponse } from 'node:http'
import { LineBudget } from '@/lib/line-budget'
import { log, writeSoon } from '@/lib/log'
import { redactPath } from '@/lib/redact'
import { settings } from '@/lib/settings'
import type { Received } from './call'
import { addressOf } from './client-address'

/** How many lines strangers can cause at once, and in a second in the long run. */
const STRANGERS = { atOnce: 100, perSecond: 5 }
/** Of a path, in characters. */
const MAX_PATH = 500

const shared = globalThis as typeof globalThis & { clubkeysStrangersLines?: LineBudget }
const budget = () => (shared.clubkeysStrangersLines ??= new LineBudget(STRANGERS.atOnce, STRANGERS.perSecond))

/**
 * Logs an answered request as one line of JSON. Requests of a known caller are bounded by their limits, and
 * each has its line. All others share a budget, so that nobody can fill the disk; the next line says how many
 * were left out (G15).
 */
export function logRequest(received: Received, response: ServerResponse): void {
  const path = redactPath(withoutQuery(received.url).slice(0, MAX_PATH))
  const status = response.headersSent ? response.statusCode : null
  const level = levelOf(path, status)
  if (!log.isLevelEnabled(level)) return
  const outcome = outcomeOf(received, response, status)
  const leftOut = isCounted(received, outcome) ? 0 : budget().take()
  if (leftOut === null) return
  const { caller, whyNot, requestId, message } = received
  const keyId = caller?.id ?? whyNot?.keyId
  const address = caller ? null : addressFor(received)
  writeSoon(
    JSON.stringify({
      level: log.levels.values[level],
      time: new Date().toISOString(),
      msg: 'request',
      requestId,
      method: message.method,
      path,
      status,
      durationMs: Math.round((performance.now() - received.receivedAt) * 10) / 10,
      outcome,
      ...(whyNot && { reason: whyNot.reason }),
      ...(keyId !== undefined && { keyId }),
      ...(caller && { clubId: caller.clubId, userId: caller.userId }),
      ...(address !== null && { address }),
      ...traceOfMessage(message.headers.traceparent),
      ...(leftOut > 0 && { leftOut }),
    }),
  )
}

/** The answers of probes and built files say nothing while they are good. */
const QUIET = /^\/(?:_next\/|api\/(?:health\/|metrics$))/

function levelOf(path: string, status: number | null): 'debug' | 'info' | 'warn' {
  if (status !== null && status >= 500) return 'warn'
  return QUIET.test(path) && status !== null && status < 400 ? 'debug' : 'info'
}

function outcomeOf({ outcome }: Received, response: ServerResponse, status: number | null): string {
  if (!response.writableFinished) return 'client_gone'
  if (status === null || status < 400) return 'ok'
  return outcome ?? (status < 500 ? 'refused' : 'failed')
}

/** Whether it was counted under a limit of its caller's. */
const isCounted = ({ caller }: Received, outcome: string): boolean =>
  caller !== undefined && outcome !== 'rate_limited' && outcome !== 'invalid_token'

/** Settings that cannot be used are no reason to fail. */
function addressFor(received: Received): string | null {
  try {
    return settings().keepsPlaces ? addressOf(received) : null
  } catch {
    return null
  }
}

/** A query may hold anything. */
function withoutQuery(url: string): string {
  const query = url.indexOf('?')
  return query === -1 ? url : url.slice(0, query)
}

/** W3C Trace Context: by it a line is found from a trace. */
function traceOfMessage(traceparent: string | string[] = ''): { traceId?: string } {
  const [, traceId] = /^[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-[\da-f]{2}/.exec(String(traceparent)) ?? []
  return traceId ? { traceId } : {}
}
