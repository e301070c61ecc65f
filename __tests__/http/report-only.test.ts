import '@/package/environment'
import { authenticate } from '@/http/authenticate'
import { getAuthContext } from '@/http/context'
import { host, standIn, standInClubApp, type Host } from '@/http/host'
import { IDENTITY_HEADERS } from '@/http/headers'
import { asRefusal } from '@/http/problem'
import { reportedRefusals } from '@/http/report'
import { revokeApiKey } from '@/lib/auth/api-key'
import { overrideSettings } from '@/lib/settings'
import { makeKey, useDatabase } from '../support/club'
import { oldToken, useImports } from '../support/importing'
import { messageOf, receiving } from '../support/received'

process.env.CLUBKEYS_SECRET = process.env.NEXTAUTH_SECRET

useDatabase()
const { coach, operator } = useImports()
const key = () => makeKey(coach(), { scopes: ['practices:read'] })

const says = (more: Partial<Host> = {}) => standIn({ api: ['/api/v1'], refusals: 'report', ...more })
let printed: string[]
beforeEach(() => {
  printed = []
  jest.spyOn(process.stderr, 'write').mockImplementation((line) => printed.push(String(line)) > 0)
  says()
})
afterEach(() => {
  jest.restoreAllMocks()
  overrideSettings({ limits: undefined, db: undefined })
})
const lines = () => printed.map((line) => JSON.parse(line) as Record<string, unknown>)

type Given = Record<string, string>
const forged = Object.fromEntries(IDENTITY_HEADERS.map((name) => [name, 'forged']))

/** A request at the door, and then at a handler that asks who calls. */
async function ask(
  headers: Given,
  { address = '192.0.2.7', path = '/api/v1/orders', method = 'GET', claims = forged as Given } = {},
) {
  const url = `http://localhost${path}`
  return receiving(messageOf({ method, url: path, headers, address }), async () => {
    const outcome = await authenticate(new Request(url, { method, headers: { ...headers, ...claims } }))
    const refused = 'refusal' in outcome ? outcome.refusal.status : null
    const onward = 'headers' in outcome && outcome.headers ? [...outcome.headers] : []
    const handler = await getAuthContext(new Request(url, { method, headers })).then(
      ({ actor }) => String(actor.userId),
      (error: { code?: string }) => error.code ?? asRefusal(error, '').code,
    )
    return { refused, onward, identity: ('identity' in outcome && outcome.identity) || null, handler }
  })
}
const times = (code: string) => reportedRefusals().byCode[code] ?? 0
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

async function expectReported(code: string, headers: Given, how?: Parameters<typeof ask>[1]) {
  const before = times(code)
  const { refused, onward, identity, handler } = await ask(headers, how)
  expect({ refused, identity, times: times(code) }).toEqual({
    refused: null,
    identity: null,
    times: before + 1,
  })
  expect(JSON.stringify(onward)).not.toContain('forged')
  for (const name of IDENTITY_HEADERS) expect(onward.map(([its]) => its)).not.toContain(name)
  // Whatever the door lets go on: who needs an identity gets none.
  expect(handler).toBe(code)
  return onward
}

it('a good key goes in with its identity, and nothing is reported', async () => {
  const { total } = reportedRefusals()
  const { token } = await key()
  const { refused, handler } = await ask(bearer(token))
  expect([refused, handler]).toEqual([null, coach().userId])
  expect(reportedRefusals().total).toBe(total)
})

it('what would be refused goes on as it came, without an identity', async () => {
  const { id, token } = await key()
  await revokeApiKey(operator(), { id })
  await expectReported('missing_credentials', {})
  await expectReported('missing_credentials', { authorization: 'Basic dTpw' })
  await expectReported('invalid_request', { authorization: 'Bearer' })
  await expectReported('invalid_request', { authorization: 'Bearer a', 'x-api-key': 'b' })
  await expectReported('invalid_token', bearer(`sk_club_${'a'.repeat(49)}`))
  await expectReported('invalid_token', bearer(token))
  const old = oldToken()
  const onward = await expectReported(
    'invalid_token',
    { ...bearer(old), cookie: 'their=session' },
    { claims: {} },
  )
  // The app's own check finds what its client sent.
  expect(onward).toEqual(
    expect.arrayContaining([
      ['authorization', `Bearer ${old}`],
      ['cookie', 'their=session'],
    ]),
  )
})

