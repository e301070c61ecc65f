import type { RawRequest } from '../../__tests__/support/raw-http'
import type { Stage } from '../stage'
import { call } from './actions'

/** Pages, files, the framework's own paths, and paths that look like any of these. */
const PATHS = [
  ...[
    '/',
    '/sign-in',
    '/sign-in/',
    '/set-password',
    '/clubs',
    '/clubs/x/keys',
    '/clubs/%2f/keys',
    '/clubs/%00/keys',
    '/docs/problems',
    '/none',
  ],
  ...[
    '/_global-error',
    '/%5fglobal-error',
    '/_global%2Derror',
    '/_global-error.rsc',
    '/_global-error/page',
    '/_not-found',
    '/_error',
    '/404',
    '/405',
    '/500',
  ],
  ...[
    '/_next',
    '/_next/data/x/sign-in.json',
    '/_next/data/x/_global-error.json',
    '/_next/image',
    '/_next/image?url=%2Ficon.svg&w=64&q=75',
    '/_next/image?url=http://localhost/&w=64&q=75',
  ],
  ...[
    '/_next/static/',
    '/_next/static/%',
    '/_next/static/%00',
    '/_next/static/..%2f..%2fBUILD_ID',
    '/_next/hmr',
    '/_next/webpack-hmr',
    '/__nextjs_original-stack-frame',
    '/_vercel/insights',
  ],
  ...[
    '/sign-in.rsc',
    '/sign-in.txt',
    '/sign-in.segments/_tree.segment.rsc',
    '/docs/problems.segments/%.segment.rsc',
    '/index.rsc',
    '/.rsc',
    '/.txt',
    '/sign-in?_rsc=1',
    '/sign-in?_rsc=%',
    '/?_rsc',
  ],
  ...[
    '/%',
    '/%ff',
    '/%00',
    '/%E0%A4%A',
    '/..%2f',
    '/%5c',
    '/\\',
    '//',
    '//evil.test',
    '/a//b',
    '/.',
    '/..',
    '/#',
    '/?',
    '*',
    'x',
    'http://evil.test/sign-in',
    '/@x',
    '/(auth)/sign-in',
    '/clubs/[club]/keys',
  ],
  ...[
    '/sign-in?callbackUrl=%',
    '/sign-in?callbackUrl=%00',
    '/sign-in?callbackUrl=a&callbackUrl=b',
    '/sign-in?error=%FF',
    '/clubs/x/keys?nxtPclub=y',
    '/sign-in?__nextDataReq=1',
    '/sign-in?__nextLocale=x',
    '/x?' + 'a=1&'.repeat(1_000),
    '/' + 'a/'.repeat(3_000),
  ],
  ...[
    '/icon.svg',
    '/favicon.ico',
    '/robots.txt',
    '/.env',
    '/.git/config',
    '/api',
    '/api/%',
    '/api/v1',
    '/api/../sign-in',
    '/api/%2e%2e/set-password',
  ],
]
const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'OPTIONS',
  'PATCH',
  'TRACE',
  'PROPFIND',
  'SEARCH',
  'QUERY',
  'M-SEARCH',
  'PURGE',
]
const STATES = [
  '',
  'x',
  '%',
  '%FF',
  '[]',
  '{}',
  'null',
  '["",{}]',
  '["",{},null,"bad"]',
  '["",{"children":["x"]}]',
  encodeURIComponent('["",{"children":["__PAGE__",{}]}]'),
  'a'.repeat(9_000),
]
/** Headers that parts of the framework send each other, and headers of proxies and browsers. */
const HEADERS: [string, string][] = [
  ...(
    [
      'x-middleware-subrequest',
      'x-middleware-rewrite',
      'x-middleware-next',
      'x-middleware-set-cookie',
      'x-middleware-override-headers',
      'x-middleware-skip',
      'x-middleware-prefetch',
      'x-middleware-invoke',
      'x-middleware-request-cookie',
    ] as const
  ).map((name) => [name, '/api/health/live'] as [string, string]),
  ...(
    [
      'x-nextjs-data',
      'x-nextjs-request-id',
      'x-nextjs-html-request-id',
      'x-matched-path',
      'x-now-route-matches',
      'x-invoke-path',
      'x-invoke-status',
      'x-invoke-error',
      'x-invoke-query',
      'next-resume',
      'x-next-resume-state-length',
      'x-prerender-revalidate',
      'x-next-revalidated-tags',
      'x-next-cache-tags',
      'x-action-forwarded',
      'next-hmr-refresh',
      'next-url',
      'x-invocation-id',
    ] as const
  ).map((name) => [name, '500'] as [string, string]),
  ['content-security-policy', "script-src 'nonce-x\"><b>'"],
  ['x-forwarded-host', 'a b'],
  ['x-forwarded-proto', 'javascript'],
  ['host', '['],
  ['range', 'bytes=9-1'],
  ['if-none-match', '*'],
  ['cookie', '%'],
  ['sec-fetch-dest', 'image'],
  ['traceparent', 'x'],
  ['accept-language', '%'],
  ['expect', 'x'],
]

