import { makeKey } from '../../__tests__/support/club'
import type { RawRequest, RawResponse } from '../../__tests__/support/raw-http'
import type { Attack } from '../attack'
import { enter } from '../callers'
import { checks } from '../checks'
import { statusOf } from '../wire'

// What a browser is told about an answer, whatever is asked for: no page without a policy, nothing sniffed,
// nothing kept.

const isPage = ({ headers }: RawResponse) => (headers['content-type'] ?? '').includes('html')
const nonceIn = ({ headers }: RawResponse) =>
  /'nonce-([^']+)'/.exec(headers['content-security-policy'] ?? '')?.[1]

const PUBLIC = [
  ...[
    '/',
    '/sign-in',
    '/sign-in?error=x',
    '/forgot-password',
    '/set-password',
    '/docs/problems',
    '/none',
    '/none/at/all',
    '/clubs',
    '/account',
  ],
  ...[
    '/_not-found',
    '/_global-error',
    '/404',
    '/500',
    '/%',
    '/%ff',
    '/%00',
    '/sign-in/',
    '//evil.test',
    '/..%2f',
    '/clubs/%2f/keys',
    '/index',
    '/favicon.ico',
  ],
  ...[
    '/api/auth/signin',
    '/api/auth/signin/password',
    '/api/auth/signout',
    '/api/auth/error',
    '/api/auth/error?error=Verification',
    '/api/auth/verify-request',
    '/api/auth/new-user',
    '/api/auth/callback/password',
    '/api/auth/callback/oidc?code=x&state=y',
    '/api/auth/_log',
    '/api/auth',
  ],
]

export const headers: Attack[] = [
  {
    kind: 'header',
    tried: `a page without a policy, among ${PUBLIC.length} addresses that anyone may ask for, by every method`,
    run: async (stage) => {
      const { must, done } = checks()
      for (const path of PUBLIC)
        for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'OPTIONS']) {
          const answer = await stage.send({ method, path })
          const what = `${method} ${path}`
          must(`${what}: fails`, answer.status >= 500, false)
          must(
            `${what}: may be sniffed`,
            answer.headers['x-content-type-options'] ?? (answer.status === 400 ? 'nosniff' : ''),
            'nosniff',
          )
          if (!isPage(answer)) continue
          must(`${what}: has a policy`, nonceIn(answer) !== undefined, true)
          must(
            `${what}: may be framed`,
            answer.headers['content-security-policy']?.includes("frame-ancestors 'none'"),
            true,
          )
          must(`${what}: is kept`, answer.headers['cache-control']?.includes('no-store'), true)
          const bare = [...answer.body.matchAll(/<(?:script|style)\b[^>]*>/g)].filter(
            ([tag]) => !tag.includes(`nonce="${nonceIn(answer) ?? ''}"`),
          )
          must(
            `${what}: scripts and styles without its nonce`,
            bare.map(([tag]) => tag),
            [],
          )
        }
      return done()
    },
  },
  {
    kind: 'header',
    tried: 'a page without a policy, among those of a club, found and not found, and their data',
    run: async (stage) => {
      const { must, done } = checks()
      const { server } = stage
      const { home, rival, cookie } = await enter(server)
      const { id } = await makeKey(home.admin)
      const below = [
        'keys',
        `keys/${id}`,
        'keys/x',
        'keys/00000000-0000-4000-8000-000000000000',
        'members',
        'service-accounts',
        'audit',
        'settings',
        'none',
        'keys?cursor=x',
        'audit?action=x',
      ]
      const paths = [
        '/clubs',
        '/account',
        `/clubs/${home.slug}`,
        ...below.map((path) => `/clubs/${home.slug}/${path}`),
        `/clubs/${rival.slug}/keys`,
        '/clubs/none/keys',
      ]
      const nonces: (string | undefined)[] = []
      for (const path of paths)
        for (const more of [[], [['RSC', '1']], [['Accept', 'application/json']]] as [string, string][][]) {
          const answer = await server.send({ path, headers: [['Cookie', cookie], ...more] })
          const what = `${path} ${JSON.stringify(more)}`
          must(`${what}: fails`, answer.status >= 500, false)
          must(`${what}: has a policy`, nonceIn(answer) !== undefined, true)
          must(`${what}: is kept`, answer.headers['cache-control']?.includes('no-store'), true)
          nonces.push(nonceIn(answer))
        }
      must('two answers under one nonce', new Set(nonces).size, nonces.length)
      return done()
    },
  },
  {
    kind: 'header',
    tried: 'the OpenAPI document, 300 times, by who has it and who has not',
    run: async (stage) => {
      const { must, done } = checks()
      const path = '/api/openapi.json'
      const first = await stage.send({ path })
      const etag = first.headers.etag ?? ''
      must('it has a tag', /^W?\/?"?.{20,}"$/.test(etag), true)
      for (const tag of [etag, etag.replace('W/', ''), `"x", ${etag}`, '*']) {
        const again = await stage.send({ path, headers: [['If-None-Match', tag]] })
        must(`If-None-Match: ${tag.replace(etag, 'ETAG')}`, [again.status, again.body], [304, ''])
      }
      for (const tag of ['', 'x', '"x"', etag.slice(0, -2), `${etag}x`])
        must(
          `If-None-Match: ${tag.replace(etag, 'ETAG')}`,
          (await stage.send({ path, headers: [['If-None-Match', tag]] })).status,
          200,
        )
      const started = performance.now()
      const request: RawRequest = { path, headers: [['If-None-Match', etag]] }
      const statuses = await Promise.all(Array.from({ length: 300 }, () => statusOf(stage.app.port, request)))
      const each = (performance.now() - started) / 300
      must(
        'known already',
        statuses.filter((status) => status !== 304),
        [],
      )
      return done(`${each.toFixed(1)} ms each`)
    },
  },
]
