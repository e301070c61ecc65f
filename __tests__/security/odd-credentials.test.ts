import { mintToken } from '@/lib/auth/token'
import { useDatabase } from '../support/club'
import { setScene, type Scene } from '../support/forgery'
import { useOtherApp } from '../support/other-app'
import type { RawRequest, RawResponse } from '../support/raw-http'
import { useServer, type Server } from '../support/server'

const database = useDatabase()
const product = useServer(database.url)
const otherApp = useOtherApp(database.url)
const forgetful = useOtherApp(database.url, { FORGET_INSTRUMENTATION: 'yes' })
let scene: Scene
let asked = 0
beforeAll(async () => {
  scene = await setScene()
})

/** `OWN` and `VICTIM` stand for good keys of the caller's club and the other one. */
type Lines = [name: string, value: string][]

/** The middleware reads a credential first where there is one, the handler where there is none. */
const DOOR_AND_HANDLER = (): [on: Server, path: string][] => [
  [product(), '/api/v1/whoami'],
  [otherApp(), '/elsewhere'],
]

const withKeys = (text: string) =>
  text.replaceAll('OWN', scene.caller.token).replaceAll('VICTIM', scene.victim.token)

async function ask(
  on: Server,
  {
    path = '/api/v1/whoami',
    headers = [],
    ...rest
  }: Omit<RawRequest, 'path' | 'headers'> & { path?: string; headers?: Lines },
) {
  asked++
  return on.send({
    ...rest,
    path: withKeys(path),
    headers: headers.map(([name, value]) => [name, withKeys(value)] as const),
  })
}

/** Refused by our own code for its syntax, not by the parser before it. */
function expectMalformed(answer: RawResponse, what: string) {
  const { status, headers, body } = answer
  expect([what, status, headers['www-authenticate']]).toEqual([
    what,
    400,
    'Bearer realm="api", error="invalid_request"',
  ])
  expect(answer.json()).toMatchObject({ code: 'invalid_request' })
  expect(body).not.toContain('sk_club_')
}

async function expectCaller(answer: RawResponse, what: string) {
  expect([what, answer.status]).toEqual([what, 200])
  expect(answer.body).toContain(scene.caller.clubId)
  expect(answer.body).not.toContain(scene.victim.clubId)
}

const authorization = (value: string): [string, string] => ['Authorization', value]
const alias = (value: string): [string, string] => ['X-API-Key', value]

const REPEATED: Record<string, Lines> = {
  'one key in two lines': [authorization('Bearer OWN'), authorization('Bearer OWN')],
  'two keys in two lines': [authorization('Bearer OWN'), authorization('Bearer VICTIM')],
  'two lines in two cases': [
    ['AUTHORIZATION', 'Bearer OWN'],
    ['authorization', 'Bearer VICTIM'],
  ],
  'a good key after a bad one': [authorization('Bearer x'), authorization('Bearer VICTIM')],
  'a good key before a bad one': [authorization('Bearer OWN'), authorization('Bearer x')],
  'an empty line before the key': [authorization(''), authorization('Bearer OWN')],
  'an empty line after the key': [authorization('Bearer OWN'), authorization('')],
  'Basic before Bearer': [authorization('Basic eDp5'), authorization('Bearer OWN')],
  'Bearer before Basic': [authorization('Bearer OWN'), authorization('Basic eDp5')],
  'the alias in two lines, the last one empty': [alias('OWN'), alias('')],
  'the alias in two lines, both empty': [alias(''), alias('')],
  'both headers': [authorization('Bearer OWN'), alias('OWN')],
  'both headers, two keys': [alias('VICTIM'), authorization('Bearer OWN')],
  'both headers, one empty': [alias(''), authorization('Bearer OWN')],
  'both headers, and Basic': [alias('OWN'), authorization('Bearer OWN'), authorization('Basic eDp5')],
  'the alias in two lines': [alias('OWN'), alias('VICTIM')],
  'the alias in two lines, the same key': [alias('OWN'), ['x-api-key', 'OWN']],
  'three lines': [authorization('Bearer OWN'), alias('OWN'), authorization('Bearer OWN')],
  'lines far apart': [
    authorization('Bearer OWN'),
    ...Array.from({ length: 200 }, (_, i): [string, string] => [`x-${i}`, '']),
    authorization('Bearer VICTIM'),
  ],
}

