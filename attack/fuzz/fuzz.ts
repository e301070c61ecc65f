import { makeKey, makePractice, makeServiceAccount, twoClubs } from '../../__tests__/support/club'
import { signedIn } from '../../__tests__/support/in-process'
import { openClient, type Exchange } from '../../__tests__/support/keep-alive'
import { judgeOf, operationsIn, readDocument, useJudge, type Answer } from '../../__tests__/support/openapi'
import { membershipOf, setMembership } from '../../__tests__/support/sign-in'
import { Random } from './random'
import { requestOf, type Made } from './requests'

export type Fuzzed = {
  seed: number
  requests: number
  /** How often each status was the answer. */
  statuses: Record<string, number>
  /** Operations that were done at least once. */
  done: number
  mismatches: string[]
}

/** Requests that end a club's members and keys would leave nothing to ask: each so often there are others. */
const FRESH_EVERY = 60
const AT_ONCE = 6

/**
 * Asks a running server what the API document lets one ask, and nearly so, and compares each answer with it:
 * status, headers, body. Nothing may be answered with 500, and nothing that the document forbids may be done.
 * @param port of a server without tight limits, on the database of this process
 */
export async function fuzz(
  port: number,
  { seed, requests }: { seed: number; requests: number },
): Promise<Fuzzed> {
  const document = readDocument()
  const [found, judge, judgeAnswer] = [operationsIn(document), judgeOf(document), useJudge(document)]
  const random = new Random(seed)
  const { call, close } = openClient(() => port, { maxSockets: AT_ONCE })
  const result: Fuzzed = { seed, requests: 0, statuses: {}, done: 0, mismatches: [] }
  const done = new Set<string>()
  const { schemas } = document.components
  try {
    while (result.requests < requests) {
      const scene = await makeScene(port)
      for (let i = 0; i < FRESH_EVERY && result.requests < requests; i += AT_ONCE) {
        const made = Array.from({ length: Math.min(AT_ONCE, requests - result.requests) }, () => {
          const source = { random, schemas, ids: scene.ids }
          const one = requestOf(random.of(found), source, judge)
          return { ...one, headers: { ...one.headers, ...credentialOf(random, scene, one) } }
        })
        result.requests += made.length
        const asked = made.map(async (one) => ({ one, answer: await call(exchangeOf(one)) }))
        for (const { one, answer } of await Promise.all(asked)) {
          result.statuses[answer.status] = (result.statuses[answer.status] ?? 0) + 1
          if (answer.status < 300) done.add(one.found.operation.operationId)
          result.mismatches.push(...mismatchesOf(one, answer, judgeAnswer))
        }
      }
    }
  } finally {
    close()
  }
  return { ...result, done: done.size }
}

const exchangeOf = ({ found: { method }, target: path, headers, body }: Made): Exchange => ({
  method,
  path,
  headers,
  ...(body !== undefined && { body }),
})

function mismatchesOf(made: Made, answer: Answer, judge: ReturnType<typeof useJudge>): string[] {
  const { found, target, body = '', forbidden } = made
  const wrong = judge(found.operation, answer)
  if (answer.status === 500) wrong.push(`is a bug of ours: ${answer.body}`)
  if (answer.status < 300 && forbidden.length > 0)
    wrong.push(`was done although the document forbids ${forbidden.join('; ')}`)
  const { authorization: _secret, cookie: _other, ...headers } = made.headers
  const asked = `${found.method} ${target.slice(0, 300)} ${JSON.stringify(headers)} ${body.slice(0, 600)}`
  return wrong.map((one) => `${found.operation.operationId}: ${one}\n  asked: ${asked}`)
}

type Scene = { token: string; weak: string; cookie: string; slug: string; origin: string; ids: string[] }

/** A club with somebody who may everything, and what there is to ask about. */
async function makeScene(port: number): Promise<Scene> {
  const { home, rival, slug } = await twoClubs().then((clubs) => ({ ...clubs, slug: clubs.home.slug }))
  await setMembership(home.admin, { roles: ['CLUB_ADMIN', 'COACH'] })
  const me = { ...home.admin, roles: ['CLUB_ADMIN' as const, 'COACH' as const] }
  const account = await makeServiceAccount(home.clubId, ['COACH'])
  const { cookie } = await signedIn(me)
  const rows = [
    await makePractice(me),
    await makePractice(me, 'DRAFT'),
    await makePractice(rival.coach),
    await membershipOf(home.coach),
    await membershipOf(home.athlete),
    await makeKey(me, { scopes: ['practices:read'] }),
    await makeKey(home.athlete, { scopes: ['practices:read'] }),
    home.keys.coach,
    rival.keys.coach,
    account,
  ]
  const ids = [...rows.map(({ id }) => id), me.userId, account.userId]
  const origin = `http://localhost:${port}`
  return { token: (await makeKey(me)).token, weak: home.keys.athlete.token, cookie, slug, origin, ids }
}

function credentialOf(
  random: Random,
  { token, weak, cookie, slug, origin }: Scene,
  { found }: Made,
): Record<string, string> {
  const isForPeople = found.operation.security?.some((one) => 'session' in one) ?? false
  const kind = random.next()
  if (kind < 0.03) return {}
  if (kind < 0.06)
    return { authorization: random.of(['Bearer sk_club_bad', 'Bearer', 'Bearer a b', 'Basic eDp5', 'x']) }
  if (kind < 0.09) return { authorization: `Bearer ${weak}` }
  if (kind < 0.11) return { 'x-api-key': token, authorization: `Bearer ${token}` }
  if (isForPeople ? kind < 0.95 : kind < 0.3)
    return {
      cookie,
      'x-club': random.chance(0.97) ? slug : 'no-such-club',
      ...(random.chance(0.97) && { origin }),
    }
  return random.chance(0.1) ? { 'x-api-key': token } : { authorization: `Bearer ${token}` }
}
