import type { ProblemCode } from '@/contracts/problem'
import { log } from '@/lib/log'
import { LogGate } from '@/lib/log-gate'
import type { Authenticated, Received } from './call'
import { addressOf } from './client-address'
import { stripped } from './hand-on'
import { host } from './host'
import { receivedOf } from './incoming'
import { asRefusal } from './problem'

/** While an app's own check of keys still decides, its door may only say what it would refuse. */

/** How often it is said again that the door refuses nothing, in milliseconds. */
const REMIND_EVERY_MS = 3_600_000

type Tally = { since: Date; refusals: Map<ProblemCode, number>; timer?: NodeJS.Timeout }

/**
 * On `globalThis`: the framework loads the door and the start of the process as separate module instances.
 */
const shared = globalThis as typeof globalThis & { clubkeysReported?: Tally }
const tally = (): Tally => (shared.clubkeysReported ??= { since: new Date(), refusals: new Map() })

/** What the door of this process would have refused, if it only reports, by the `code` of the refusal. */
export function reportedRefusals(): { since: Date; total: number; byCode: Record<string, number> } {
  const { since, refusals } = tally()
  const total = [...refusals.values()].reduce((sum, count) => sum + count, 0)
  return { since, total, byCode: Object.fromEntries(refusals) }
}

const gate = new LogGate()

/**
 * Reports a refusal where the app's door does no more, and lets the request go on with no identity: its
 * client's claims are taken away, and `getAuthContext` refuses it as ever.
 * @returns null where it is to be answered
 */
export function reportInstead(request: Request, thrown: unknown, requestId: string): Authenticated | null {
  const { reports, ownPages } = host()
  if (!reports || ownPages) return null
  const { code } = asRefusal(thrown, requestId)
  // No handler could answer such a path.
  if (code === 'not_found') return null
  noticeReporting()
  count(request, code)
  return { headers: stripped(request) }
}

function count(request: Request, code: ProblemCode): void {
  const received = receivedOf(request)
  if (received?.reported) return
  if (received) received.reported = true
  const { refusals } = tally()
  const times = (refusals.get(code) ?? 0) + 1
  refusals.set(code, times)
  const about = { code, ...received?.whyNot, method: request.method, address: addressIn(received), times }
  // Anybody can cause it. Nothing of what was sent is in it: not even the path, in which a token may stand.
  gate.pass(code, (leftOut) =>
    log.warn({ ...about, ...(leftOut > 0 && { leftOut }) }, 'the door would have refused a request'),
  )
}

/** Settings that cannot be used are a reason to report, and no reason to fail. */
function addressIn(received: Received | undefined): string | null {
  try {
    return addressOf(received)
  } catch {
    return null
  }
}

/** Says that the door refuses nothing: when the process starts, or with the first report, and every hour. */
export function noticeReporting(): void {
  if (!host().reports || tally().timer) return
  say()
  tally().timer = setInterval(say, REMIND_EVERY_MS).unref()
}

function say(): void {
  const { since, total, byCode } = reportedRefusals()
  if (!host().reports) return
  log.warn(
    { since: since.toISOString(), total, ...byCode },
    'the door of this app only reports (refusals: "report"): requests without a good key go on, and what the app itself checks decides',
  )
}
