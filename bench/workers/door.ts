import { setTimeout as sleep } from 'node:timers/promises'
import '@/keys'
import { authenticate } from '@/http/authenticate'
import type { Call, VerifiedRequest } from '@/http/call'
import { getAuthContext } from '@/http/context'
import { readCall } from '@/http/credential'
import { receivedOf } from '@/http/incoming'
import { isCurrent, readContext, signContext } from '@/http/signed-context'
import { validateApiKey } from '@/lib/auth/api-key'
import { followChanges } from '@/lib/auth/follow-changes'
import { closeLimits } from '@/lib/limits/take'
import { messageOf, receiving } from '../../__tests__/support/received'
import { answerCalls } from '../support/worker'

type Step = 'make' | 'check' | 'authenticate' | 'context'

const URL = 'http://localhost:3000/api/v1/practices'
/** What a client and the framework commonly send along. */
const HEADERS = {
  accept: 'application/json',
  'accept-encoding': 'gzip',
  host: 'localhost:3000',
  'user-agent': 'bench',
  'x-forwarded-for': '127.0.0.1',
}
const RATE_LIMITS: VerifiedRequest['rateLimits'] = (['key', 'club'] as const).map((name) => ({
  name,
  limit: 600,
  windowSeconds: 60,
  remaining: 599,
  resetSeconds: 60,
}))
const LOT = 256

let token: string
let said: VerifiedRequest

async function prepare(given: { token: string }): Promise<void> {
  token = given.token
  followChanges()
  while (validateApiKey(token) instanceof Promise) await sleep(20)
  const verification = await validateApiKey(token)
  if (!verification.ok) throw new Error(verification.reason)
  said = { key: verification.key, from: '', rateLimits: RATE_LIMITS }
}

/** As in a server: on the way of a message that was received. */
const measure = (given: { step: Step; seconds: number }): Promise<number> =>
  receiving(messageOf({ headers: headers(), address: '127.0.0.1' }), () => timed(given))

/** @returns microseconds each */
async function timed({ step, seconds }: { step: Step; seconds: number }): Promise<number> {
  // A million calls a minute is the most that a limit allows: begun anew, no round meets it.
  closeLimits()
  const take = await steps[step]()
  const until = performance.now() + seconds * 1000
  let n = 0
  let spent = 0
  while (performance.now() < until) {
    const started = performance.now()
    for (let i = 0; i < LOT; i++) {
      const taken = take()
      if (taken instanceof Promise) await taken
    }
    spent += performance.now() - started
    n += LOT
    await new Promise(setImmediate)
  }
  return (spent / n) * 1000
}

const headers = () => ({ ...HEADERS, authorization: `Bearer ${token}` })
const request = () => new Request(URL, { headers: headers() })

function callOf(given: Request): Call {
  const call = readCall(given, '/api/v1/practices')
  if (!call) throw new Error('there is no credential')
  return call
}

const steps: Record<Step, () => Promise<() => unknown>> = {
  make: async () => {
    const call = callOf(request())
    return () => signContext(call, said)
  },
  check: async () => {
    const call = callOf(request())
    const { header } = signContext(call, said)
    return () => {
      const context = readContext(call, header)
      if (!context || !isCurrent(context)) throw new Error('the signed context was refused')
    }
  },
  authenticate: async () => {
    const given = request()
    return () => {
      // A message comes to the door once.
      delete receivedOf(given)?.note
      return authenticate(given)
    }
  },
  context: async () => {
    const given = request()
    const authenticated = await authenticate(given)
    if ('refusal' in authenticated) throw new Error(`refused: ${authenticated.refusal.status}`)
    // The signed context stands on the message by now.
    return () => getAuthContext(given)
  },
}

const handlers = { prepare, measure }
export type Door = typeof handlers
answerCalls(handlers)