export type Named = RawRequest & { what: string }

export const strangeRequests = (): Named[] => [
  ...PATHS.flatMap((path) =>
    METHODS.map((method) => ({ what: `${method} ${path.slice(0, 60)}`, method, path })),
  ),
  ...PATHS.map((path) => ({ what: `data of ${path.slice(0, 60)}`, path, headers: [['RSC', '1'] as const] })),
  ...STATES.flatMap((state) =>
    ['/sign-in', '/', '/none', '/clubs/x/keys'].map((path) => ({
      what: `state ${state.slice(0, 40)} at ${path}`,
      path,
      headers: [['RSC', '1'] as const, ['Next-Router-State-Tree', state] as const],
    })),
  ),
  ...['1', '2', '3', 'x'].flatMap((prefetch) =>
    ['/_tree', '/_index', '/_full', '/_head', '/x', '/../x', '%'].flatMap((segment) =>
      ['/sign-in', '/docs/problems', '/none'].map((path) => ({
        what: `prefetch ${prefetch} of ${segment} at ${path}`,
        path,
        headers: [
          ['RSC', '1'] as const,
          ['Next-Router-Prefetch', prefetch] as const,
          ['Next-Router-Segment-Prefetch', segment] as const,
        ],
      })),
    ),
  ),
  ...HEADERS.flatMap((header) =>
    ['/sign-in', '/none', '/api/health/live', '/_next/static/x'].flatMap((path) =>
      ['GET', 'POST'].map((method) => ({
        what: `${method} ${path} with ${header[0]}`,
        method,
        path,
        headers: [header],
      })),
    ),
  ),
]

/** One of everything that React's format can say, and much that it cannot. */
export const strangePayloads = (stage: Stage): Named[] =>
  [
    '',
    ' ',
    '{}',
    'null',
    '1',
    '"x"',
    '[',
    '[[[[',
    '\u0000',
    'ÿþ',
    '["$"]',
    '["$0"]',
    '["$0:0"]',
    '["$0:__proto__"]',
    '["$1:constructor"]',
    '["$@1"]',
    '["$n9"]',
    '["$nx"]',
    '["$Dx"]',
    `${'['.repeat(3_000)}`,
  ]
    .concat([...'ABCEFGKLMOPQRSTUVWXZfghilmoruxr'].map((letter) => `["$${letter}1"]`))
    .flatMap((body) => [
      { what: `payload ${body.slice(0, 20)}`, ...call(stage, { body }) },
      {
        what: `payload ${body.slice(0, 20)} in a form`,
        ...call(stage, {
          type: 'multipart/form-data; boundary=b',
          body: `--b\r\nContent-Disposition: form-data; name="0"\r\n\r\n${body}\r\n--b--\r\n`,
        }),
      },
    ])
