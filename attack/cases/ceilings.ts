import { db } from '@/lib/db/client'
import { makeKey, makeServiceAccount } from '../../__tests__/support/club'
import { demand } from '../../__tests__/support/policy'
import { signIn } from '../../__tests__/support/sign-in'
import type { RawResponse } from '../../__tests__/support/raw-http'
import type { Attack } from '../attack'
import { act, enter, flood, inTurn, withKey, withSession } from '../callers'
import { checks, type Checks } from '../checks'
import type { Stage } from '../stage'
import { CALLS } from '../strict'

// What one sign-in can make a process do, and what a club can allow itself.

async function setup(stage: Stage, role: 'admin' | 'coach' = 'admin') {
  const { server } = await stage.strict()
  return { server, ...(await enter(server, role)) }
}
type Scene = Awaited<ReturnType<typeof setup>>

const PRACTICE = { title: 'x'.repeat(200), notes: 'x'.repeat(4_500), startsAt: '2027-05-01T10:00:00Z' }
const OVER = CALLS.session + 20

/** Floods by one sign-in; an ending of its own, and another sign-in of the same person, go on. */
const flooding = (
  tried: string,
  call: (scene: Scene, stage: Stage) => (i: number) => Promise<RawResponse>,
  by: 'admin' | 'coach' = 'admin',
): Attack => ({
  kind: 'session',
  tried: `${OVER} ${tried} by one sign-in`,
  run: async (stage) => {
    const { must, done } = checks()
    const scene = await setup(stage, by)
    const { server, asks, home, member } = scene
    const counts = await flood(OVER, call(scene, stage))
    const letIn = Object.entries(counts).reduce((sum, [status, n]) => sum + (Number(status) < 429 ? n : 0), 0)
    must(`let in, ${letIn} times: no more than may be`, letIn <= CALLS.session, true)
    must('refused', (counts[429] ?? 0) > 0, true)
    must('a call of its own', (await asks('GET', 'practices')).status, 429)
    const { id } = await makeKey(home.coach)
    must('ending a key', (await asks('POST', `api-keys/${id}/revoke`)).status, 200)
    const again = withSession(server, await signIn(server, member), home.slug)
    must('another sign-in', (await again('GET', 'practices')).status, 200)
    return done(JSON.stringify(counts))
  },
})

const page = ({ server, cookie }: Scene, path: string, headers: [string, string][] = []) =>
  server.send({ path, headers: [['Cookie', cookie], ...headers] })

const MILLION = { limit: 1_000_000, windowSeconds: 1 }
const BEYOND = [
  MILLION,
  { limit: CALLS.club + 1, windowSeconds: 60 },
  // As many in the long run, but more at once, and the other way about.
  { limit: CALLS.club * 10, windowSeconds: 600 },
  { limit: CALLS.club, windowSeconds: 59 },
]

const ceiling = (
  tried: string,
  run: (scene: Scene, must: Checks['must'], stage: Stage) => Promise<void>,
): Attack => ({
  kind: 'ceiling',
  tried,
  run: async (stage) => {
    const { must, done } = checks()
    await run(await setup(stage), must, stage)
    return done()
  },
})
/** What an answer says that a key may do in a minute. */
const policyIn = ({ headers }: RawResponse, name: string) =>
  Number(new RegExp(`"${name}";q=(\\d+)`).exec(headers['ratelimit-policy'] ?? '')?.[1])

