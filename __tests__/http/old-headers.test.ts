import { authenticate } from '@/http/authenticate'
import { getAuthContext } from '@/http/context'
import { readCredential } from '@/http/credential'
import { tokenIn, cookieOf } from '@/http/intake/whose-turn'
import { IDENTITY_HEADERS } from '@/http/headers'
import { receivedOf } from '@/http/incoming'
import { standInClubApp } from '@/http/host'
import { openApiDocument } from '@/http/openapi'
import { db } from '@/lib/db/client'
import { redact } from '@/lib/redact'
import { overrideSettings, settings } from '@/lib/settings'
import { readOldHeaders } from '@/lib/old-headers'
import { makeKey, useDatabase, type TestKey } from '../support/club'
import { oldToken, sha256, useImports } from '../support/importing'
import { messageOf, receiving } from '../support/received'
import { countStatements } from '../support/statements'

const database = useDatabase()
const { coach, row, take } = useImports()

const PLACES = ['Authorization: Token', 'Authorization: ApiKey', 'Authorization', 'X-My-App-Token', 'apikey']
const accept = (places: readonly string[]) => overrideSettings({ oldHeaders: readOldHeaders(places) })

standInClubApp({
  find: () => Promise.resolve(null),
  isIn: (cookie: string) => cookie.includes('session='),
} as never)

let old: string
let ours: TestKey
beforeEach(async () => {
  accept(PLACES)
  old = oldToken()
  const { totals } = await take([row({ token: old })])
  expect(totals.imported).toBe(1)
  ours = await makeKey(coach(), { scopes: ['practices:read'] })
})
afterAll(() => accept([]))

type Given = Record<string, string>
const requestOf = (headers: Given, url = 'http://localhost/api/v1/whoami') => new Request(url, { headers })
/** Who the door and the handler take the caller for, each by itself; or their refusal. */
async function ask(headers: Given): Promise<{ door: string | null; handler: string }> {
  const outcome = await authenticate(requestOf(headers))
  const door =
    'refusal' in outcome
      ? ((await outcome.refusal.json()) as { code: string }).code
      : (outcome.headers?.get('x-api-key-user-id') ?? null)
  const handler = await getAuthContext(requestOf(headers)).then(
    ({ actor }) => String(actor.userId),
    ({ code }: { code: string }) => code,
  )
  return { door, handler }
}
const both = (one: string) => ({ door: one, handler: one })

const GOOD: Record<string, (token: string) => Given> = {
  Token: (token) => ({ Authorization: `Token ${token}` }),
  'Token in another case, with spaces': (token) => ({ authorization: `tOKEN \t  ${token}` }),
  'Token as Rails writes it': (token) => ({ Authorization: `Token token="${token}"` }),
  'Token as Rails writes it, without quotes': (token) => ({ Authorization: `Token token=${token}` }),
  ApiKey: (token) => ({ Authorization: `ApiKey ${token}` }),
  'ApiKey in capitals': (token) => ({ AUTHORIZATION: `APIKEY ${token}` }),
  'the token alone': (token) => ({ Authorization: token }),
  'a header of its own': (token) => ({ 'X-My-App-Token': token }),
  'a header of its own, in another case': (token) => ({ 'x-MY-app-TOKEN': ` ${token} ` }),
  'another of its own': (token) => ({ apikey: token }),
  'a header of its own, beside what a proxy asked for': (token) => ({
    'X-My-App-Token': token,
    Authorization: 'Basic dTpw',
  }),
}

describe.each(Object.entries(GOOD))('%s', (_, headersFor) => {
  it('lets an imported key in, twice', async () => {
    expect(await ask(headersFor(old))).toEqual(both(coach().userId))
    expect(await ask(headersFor(old))).toEqual(both(coach().userId))
  })

  it('a token that was made here is as it would be without the setting', async () => {
    for (const token of [ours.token, `${ours.token}x`])
      expect(await ask(headersFor(token))).toEqual(both('missing_credentials'))
  })

  it('an unknown token is refused like a bad bearer', async () => {
    expect(await ask(headersFor(oldToken()))).toEqual(both('invalid_token'))
  })

  it('without the setting it is no credential, and costs no statement', async () => {
    accept([])
    const statements = await countStatements(
      database.directUrl(),
      async () => {
        expect(await ask(headersFor(old))).toEqual(both('missing_credentials'))
      },
      '%"digest"%',
    )
    expect(statements).toBe(0)
  })

  it('counts as a credential beside a session: the cookie is not asked', async () => {
    const cookie = 'session=x'
    expect(await ask({ ...headersFor(oldToken()), cookie })).toEqual(both('invalid_token'))
    expect(await ask({ ...headersFor(ours.token), cookie })).toEqual(both('missing_credentials'))
  })

  it('goes on alone with X-Club as any key does', async () => {
    expect(await ask({ ...headersFor(old), 'X-Club': 'demo' })).toEqual(both('invalid_request'))
  })
})