const MALFORMED: Record<string, Lines> = {
  'no token': [authorization('Bearer')],
  'no token but spaces': [authorization('Bearer   ')],
  'no token and a tab': [authorization('Bearer\t')],
  'an empty header': [authorization('')],
  'an empty alias': [alias('')],
  'two tokens': [authorization('Bearer OWN VICTIM')],
  'two tokens in a list': [authorization('Bearer OWN,VICTIM')],
  'two credentials in a list': [authorization('Bearer OWN, Bearer VICTIM')],
  'two schemes': [authorization('Bearer Bearer OWN')],
  'a scheme in the alias': [alias('Bearer OWN')],
  'two aliases in a list': [alias('OWN, VICTIM')],
  'a quoted token': [authorization('Bearer "OWN"')],
  'a parameter': [authorization('Bearer token=OWN')],
  'an empty first one': [authorization('Bearer ,OWN')],
  '257 characters': [authorization(`Bearer ${'a'.repeat(257)}`)],
  '8000 characters': [authorization(`Bearer ${'a'.repeat(8_000)}`)],
  'padding alone': [authorization('Bearer ==')],
  'padding in the middle': [authorization('Bearer a=b')],
  'UTF-8': [authorization('Bearer OWN\xc3\xa9')],
  'full-width letters': [['Authorization', Buffer.from('Bearer ｓｋ_club_x').toString('latin1')]],
  'a no-break space before the token': [authorization('Bearer \xa0OWN')],
  'a no-break space after the token': [authorization('Bearer OWN\xa0')],
  'a no-break space in the alias': [alias('\xa0OWN')],
  'a next-line byte': [authorization('Bearer OWN\x85')],
  'a byte order mark': [authorization('Bearer \xef\xbb\xbfOWN')],
  'the highest byte': [authorization('Bearer OWN\xff')],
  ...Object.fromEntries(
    [...'"(),:;<>?@[\\]{}|^`\'!#$%&*'].map((character): [string, Lines] => [
      `a ${character}`,
      [authorization(`Bearer OWN${character}`)],
    ]),
  ),
}

/**
 * Bytes that no header value may hold (RFC 9110 §5.5): the parser refuses the request before anybody reads
 * it.
 */
const FORBIDDEN_BYTES: Record<string, string> = {
  NUL: 'Bearer OWN\0',
  'NUL inside': 'Bearer OWN\0VICTIM',
  'a carriage return': 'Bearer OWN\rx',
  'a line feed': 'Bearer OWN\nX-Api-Key-Club-Id: x',
  'a fold': 'Bearer\r\n OWN',
  'a vertical tab': 'Bearer \x0bOWN',
  'a form feed': 'Bearer \x0cOWN',
  DEL: 'Bearer OWN\x7f',
}

const GOOD: Record<string, Lines> = {
  Bearer: [authorization('Bearer OWN')],
  bearer: [authorization('bearer OWN')],
  BEARER: [['AUTHORIZATION', 'BEARER OWN']],
  bEaReR: [['authorization', 'bEaReR OWN']],
  'several spaces': [authorization('  Bearer    OWN  ')],
  tabs: [authorization('\tBearer\tOWN\t')],
  'the alias': [alias('OWN')],
  'the alias in lower case': [['x-api-key', ' OWN ']],
  'the alias with an underscore beside': [alias('OWN'), ['x_api_key', 'VICTIM']],
  'another header that proxies use': [
    authorization('Bearer OWN'),
    ['Proxy-Authorization', 'Bearer VICTIM'],
    ['X-Authorization', 'Bearer VICTIM'],
  ],
  'a cookie of that name': [
    authorization('Bearer OWN'),
    ['Cookie', 'authorization=VICTIM; x-api-key=VICTIM; access_token=VICTIM'],
  ],
}

const NO_CREDENTIAL: Record<string, Lines> = {
  nothing: [],
  Basic: [authorization('Basic c2s6b3du')],
  'Basic with a key': [authorization('Basic OWN')],
  Digest: [authorization('Digest username="OWN"')],
  Token: [authorization('Token OWN')],
  'a bare key': [authorization('OWN')],
  'a scheme that only begins so': [authorization('BearerOWN')],
  'a scheme that ends so': [authorization('xBearer OWN')],
  'a no-break space for the space': [authorization('Bearer\xa0OWN')],
  'a cookie': [['Cookie', 'authorization=Bearer OWN; x-api-key=OWN']],
  'a proxy’s header': [['Proxy-Authorization', 'Bearer OWN']],
  'a look-alike': [
    ['X_API_Key', 'OWN'],
    ['X-APIKey', 'OWN'],
    ['Api-Key', 'OWN'],
    ['X-Authorization', 'Bearer OWN'],
  ],
}

const IN_THE_URL = [
  'access_token=x',
  'ACCESS_TOKEN=',
  'a=1&access_token=OWN',
  'key=OWN',
  'OWN',
  'OWN=1',
  'x=prefixOWN',
  `x=sk%5fclub%5f${'a'.repeat(43)}`,
  `x=%73k_club_${'a'.repeat(49)}`,
  `q=sk_club_${'a'.repeat(33)}`,
  'a[b]=OWN',
]