export const ceilings: Attack[] = [
  flooding(
    'practices of 5 KB made',
    ({ asks }) =>
      () =>
        asks('POST', 'practices', PRACTICE),
    'coach',
  ),
  flooding(
    'pages',
    (scene) => (i) =>
      page(scene, `/clubs/${scene.home.slug}/${inTurn(['keys', 'members', 'audit', 'settings'], i)}`),
  ),
  flooding(
    'pages’ data, as links load it',
    (scene) => () => page(scene, `/clubs/${scene.home.slug}/keys`, [['RSC', '1']]),
  ),
  flooding('acts of pages', ({ server, cookie, home }, stage) => async () => {
    const { answer, said } = await act(stage, server, {
      name: 'impact',
      page: `/clubs/${home.slug}/members`,
      cookie,
      args: [home.slug, { id: '00000000-0000-4000-8000-000000000000', act: 'remove' }],
    })
    return said === 'rate_limited' ? { ...answer, status: 429 } : answer
  }),
  flooding(
    'lists of keys',
    ({ asks }) =>
      () =>
        asks('GET', 'api-keys?limit=100'),
  ),
  flooding(
    'bad bodies, bad ids and bad queries',
    ({ asks }) =>
      (i) =>
        inTurn(
          [
            () => asks('POST', 'practices', { title: 1 }),
            () => asks('GET', 'practices?limit=x'),
            () => asks('GET', 'members/x'),
          ],
          i,
        )(),
  ),
  flooding('calls in clubs that are not theirs', ({ server, cookie, rival }) => {
    const there = withSession(server, cookie, rival.slug)
    return () => there('GET', 'practices')
  }),

  ceiling(
    'an admin lifts the club’s limits beyond the operator’s, by REST and by the page',
    async (scene, must, stage) => {
      const { asks, home, server, cookie } = scene
      for (const rate of BEYOND)
        for (const name of ['rateLimit', 'keyRateLimit']) {
          const body = { [name]: rate }
          must(`REST ${JSON.stringify(body)}`, (await asks('PATCH', 'club/policy', body)).status, 422)
          must(
            `REST ${JSON.stringify(body)}, previewed`,
            (await asks('PATCH', 'club/policy', { ...body, preview: true })).status,
            422,
          )
          const { said } = await act(stage, server, {
            name: 'updatePolicy',
            page: `/clubs/${home.slug}/settings`,
            cookie,
            args: [home.slug, body],
          })
          must(`page ${JSON.stringify(body)}`, said, 'validation_failed')
        }
      const { json } = await asks('GET', 'club/policy')
      must('the policy', [json().rateLimit, json().keyRateLimit], [null, null])
    },
  ),
  ceiling(
    'an admin gives a key more than the operator allows, in every way that one is made or changed',
    async (scene, must, stage) => {
      const { asks, home, server, cookie } = scene
      const account = await makeServiceAccount(home.clubId, ['COACH'])
      const { id } = await makeKey(home.admin)
      // Bad ones count as made: no more than may be.
      for (const rateLimit of BEYOND.slice(0, 2)) {
        const body = { name: 'x', scopes: ['practices:read'], rateLimit }
        must('made', (await asks('POST', 'api-keys', body)).status, 422)
        must(
          'made for a service account',
          (await asks('POST', 'api-keys', { ...body, ownerId: account.userId })).status,
          422,
        )
        must('changed', (await asks('PATCH', `api-keys/${id}`, { rateLimit })).status, 422)
        const keys = { page: `/clubs/${home.slug}/keys`, cookie }
        const made = await act(stage, server, {
          ...keys,
          name: 'createKey',
          args: [home.slug, { ...body, expiresAt: { days: 1 } }],
        })
        must('made by the page', made.said, 'validation_failed')
        const changed = await act(stage, server, {
          ...keys,
          name: 'updateKey',
          args: [home.slug, { id, rateLimit }],
        })
        must('changed by the page', changed.said, 'validation_failed')
        const byKey = withKey(server, home.keys.admin.token)
        must('made by a key', (await byKey('POST', 'api-keys', body)).status, 422)
        must('changed by a key', (await byKey('PATCH', `api-keys/${id}`, { rateLimit })).status, 422)
      }
    },
  ),
  ceiling('rows from before the operator’s ceiling was lowered', async (scene, must) => {
    const { home, server, asks } = scene
    const [rateLimit, rateWindow] = [1_000_000, 1]
    await demand(home.clubId, { rateLimit, rateWindow, keyRateLimit: rateLimit, keyRateWindow: rateWindow })
    const { id, token } = await makeKey(home.admin)
    await db().apiKey.update({ where: { id }, data: { rateLimit, rateWindow } })
    const own = await withKey(server, token)('GET', 'whoami')
    must('a key with its own', [policyIn(own, 'key'), policyIn(own, 'club')], [CALLS.mostPerKey, CALLS.club])
    const usual = await withKey(server, home.keys.admin.token)('GET', 'whoami')
    must('a key with the club’s', policyIn(usual, 'key'), CALLS.mostPerKey)
    must(
      'what its admin is shown',
      ((await asks('GET', `api-keys/${id}`)).json().rateLimit as { limit: number }).limit,
      CALLS.mostPerKey,
    )
    const rotated = await asks('POST', `api-keys/${id}/rotate`)
    must(
      'rotated',
      policyIn(await withKey(server, rotated.json().key as string)('GET', 'whoami'), 'key'),
      CALLS.mostPerKey,
    )
  }),
  ceiling('a coach gives their key more than the club’s usual', async (scene, must) => {
    const { home, server } = scene
    const { asks: coach, home: theirs } = await enter(server, 'coach')
    const more = { limit: CALLS.key + 1, windowSeconds: 60 }
    must(
      'made',
      (await coach('POST', 'api-keys', { name: 'x', scopes: ['practices:read'], rateLimit: more })).status,
      422,
    )
    must(
      'changed',
      (await coach('PATCH', `api-keys/${theirs.keys.coach.id}`, { rateLimit: more })).status,
      422,
    )
    const bound = await makeKey(home.admin, { rateLimit: { limit: 5, windowSeconds: 60 } })
    const byBound = withKey(server, bound.token)
    for (const rateLimit of [{ limit: 6, windowSeconds: 60 }, null])
      must(
        'made by a key of less',
        (await byBound('POST', 'api-keys', { name: 'x', scopes: ['practices:read'], rateLimit })).status,
        422,
      )
  }),
  ceiling('five keys of one club at once', async (scene, must) => {
    const { home, server } = scene
    const keys = await Promise.all(
      Array.from({ length: 5 }, () =>
        makeKey(home.admin, { rateLimit: { limit: CALLS.key, windowSeconds: 60 } }),
      ),
    )
    const callers = keys.map(({ token }) => withKey(server, token))
    const counts = await flood(CALLS.club + 100, (i) => inTurn(callers, i)('GET', 'whoami'))
    must('let in', counts[200], CALLS.club)
  }),
  {
    kind: 'ceiling',
    tried: 'members who hold no admin’s role change the policy',
    run: async (stage) => {
      const { must, done } = checks()
      const { server } = await stage.strict()
      for (const role of ['coach', 'athlete'] as const) {
        const { asks, home } = await enter(server, role)
        must(role, (await asks('PATCH', 'club/policy', { rateLimit: null })).status, 403)
        must(
          `${role}’s key`,
          (await withKey(server, home.keys[role].token)('PATCH', 'club/policy', { rateLimit: null })).status,
          403,
        )
        must(
          'the admin’s key',
          (await withKey(server, home.keys.admin.token)('PATCH', 'club/policy', { rateLimit: null })).status,
          403,
        )
      }
      return done()
    },
  },
]