it('a good key that was not imported is told what an unknown one is, byte for byte', async () => {
  // Of a brand that the app had before.
  const earlier = `sk_before_${oldToken()}`
  const { clubId, userId } = coach()
  const data = { clubId, userId, name: 'k', start: 'sk_before_', last4: '1234', scopes: [] }
  await db().apiKey.create({ data: { ...data, digest: sha256(earlier) } })
  expect(await ask({ Authorization: `Bearer ${earlier}` })).toEqual(both(coach().userId))
  const answers = []
  for (const token of [earlier, `sk_before_${oldToken()}`]) {
    const outcome = await authenticate(requestOf({ 'X-My-App-Token': token }))
    const refusal = 'refusal' in outcome ? outcome.refusal : null
    const { requestId: _, ...body } = (await refusal!.json()) as Given
    const headers = [...refusal!.headers].filter(([name]) => name !== 'x-request-id')
    answers.push({ status: refusal!.status, headers, body })
  }
  expect(answers[0]).toEqual(answers[1])
  expect(answers[0]).toMatchObject({ status: 401, body: { code: 'invalid_token' } })
  expect(JSON.stringify(answers)).toContain('Bearer realm=\\"api\\", error=\\"invalid_token\\"')
  expect(await ask({ Authorization: `Token ${earlier}` })).toEqual(both('invalid_token'))
})

const MALFORMED: Record<string, (token: string) => Given> = {
  'a scheme alone': () => ({ Authorization: 'Token' }),
  'a scheme and spaces': () => ({ Authorization: 'ApiKey   ' }),
  'an empty header': () => ({ 'X-My-App-Token': '' }),
  'an empty Rails token': () => ({ Authorization: 'Token token=' }),
  'empty quotes': () => ({ Authorization: 'Token token=""' }),
  'further parameters': (token) => ({ Authorization: `Token token="${token}", nonce="x"` }),
  'half a quote': (token) => ({ Authorization: `Token token="${token}` }),
  'Rails’ form elsewhere': (token) => ({ Authorization: `ApiKey token=${token}` }),
  quotes: (token) => ({ Authorization: `Token "${token}"` }),
  'two tokens': (token) => ({ Authorization: `Token ${token} ${token}` }),
  'two tokens with a comma': (token) => ({ 'X-My-App-Token': `${token}, ${token}` }),
  'a comma at the end': (token) => ({ 'X-My-App-Token': `${token},` }),
  'a scheme in a header of its own': (token) => ({ 'X-My-App-Token': `Token ${token}` }),
  'a bearer in a header of its own': (token) => ({ 'X-My-App-Token': `Bearer ${token}` }),
  'a letter that no token has': (token) => ({ 'X-My-App-Token': `${token}\xe9` }),
  'a no-break space': (token) => ({ Authorization: `Token\xa0${token}` }),
  'a no-break space behind the scheme': (token) => ({ Authorization: `Token \xa0${token}` }),
  '257 characters': () => ({ 'X-My-App-Token': 'a'.repeat(257) }),
  '8 KB': () => ({ Authorization: `Token ${'a'.repeat(8_192)}` }),
  '8 KB alone': () => ({ Authorization: 'a'.repeat(8_192) }),
  'a header of its own beside a bearer': (token) => ({
    'X-My-App-Token': token,
    Authorization: `Bearer ${token}`,
  }),
  'a header of its own beside an empty Authorization': (token) => ({
    'X-My-App-Token': token,
    Authorization: '',
  }),
  'a header of its own beside Token': (token) => ({
    'X-My-App-Token': token,
    Authorization: `Token ${token}`,
  }),
  'a header of its own beside X-API-Key': (token) => ({ 'X-My-App-Token': token, 'X-API-Key': token }),
  'a header of its own beside an empty X-API-Key': (token) => ({ 'X-My-App-Token': token, 'X-API-Key': '' }),
  'X-API-Key beside an empty header of its own': (token) => ({ 'X-My-App-Token': '', 'X-API-Key': token }),
  'two headers of its own': (token) => ({ 'X-My-App-Token': token, apikey: token }),
  'two headers of its own, one empty': (token) => ({ 'X-My-App-Token': token, apikey: '' }),
  'Token beside X-API-Key': (token) => ({ 'X-API-Key': token, Authorization: `Token ${token}` }),
}

it.each(Object.entries(MALFORMED))('%s: refused as malformed', async (_, headersFor) => {
  for (const token of [old, oldToken()]) expect(await ask(headersFor(token))).toEqual(both('invalid_request'))
})