it('a good key over its limit goes on without its identity', async () => {
  const { token } = await makeKey(coach(), {
    scopes: ['practices:read'],
    rateLimit: { limit: 1, windowSeconds: 60 },
  })
  expect((await ask(bearer(token))).handler).toBe(coach().userId)
  await expectReported('rate_limited', bearer(token))
})

it('a good key from where it may not be used goes on without its identity', async () => {
  const { token } = await makeKey(coach(), { scopes: ['practices:read'], allowedCidrs: ['198.51.100.0/24'] })
  await expectReported('invalid_token', bearer(token))
  expect((await ask(bearer(token), { address: '198.51.100.1' })).handler).toBe(coach().userId)
})

it('where the settings cannot be used, requests go on', async () => {
  says({ db: { url: 'mysql://elsewhere' } })
  await expectReported('unavailable', bearer(oldToken()))
})

it('a refusal counts once, at the door and in the handler together', async () => {
  overrideSettings({ limits: { failuresPerAddress: 3 } })
  const address = '203.0.113.9'
  for (let i = 0; i < 3; i++) await expectReported('invalid_token', bearer(oldToken()), { address })
  await expectReported('rate_limited', bearer(oldToken()), { address })
})

it('the door called twice by hand reports once', async () => {
  const before = times('invalid_token')
  const headers = bearer(oldToken())
  await receiving(messageOf({ headers, url: '/api/v1/orders' }), async () => {
    const request = new Request('http://localhost/api/v1/orders', { headers })
    await authenticate(request)
    await authenticate(request)
  })
  expect(times('invalid_token')).toBe(before + 1)
})

it('the log says why, of which key, from where, and nothing that was sent', async () => {
  const { id, token } = await key()
  await revokeApiKey(operator(), { id })
  // One line a second of each kind.
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  printed = []
  const secret = oldToken()
  const headers = { ...bearer(token), 'user-agent': secret, 'x-request-id': secret, referer: secret }
  await ask(headers, { path: `/api/v1/orders/${secret}?token=${secret}` })
  await new Promise((resolve) => setTimeout(resolve, 1_100))
  expect(lines()).toContainEqual(
    expect.objectContaining({
      code: 'invalid_token',
      reason: 'revoked',
      keyId: id,
      address: '192.0.2.7',
      method: 'GET',
    }),
  )
  expect(printed.join('')).not.toContain(secret)
  expect(printed.join('')).not.toContain(token)
})

it('a flood is a line a second', async () => {
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  printed = []
  for (let i = 0; i < 200; i++) await ask({})
  expect(lines().filter(({ code }) => code === 'missing_credentials').length).toBeLessThan(10)
})

it('paths that are not the layer’s, public ones and preflights that pass are as ever: not reported', async () => {
  says({ public: ['/api/v1/hooks/*'], preflights: 'pass', others: 'pass' })
  const { total } = reportedRefusals()
  await ask({}, { path: '/elsewhere' })
  await ask({}, { path: '/api/v1/hooks/x' })
  await ask({ origin: 'https://x.example', 'access-control-request-method': 'GET' }, { method: 'OPTIONS' })
  await ask(bearer('eyJ.own.token'))
  expect(reportedRefusals().total).toBe(total)
  // But a key that was made here and is none any more.
  await expectReported('invalid_token', bearer(`sk_club_${'a'.repeat(49)}`))
})

it('a path that no handler can answer is 404 all the same', async () => {
  expect((await ask({}, { path: '/other/%ff' })).refused).toBe(404)
})

it.each(['reports', 'Report', 'yes', true, 1])('refusals: %j is refused at once', (refusals) => {
  expect(() => says({ refusals: refusals as 'report' })).toThrow('refusals is "answer" or "report".')
})

it('taken out again, the door refuses', async () => {
  const headers = bearer(oldToken())
  await expectReported('invalid_token', headers)
  standIn({ api: ['/api/v1'] })
  expect((await ask(headers)).refused).toBe(401)
  says({ refusals: 'answer' })
  expect((await ask(headers)).refused).toBe(401)
  expect((await ask({})).refused).toBe(401)
})

it('nothing switches it on in the club app', async () => {
  const shared = globalThis as { clubkeysHost?: unknown }
  for (const before of [undefined, { ...host(), ownPages: true, reports: true }]) {
    shared.clubkeysHost = before
    standInClubApp({ find: () => Promise.resolve(null) } as never)
    expect((await ask(bearer(oldToken()))).refused).toBe(401)
    expect((await ask({})).refused).toBe(401)
  }
})
