import { setTimeout as sleep } from 'node:timers/promises'
import { tally, type Attack } from '../attack'
import type { Stage } from '../stage'
import { statusOf } from '../wire'
import { call } from './actions'
import { strangePayloads, strangeRequests, type Named } from './strange-requests'

/** A refusal for lack of room is not a failure. */
const isFault = (status: number | 'cut off') => status === 'cut off' || (status >= 500 && status !== 503)

async function noneFails(stage: Stage, requests: Named[]) {
  const before = stage.app.output().length
  const started = performance.now()
  const statuses: (number | 'cut off')[] = []
  const faults: string[] = []
  for (const request of requests) {
    const status = await statusOf(stage.app.port, request)
    statuses.push(status)
    if (isFault(status)) faults.push(`${request.what}: ${status}`)
  }
  await sleep(1_100)
  const seconds = (performance.now() - started) / 1000
  const printed = stage.app.output().slice(before)
  return {
    seen: `${faults.length === 0 ? tally(statuses) : faults.slice(0, 5).join('; ')}; ${linesIn(printed)} lines in ${seconds.toFixed(0)} s`,
    ok: faults.length === 0 && isBounded(printed, seconds),
  }
}

const linesIn = (text: string) => text.split('\n').length - 1
/** Of requests; what else is said of them are lines of their own. */
const REQUEST = /^.*"msg":"request".*\n/gm
/**
 * One line a second of each kind, and one for the second that has begun; of strangers' requests a hundred, and
 * five a second.
 */
const isBounded = (printed: string, seconds: number) =>
  linesIn(printed.replace(REQUEST, '')) <= 2 * (seconds + 1) &&
  (printed.match(REQUEST)?.length ?? 0) <= 100 + 5 * (seconds + 1) &&
  printed.split('\n').every((line) => line.length < 6_000)

export const strange: Attack[] = [
  {
    kind: 'strange',
    tried: `${strangeRequests().length} odd methods, paths and headers, signed out`,
    run: (stage, short) =>
      noneFails(
        stage,
        strangeRequests().filter((_, i) => !short || i % 3 === 0),
      ),
  },
  {
    kind: 'strange',
    tried: 'a hundred odd payloads of an action that anyone may call',
    run: (stage) => noneFails(stage, strangePayloads(stage)),
  },
  {
    kind: 'strange',
    tried: '400 requests on which the framework has something to say',
    run: async (stage) => {
      const before = stage.app.output().length
      const started = performance.now()
      const request = call(stage, { page: '/sign-in' })
      const statuses: (number | 'cut off')[] = []
      for (let i = 0; i < 400; i++) statuses.push(await statusOf(stage.app.port, request))
      await sleep(1_100)
      const seconds = (performance.now() - started) / 1000
      const printed = stage.app.output().slice(before).replace(REQUEST, '')
      const told = [...printed.matchAll(/"leftOut":(\d+)/g)].reduce(
        (sum, [, count]) => sum + Number(count),
        0,
      )
      const all = told + linesIn(printed)
      return {
        seen: `${tally(statuses)}; ${linesIn(printed)} lines in ${seconds.toFixed(1)} s, which tell of ${told} more`,
        ok: statuses.every((status) => status === 409) && isBounded(printed, seconds) && all >= 400,
      }
    },
  },
  {
    kind: 'strange',
    tried: 'one’s own nonce for a page’s scripts',
    run: async (stage) => {
      const headers: [string, string][] = [['Content-Security-Policy', "script-src 'nonce-chosen'"]]
      const { body } = await stage.send({ path: '/sign-in', headers })
      return {
        seen: body.includes('chosen') ? 'taken' : 'not taken',
        ok: !body.includes('chosen') && body.includes('nonce='),
      }
    },
  },
  {
    kind: 'strange',
    tried: 'headers that would skip the middleware',
    run: async (stage) => {
      const headers = (
        ['x-middleware-subrequest', 'x-middleware-next', 'x-middleware-skip', 'x-middleware-invoke'] as const
      ).map((name): [string, string] => [
        name,
        'src/middleware:src/middleware:src/middleware:src/middleware:src/middleware',
      ])
      const page = await stage.send({ path: '/sign-in', headers })
      const api = await stage.send({
        path: '/api/v1/whoami',
        headers,
      })
      const policed = 'content-security-policy' in page.headers
      return {
        seen: `page ${policed ? 'with' : 'without'} its policy, API ${api.status}`,
        ok: policed && api.status === 401,
      }
    },
  },
]
