import { db } from '@/lib/db/client'
import { makeServiceAccount } from '../../__tests__/support/club'
import { MISLEADING, UNSEEN } from '../../__tests__/support/nasty'
import { trySignIn } from '../../__tests__/support/sign-in'
import type { RawResponse } from '../../__tests__/support/raw-http'
import type { Attack } from '../attack'
import { act, enter } from '../callers'
import { checks } from '../checks'
import type { Stage } from '../stage'

// Names that cannot be stored, show nothing, mislead, or look like another one.

const UNSTORABLE = ['a\u0000b', '\u0000', '\ud800', 'a\udfffb']
/** What nobody sees or what turns the direction of text: some of each in the short form. */
const lies = (short: boolean) => [...MISLEADING, ...UNSEEN].filter((_, i) => !short || i % 5 === 0)

async function setup(stage: Stage) {
  const { server } = stage
  const scene = await enter(server)
  const { home } = scene
  await db().membership.update({
    where: { clubId_userId: { clubId: home.clubId, userId: home.admin.userId } },
    data: { roles: ['CLUB_ADMIN', 'COACH'] },
  })
  return { ...scene, server, account: await makeServiceAccount(home.clubId, ['COACH']) }
}
type Scene = Awaited<ReturnType<typeof setup>>

/** Everything that takes a name, a title or another text. */
const WRITERS: [string, (scene: Scene, text: string) => Promise<RawResponse>][] = [
  ['a key’s name', ({ asks }, name) => asks('POST', 'api-keys', { name, scopes: ['practices:read'] })],
  ['a key’s new name', ({ asks, home }, name) => asks('PATCH', `api-keys/${home.keys.admin.id}`, { name })],
  [
    'why a key is revoked',
    ({ asks, home }, reason) => asks('POST', `api-keys/${home.keys.coach.id}/revoke`, { reason }),
  ],
  [
    'why keys are revoked',
    ({ asks, home }, reason) => asks('POST', 'api-keys/revoke', { ids: [home.keys.coach.id], reason }),
  ],
  [
    'a practice’s title',
    ({ asks }, title) => asks('POST', 'practices', { title, startsAt: '2027-05-01T10:00:00Z' }),
  ],
  [
    'a practice’s location',
    ({ asks }, location) =>
      asks('POST', 'practices', { title: 'x', location, startsAt: '2027-05-01T10:00:00Z' }),
  ],
  [
    'a member’s name',
    ({ asks }, name) => asks('POST', 'members', { email: 'new@example.test', name, roles: ['COACH'] }),
  ],
  [
    'a service account’s name',
    ({ asks }, name) => asks('POST', 'service-accounts', { name, roles: ['COACH'] }),
  ],
  ['its new name', ({ asks, account }, name) => asks('PATCH', `service-accounts/${account.id}`, { name })],
  [
    'what is searched for',
    ({ asks }, q) => asks('GET', `api-keys?q=${encodeURIComponent(q.toWellFormed())}`),
  ],
  [
    'a filter of keys to revoke',
    ({ asks }, q) => asks('POST', 'api-keys/revoke', { filter: { q }, preview: true }),
  ],
]
const ACTS: [name: string, page: string, input: (text: string, scene: Scene) => object][] = [
  ['createKey', 'keys', (name) => ({ name, scopes: ['practices:read'], expiresAt: { days: 1 } })],
  ['updateKey', 'keys', (name, { home }) => ({ id: home.keys.admin.id, name })],
  ['revokeKey', 'keys', (reason, { home }) => ({ id: home.keys.coach.id, reason })],
  ['invite', 'members', (name) => ({ email: 'new@example.test', name, roles: ['COACH'] })],
]

const refusedBy = (tried: string, texts: (short: boolean) => string[], writers = WRITERS): Attack => ({
  kind: 'name',
  tried: `${tried}, wherever a text is taken`,
  run: async (stage, short) => {
    const { must, done } = checks()
    const scene = await setup(stage)
    for (const [what, write] of writers)
      for (const text of texts(short)) {
        const answer = await write(scene, text)
        must(
          `${what} ${JSON.stringify(text)}`,
          [answer.status, answer.json().code],
          [422, 'validation_failed'],
        )
      }
    const { server, cookie, home } = scene
    for (const [name, page, input] of ACTS)
      for (const text of texts(true)) {
        const args = [home.slug, input(text, scene)]
        const { said } = await act(stage, server, { name, page: `/clubs/${home.slug}/${page}`, cookie, args })
        must(`${name} ${JSON.stringify(text)}`, said, 'validation_failed')
      }
    return done()
  },
})

