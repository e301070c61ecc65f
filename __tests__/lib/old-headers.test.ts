import { loadEnv } from '@/lib/env'
import { readOldHeaders } from '@/lib/old-headers'

it('a place is read as clients write it, whatever the case', () => {
  expect(readOldHeaders([])).toEqual({ schemes: new Set(), raw: false, names: [] })
  expect(
    readOldHeaders([
      'Authorization: Token',
      'authorization:APIKEY',
      'AUTHORIZATION',
      'X-My-App-Token',
      'x-my-app-token',
    ]),
  ).toEqual({ schemes: new Set(['token', 'apikey']), raw: true, names: ['x-my-app-token'] })
})

it.each(['apikey', 'token', 'api_key', 'X-PAT', 'Access-Token', 'X-Auth-Token', 'X-Shop_Token'])(
  '%s may be one',
  (name) => {
    expect(readOldHeaders([name]).names).toEqual([name.toLowerCase()])
  },
)

it.each([
  // What is none at all.
  ...[
    '',
    ' ',
    'key',
    'a b',
    'X-My-App-Token:',
    'X-My-App-Token: Token',
    'X-Tökén',
    'x-token\n',
    'x-token\r\ny',
    'x-to"ken',
    'x'.repeat(65),
  ],
  ...[
    'Authorization:',
    'Authorization: ',
    'Authorization: To ken',
    'Authorization: "Token"',
    'Authorization; Token',
  ],
  // What holds something else.
  ...[
    'Authorization: Bearer',
    'authorization: bEARER',
    'Authorization: Basic',
    'Authorization: Digest',
    'Authorization: DPoP',
  ],
  ...['Authorization: Negotiate', 'Authorization: AWS4-HMAC-SHA256', 'Authorization: SCRAM-SHA-256'],
  // Ours.
  ...[
    'X-API-Key',
    'x_api_key',
    'X-Api-Key-Club-Id',
    'x-api-key-user-id',
    'X-API-Key-Context',
    'x-auth-type',
    'X-Auth_Type',
    'X-Club',
  ],
  ...['X-Request-Id', 'Idempotency-Key', 'x-clubkeys-path'],
  // Of HTTP, browsers, proxies and the framework.
  ...[
    'Cookie',
    'Set-Cookie',
    'Host',
    'Connection',
    'Keep-Alive',
    'Transfer-Encoding',
    'Content-Length',
    'Content-Type',
    'Upgrade',
  ],
  ...[
    'Trailer',
    'Proxy-Authorization',
    'Proxy-Connection',
    'Expect',
    'Origin',
    'Referer',
    'User-Agent',
    'If-None-Match',
    'WWW-Authenticate',
  ],
  ...[
    'Access-Control-Request-Headers',
    'Sec-Fetch-Site',
    'X-CSRF-Token',
    'X-Requested-With',
    'Accept',
    'Accept-Language',
    'Range',
  ],
  ...[
    'X-Forwarded-For',
    'X-Forwarded-User',
    'Forwarded',
    'X-Real-IP',
    'True-Client-IP',
    'CF-Connecting-IP',
    'X-Original-URL',
    'Via',
  ],
  ...[
    'X-HTTP-Method-Override',
    'traceparent',
    'X-Amzn-Trace-Id',
    'Next-Action',
    'X-Middleware-Subrequest',
    'x-nextjs-data',
    'X-Matched-Path',
  ],
])('%j is none: it says so, and not what was written', (written) => {
  expect(() => readOldHeaders(['X-Good-Token', written])).toThrow(/^place 2 is /)
  try {
    readOldHeaders(['X-Good-Token', 'sk_club_abcdefghijklmnop q'])
  } catch (error) {
    expect((error as Error).message).not.toContain('sk_')
  }
})

it.each([null, undefined, 7, {}])('%j, which no type would allow, is none either', (written) => {
  expect(() => readOldHeaders([written as unknown as string])).toThrow(/^place 1 is /)
})

it('there are at most eight', () => {
  const eight = Array.from({ length: 8 }, (_, i) => `x-token-${i}`)
  expect(readOldHeaders(eight).names).toHaveLength(8)
  expect(() => readOldHeaders([...eight, 'x-token-9'])).toThrow('more than 8')
})

it('the environment names them with commas between; a wrong one stops the start and names the variable', () => {
  const read = (API_KEY_OLD_HEADERS?: string) =>
    loadEnv({ NODE_ENV: 'test', API_KEY_OLD_HEADERS }).API_KEY_OLD_HEADERS
  expect(read()).toEqual({ schemes: new Set(), raw: false, names: [] })
  expect(read(' Authorization: Token , Authorization,X-My-App-Token, ')).toEqual({
    schemes: new Set(['token']),
    raw: true,
    names: ['x-my-app-token'],
  })
  expect(() => read('X-My-App-Token, Cookie')).toThrow(
    /^API_KEY_OLD_HEADERS: place 2 is a header that means something else/,
  )
  expect(() => read('Authorization: Basic')).toThrow(
    /^API_KEY_OLD_HEADERS: place 1 is a scheme of Authorization/,
  )
})