describe('a credential is one token in one header, once', () => {
  it.each(Object.entries(REPEATED))('%s: refused, whoever it would be', async (what, headers) => {
    for (const [on, path] of DOOR_AND_HANDLER()) expectMalformed(await ask(on, { path, headers }), what)
  })

  it('Basic beside the alias is a proxy’s, and no credential of this API', async () => {
    const headers = [alias('OWN'), authorization('Basic eDp5')]
    for (const [on, path] of DOOR_AND_HANDLER()) expect((await ask(on, { path, headers })).status).toBe(200)
  })

  it.each(Object.entries(MALFORMED))('%s: refused', async (what, headers) => {
    for (const [on, path] of DOOR_AND_HANDLER()) expectMalformed(await ask(on, { path, headers }), what)
  })

  it.each(Object.entries(FORBIDDEN_BYTES))('%s never gets as far as us', async (what, value) => {
    for (const name of ['Authorization', 'X-API-Key']) {
      const { status, body } = await ask(product(), { headers: [[name, value]] })
      expect([what, status, body]).toEqual([what, 400, ''])
    }
  })

  it.each(Object.entries(GOOD))('%s: is the caller', async (what, headers) => {
    for (const [on, path] of DOOR_AND_HANDLER()) await expectCaller(await ask(on, { path, headers }), what)
  })

  it.each(Object.entries(NO_CREDENTIAL))('%s: is no credential of this API', async (what, headers) => {
    const answer = await ask(product(), { headers })
    expect([what, answer.status, answer.headers['www-authenticate']]).toEqual([
      what,
      401,
      'Bearer realm="api"',
    ])
    expect(answer.json()).toMatchObject({ code: 'missing_credentials' })
  })

  it.each(IN_THE_URL)('?%s: refused, with the key in a header or without', async (query) => {
    for (const headers of [
      [],
      [['Authorization', 'Bearer OWN']],
      [['X-API-Key', 'OWN']],
      [['Authorization', 'Basic eDp5']],
    ] satisfies Lines[]) {
      for (const [on, path] of DOOR_AND_HANDLER())
        expectMalformed(await ask(on, { path: `${path}?${query}`, headers }), query)
    }
  })

  it.each(['_rsc=OWN', 'nxtPx=OWN', 'nxtIx=OWN'])(
    '?%s, which the framework keeps to itself, identifies nobody',
    async (query) => {
      for (const [on, path] of DOOR_AND_HANDLER())
        expect([400, 401]).toContain((await ask(on, { path: `${path}?${query}` })).status)
    },
  )

  it('a key in a form (RFC 6750 §2.2) is none', async () => {
    const headers: Lines = [['Content-Type', 'application/x-www-form-urlencoded']]
    const answer = await ask(product(), {
      method: 'POST',
      path: '/api/v1/practices',
      headers,
      body: withKeys('access_token=OWN'),
    })
    expect([answer.status, answer.json().code]).toEqual([401, 'missing_credentials'])
  })

  it('a key in the path is not repeated in the answer', async () => {
    for (const headers of [[], [['Authorization', 'Bearer OWN']]] satisfies Lines[]) {
      const answer = await ask(product(), { path: '/api/v1/api-keys/VICTIM', headers })
      expect(answer.status).toBe(headers.length > 0 ? 404 : 401)
      expect(answer.body).not.toContain(scene.victim.token)
    }
  })

  it('256 characters are as many as a token may have, and an unknown one of them is 401', async () => {
    for (const token of ['a'.repeat(256), 'a', '-._~+/', 'a==', mintToken().secret.reveal()]) {
      const answer = await ask(product(), { headers: [['Authorization', `Bearer ${token}`]] })
      expect([token, answer.status, answer.json().code]).toEqual([token, 401, 'invalid_token'])
    }
  })

  it('without instrumentation, what Node hides of repeated lines makes nobody the other one', async () => {
    await expectCaller(
      await ask(forgetful(), { path: '/elsewhere', headers: REPEATED['two keys in two lines']! }),
      'the first line counts',
    )
    const shown = [
      'both headers',
      'both headers, two keys',
      'both headers, one empty',
      'the alias in two lines',
      'the alias in two lines, the same key',
    ]
    for (const what of shown)
      expectMalformed(await ask(forgetful(), { path: '/elsewhere', headers: REPEATED[what]! }), what)
    const { status } = await ask(forgetful(), {
      path: '/elsewhere',
      headers: REPEATED['a good key after a bad one']!,
    })
    expect(status).toBe(401)
  })

  it('was asked hundreds of times', () => {
    expect(asked).toBeGreaterThan(250)
  })
})
