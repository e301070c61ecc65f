import { setTimeout as sleep } from 'node:timers/promises'
import '@/keys'
import { authenticate } from '@/http/authenticate'
import { getAuthContext } from '@/http/context'
import { readStatement, signStatement, type Statement } from '@/http/statement'
import { validateApiKey } from '@/lib/auth/api-key'
import { followChanges } from '@/lib/auth/follow-changes'
import { digestText } from '@/lib/auth/token'
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
const STANDINGS: Statement['standings'] = (['key', 'club'] as const).map((name) => ({
  name,
  limit: 600,
  windowSeconds: 60,
  remaining: 599,
  resetSeconds: 60,
}))
const LOT = 256

let token: string
let digest: string
let said: Statement

async function prepare(given: { token: string }): Promise<void> {
  token = given.token
  digest = digestText(token)
  followChanges()
  while (validateApiKey(token) instanceof Promise) await sleep(20)
  const verification = await validateApiKey(token)
  if (!verification.ok) throw new Error(verification.reason)
  said = { requestId: crypto.randomUUID(), key: verification.key, standings: STANDINGS }
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

const steps: Record<Step, () => Promise<() => unknown>> = {
  make: async () => {
    const given = request()
    return () => signStatement(given, digest, said)
  },
  check: async () => {
    const given = request()
    const statement = signStatement(given, digest, said)
    return () => {
      if (!readStatement(given, digest, statement)) throw new Error('the statement was refused')
    }
  },
  authenticate: async () => {
    const given = request()
    return () => authenticate(given)
  },
  context: async () => {
    const given = request()
    const outcome = await authenticate(given)
    if ('refusal' in outcome) throw new Error(`refused: ${outcome.refusal.status}`)
    // The statement stands on the message by now.
    return () => getAuthContext(given)
  },
}

const handlers = { prepare, measure }
export type Door = typeof handlers
answerCalls(handlers)