export const names: Attack[] = [
  refusedBy(
    'text that Postgres cannot store',
    () => UNSTORABLE,
    WRITERS.filter(([what]) => !what.includes('searched')),
  ),
  refusedBy('text that shows nothing, hides something or turns the direction', lies),
  {
    kind: 'name',
    tried: 'text that Postgres cannot store, in addresses, filters, headers, cookies and sign-ins',
    run: async (stage) => {
      const { must, done } = checks()
      const { server, cookie, home, asks } = await setup(stage)
      for (const text of UNSTORABLE) {
        const { status } = await trySignIn(server, { email: `${text}@example.test`, password: text })
        must(`signing in as ${JSON.stringify(text)}`, status, 401)
        for (const [name, page, args] of [
          ['requestLink', '/forgot-password', [{ email: `${text}@example.test` }]],
          ['peek', '/set-password', [text]],
          [
            'choosePassword',
            '/set-password',
            [{ token: text, password: 'nine other words which no one guesses' }],
          ],
          [
            'createKey',
            `/clubs/${home.slug}/keys`,
            [text, { name: 'x', scopes: ['practices:read'], expiresAt: null }],
          ],
        ] as [string, string, unknown[]][]) {
          const { answer } = await act(stage, server, { name, page, args, cookie })
          must(`${name} ${JSON.stringify(text)}`, answer.status < 500, true)
        }
      }
      for (const path of ['%00', 'a%00b', '%ED%A0%80', '%FF', '%C0%80'])
        for (const target of [
          `/clubs/${path}/keys`,
          `/clubs/${home.slug}/keys?q=${path}&owner=${path}&cursor=${path}`,
          `/clubs/${home.slug}/keys/${path}`,
          `/clubs/${home.slug}/audit?action=${path}&actorUserId=${path}&targetId=${path}`,
          `/set-password?x=${path}`,
        ]) {
          const { status } = await server.send({ path: target, headers: [['Cookie', cookie]] })
          must(target, status < 500, true)
        }
      for (const path of ['%00', 'a%00b', '%FF'])
        for (const target of [
          `api-keys?q=${path}`,
          `api-keys/${path}`,
          `members?cursor=${path}`,
          `practices/${path}`,
          `audit-events?action=${path}`,
          `members/${path}/impact?act=remove`,
        ])
          must(target, [404, 422].includes((await asks('GET', target)).status), true)
      const club = await server.send({
        path: '/api/v1/whoami',
        headers: [
          ['Cookie', cookie],
          ['X-Club', 'a\u0000b'],
        ],
      })
      must('X-Club with NUL', club.status, 400)
      const odd = await server.send({
        path: '/api/v1/whoami',
        headers: [
          ['Cookie', cookie],
          ['X-Club', '\u00ff\u0080'],
        ],
      })
      must('X-Club with odd bytes', odd.status, 404)
      return done()
    },
  },
  {
    kind: 'name',
    tried: 'two names alike but for how their characters are put together, their spaces or their case',
    run: async (stage) => {
      const { must, done } = checks()
      const { asks } = await setup(stage)
      const make = (name: string) => asks('POST', 'service-accounts', { name, roles: ['COACH'] })
      const first = await make('Caf\u00e9 robot')
      must('the first', first.status, 201)
      for (const name of ['Cafe\u0301 robot', ' Caf\u00e9 robot ', 'Cafe\u0301 robot\u0020'])
        must(JSON.stringify(name), (await make(name)).status, 409)
      const other = await make('another robot')
      const id = other.json().id as string
      must(
        'renamed to it',
        (await asks('PATCH', `service-accounts/${id}`, { name: 'Cafe\u0301 robot' })).status,
        409,
      )
      const key = await asks('POST', 'api-keys', {
        name: 'Cafe\u0301 \u212bngstr\u00f6m',
        scopes: ['practices:read'],
      })
      must('a name is stored in NFC', key.json().name, 'Caf\u00e9 \u00c5ngstr\u00f6m')
      for (const q of ['caf\u00e9', 'cafe\u0301', 'A\u030angstro\u0308m']) {
        const found = await asks('GET', `api-keys?q=${encodeURIComponent(q)}`)
        must(
          `found by ${JSON.stringify(q)}`,
          (found.json().data as { id: string }[]).map(({ id: one }) => one),
          [key.json().id],
        )
      }
      for (const email of ['new@example.test', 'NEW@example.test', ' new@example.test '])
        await asks('POST', 'members', { email, roles: ['COACH'] })
      const { data } = (await asks('GET', 'members?limit=100')).json() as {
        data: { user: { email: string } }[]
      }
      must(
        'members by one address',
        data.filter(({ user }) => user.email.toLowerCase().trim() === 'new@example.test').length,
        1,
      )
      return done()
    },
  },
]
