import { setTimeout as sleep } from 'node:timers/promises'
import { leakReport as operation } from '@/contracts/leaks'
import { systemActor } from '@/lib/auth/actor'
import { reportLeaks } from '@/lib/leaks/report-leaks'
import { countUnder } from '@/lib/limits/changes'
import { reportsFrom } from '@/lib/limits/reports'
import { parseInput } from '@/lib/parse-input'
import { readAnyJson } from './body'
import { clientAddress } from './client-address'
import { traceOf } from './context'
import { takeReport } from './take-report'
import { problemResponse } from './problem'
import { respond, type RouteHandler } from './route'

/**
 * Answers come at multiples of this after the whole report is here, in milliseconds: how long the database
 * took for a live key is not seen in it.
 */
const STEP_MS = 200

/** In the audit log and in notices. Anybody may call this path. */
const LABEL = 'A scanner'

/**
 * `POST /api/v1/leaks`: whoever finds a token reports it. Nothing but the body counts: no credential is looked
 * at, and the answer is the same for every token. Who holds one could use it, so that ending its key gives
 * them no power that they did not have.
 */
export const reportLeaksRoute: RouteHandler = async (request) => {
  const trace = traceOf(request)
  try {
    const rateLimits = await countUnder([reportsFrom(clientAddress(request), 'open')])
    const { token, tokens = [], url, source } = parseInput(operation.body, await readAnyJson(request))
    // Not before: whoever ends a slow body just before a step would see on which side of it the work ended.
    const began = performance.now()
    const found = token === undefined ? tokens : [token]
    const actorIn = (clubId: string) => systemActor(clubId, LABEL, trace)
    const leaks = found.map((one) => ({ token: one, url, source }))
    await takeReport(trace.address, () => reportLeaks(leaks, { label: LABEL, actorIn }))
    await sleep(STEP_MS - ((performance.now() - began) % STEP_MS))
    return respond(request, operation, { received: true }, { requestId: trace.requestId, rateLimits })
  } catch (error) {
    return problemResponse(request, error, trace.requestId)
  }
}
