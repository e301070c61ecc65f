import { hash, verify } from 'node:crypto'
import { githubAlerts as operation, type FoundByGithub, type GithubFeedback } from '@/contracts/leaks'
import type { Trace } from '@/lib/actor'
import { systemActor } from '@/lib/auth/actor'
import { forbidden, notFound } from '@/lib/errors'
import { findGithubKey } from '@/lib/leaks/github-keys'
import { reportLeaks } from '@/lib/leaks/report-leaks'
import { countFailure, overFailures } from '@/lib/limits/failures'
import { RateLimited } from '@/lib/limits/rate-limited'
import { reportsFrom } from '@/lib/limits/reports'
import { parseInput } from '@/lib/parse-input'
import { settings } from '@/lib/settings'
import { jsonIn, readBytes, refuseCoded } from './body'
import { clientAddress } from './client-address'
import { traceOf } from './context'
import { problemResponse } from './problem'
import { respond, type RouteHandler } from './route'
import { takeReport } from './take-report'

const LABEL = 'GitHub'

/**
 * `POST /api/secret-scanning/github`: tokens that GitHub found in public, by the protocol for partners of its
 * secret scanning. Its signature over the very bytes of the body is the only credential. A request that comes
 * again changes nothing, since its keys are dead or were reported today.
 */
export const githubLeaksRoute: RouteHandler = async (request) => {
  const trace = traceOf(request)
  try {
    const from = settings().githubKeys
    if (from === undefined) throw notFound()
    refuseCoded(request.headers.get('content-encoding'))
    const bytes = await readBytes(request)
    await requireSignature(request, bytes, from)
    const found = parseInput(operation.body, jsonIn(bytes))
    const known = await takeReport('GitHub', () => endFound(found, trace))
    return respond(request, operation, feedback(found, known), {
      requestId: trace.requestId,
      rateLimits: [],
    })
  } catch (error) {
    return problemResponse(request, error, trace.requestId)
  }
}

/** Everything that is wrong with a signature is answered alike, and counted against the address. */
async function requireSignature(request: Request, bytes: Uint8Array, from: string): Promise<void> {
  const id = request.headers.get('github-public-key-identifier') ?? ''
  const signature = request.headers.get('github-public-key-signature') ?? ''
  // Before anything is asked or computed for a stranger.
  const key = ID.test(id) && BASE64.test(signature) ? await findGithubKey(from, id) : null
  if (key && verify('sha256', bytes, key, Buffer.from(signature, 'base64'))) return
  // Only now: strangers at the same address, behind one proxy, say, must not silence GitHub (G13).
  const failures = reportsFrom(clientAddress(request), 'badly signed')
  const over = overFailures(failures)
  if (over) throw new RateLimited(over)
  const { allowed, rateLimits } = await countFailure(failures)
  if (!allowed) throw new RateLimited(rateLimits)
  throw forbidden('Only GitHub reports here: the body does not bear its signature.')
}

const ID = /^[\w.:-]{1,128}$/
const BASE64 = /^[A-Za-z0-9+/]{64,160}={0,2}$/

async function endFound(found: FoundByGithub, trace: Trace): Promise<boolean[]> {
  const actorIn = (clubId: string) => systemActor(clubId, LABEL, trace)
  const outcomes = await reportLeaks(found, { label: LABEL, actorIn })
  return outcomes.map(({ keyId }) => keyId !== null)
}

const feedback = (found: FoundByGithub, known: readonly boolean[]): GithubFeedback =>
  found.map(({ token, type }, n) => ({
    token_hash: hash('sha256', token, 'hex'),
    token_type: type,
    label: known[n] ? 'true_positive' : 'false_positive',
  }))