it('a header twice is refused, whatever the server makes of the two', async () => {
  for (const lines of [
    ['X-My-App-Token', old, 'x-my-app-token', old],
    ['X-My-App-Token', old, 'X-MY-APP-TOKEN', ''],
    ['X-My-App-Token', '', 'X-My-App-Token', old],
    ['Authorization', `Token ${old}`, 'authorization', `Token ${old}`],
  ]) {
    const message = messageOf({
      address: '192.0.2.1',
      headers: { [lines[0]!.toLowerCase()]: lines[1]! || lines[3]! },
    })
    message.rawHeaders.splice(0, message.rawHeaders.length, ...lines)
    receiving(message, () => {
      const request = requestOf({ [lines[0]!]: lines[1]! || lines[3]! })
      expect(readCredential(request, '/api/v1/whoami', receivedOf(request)).kind).toBe('malformed')
    })
  }
})

it('what is known of a message counts for its own credential alone', () => {
  receiving(messageOf({ headers: { 'x-my-app-token': 'one' } }), () => {
    expect(receivedOf(requestOf({ 'X-My-App-Token': 'one' }))).toBeDefined()
    expect(receivedOf(requestOf({ 'X-My-App-Token': 'other' }))).toBeUndefined()
    expect(receivedOf(requestOf({}))).toBeUndefined()
  })
})

it('other schemes are no credential, as ever', async () => {
  for (const Authorization of [
    'Digest username="x"',
    `Tokens ${old}`,
    `Basic ${old}`,
    'Basic',
    `Token,${old} x`,
  ])
    expect(await ask({ Authorization })).toEqual(both('missing_credentials'))
  accept(['Authorization: Token'])
  for (const headers of [
    { Authorization: old },
    { Authorization: `ApiKey ${old}` },
    { 'X-My-App-Token': old },
  ])
    expect(await ask(headers)).toEqual(both('missing_credentials'))
})

it('identity that a client claims beside an old token is taken away', async () => {
  const claimed = Object.fromEntries(IDENTITY_HEADERS.map((name) => [name, 'forged']))
  const outcome = await authenticate(requestOf({ ...claimed, 'X-My-App-Token': old }))
  const headers = 'headers' in outcome ? [...outcome.headers!] : []
  expect(headers).toContainEqual(['x-api-key-user-id', coach().userId])
  expect(JSON.stringify(headers)).not.toContain('forged')
})

it('bad ones count as failures of their address', async () => {
  overrideSettings({ limits: { failuresPerAddress: 3 } })
  expect(settings().limits.failuresPerAddress).toBe(3)
  const codes: unknown[] = []
  for (let i = 0; i < 5; i++) {
    const message = messageOf({ address: '198.51.100.7', headers: { 'x-my-app-token': 'unknown' + i } })
    const outcome = await receiving(message, () =>
      authenticate(requestOf({ 'X-My-App-Token': 'unknown' + i })),
    )
    codes.push('refusal' in outcome && ((await outcome.refusal.json()) as Given).code)
  }
  overrideSettings({ limits: undefined })
  expect(codes).toEqual(['invalid_token', 'invalid_token', 'invalid_token', 'rate_limited', 'rate_limited'])
})

it('the redactor knows the headers', () => {
  expect(redact('x-MY-app-token: s3cret\r\nx: y')).toBe('x-MY-app-token: [redacted]\r\nx: y')
  expect(
    redact(JSON.stringify({ headers: { 'X-My-App-Token': 's3cret', apikey: ['s3cret'] } })),
  ).not.toContain('s3cret')
  accept([])
  expect(redact('X-My-App-Token: s3cret')).toBe('X-My-App-Token: s3cret')
})

it('waits for its turn as the key that it is', () => {
  for (const headers of [
    { authorization: 'Token abc' },
    { authorization: 'apikey abc' },
    { authorization: 'abc' },
    { 'x-my-app-token': 'abc' },
  ] as Given[])
    expect(tokenIn({ headers })).toBe('abc')
  expect(cookieOf(messageOf({ headers: { cookie: 'session=x' } }))).toBe('session=x')
  expect(cookieOf(messageOf({ headers: { cookie: 'session=x', 'x-my-app-token': 'abc' } }))).toBeNull()
  accept([])
  expect(tokenIn({ headers: { authorization: 'abc' } })).toBeNull()
})

it('the API description names the places, and says for whom', () => {
  const { security, components } = openApiDocument() as {
    security: object[]
    components: { securitySchemes: Record<string, object> }
  }
  // Not as a choice: generated clients would send a credential for each.
  expect(security).toEqual([{ bearer: [] }])
  expect(Object.keys(components.securitySchemes)).toEqual([
    ...['bearer', 'apiKey', 'oldAuthorization', 'old-x-my-app-token', 'old-apikey', 'session', 'metrics'],
  ])
  expect(components.securitySchemes).toMatchObject({
    oldAuthorization: { name: 'Authorization', description: expect.stringContaining('`token <token>`') },
    'old-apikey': { type: 'apiKey', in: 'header', name: 'apikey' },
  })
  accept([])
  const { securitySchemes } = openApiDocument().components as typeof components
  expect(Object.keys(securitySchemes)).toEqual(['bearer', 'apiKey', 'session', 'metrics'])
})
