import { makeClub, makeKey, makeMember, useDatabase } from '../support/club'
import { bearer } from '../support/forgery'
import { useHostApp } from '../support/other-app'
import type { Server } from '../support/server'

// What another app's callers are told when they are refused, and a browser that asks first.

const database = useDatabase()
let token: string
beforeAll(async () => {
  token = (await makeKey(await makeMember((await makeClub()).id, ['COACH']))).token
})
const plain = useHostApp(database.url, { HOST_CORS: 'https://partner.example' })
const describing = useHostApp(database.url, {
  HOST_START: 'no',
  HOST_PROBLEMS: 'https://shop.example/help/api',
  HOST_PREFLIGHTS: 'pass',
})
const passing = useHostApp(database.url, { HOST_OTHERS: 'pass' })

type Headers = [string, string][]
const problem = async (on: Server, path: string, headers: Headers) => {
  const { status, json } = await on.send({ path, headers })
  return { status, ...json() } as { status: number; type: string; title: string; instance: string }
}

describe.each([
  ['started', () => plain()],
  ['not started', () => describing()],
])('a problem document names the path as it was asked for: %s', (_, on) => {
  const COOKIE: Headers = [['Cookie', 'its=own']]
  it.each([
    ['of the door', '/shop/api/v1/trusting/', bearer('sk_club_madeup')],
    ['of a handler', '/shop/api/v1/whoami/', COOKIE],
    ['of a handler behind a rewrite', '/shop/v1/whoami/', COOKIE],
    ['of a handler behind a rewrite that the door does not know', '/shop/untold/whoami/', COOKIE],
    ['with a query', '/shop/api/v1/whoami/?a=/b', COOKIE],
  ] as [string, string, Headers][])('%s', async (_, path, headers) => {
    const { status, instance } = await problem(on(), path, headers)
    expect([status, instance]).toEqual([401, path.replace(/\?.*/, '')])
  })
})

it('its type is a page of the app’s, or none', async () => {
  const bad = bearer('sk_club_madeup')
  expect(await problem(describing(), '/shop/api/v1/trusting/', bad)).toMatchObject({
    type: 'https://shop.example/help/api#invalid_token',
    title: 'The access token is not valid',
  })
  expect(await problem(plain(), '/shop/api/v1/trusting/', bad)).toMatchObject({
    type: 'about:blank',
    title: 'Unauthorized',
    code: 'invalid_token',
  })
})

describe('a preflight, which carries no credential', () => {
  const ASKS: Headers = [
    ['Origin', 'https://app.example'],
    ['Access-Control-Request-Method', 'POST'],
    ['Access-Control-Request-Headers', 'authorization'],
  ]
  const options = (on: Server, headers: Headers) =>
    on.send({ method: 'OPTIONS', path: '/shop/api/v1/echo/', headers: [['x-test-mode', 'cors'], ...headers] })

  it.each([
    ['where preflights pass', () => describing()],
    ['where others pass', () => passing()],
  ])('reaches the app’s own part %s', async (_, on) => {
    const { status, headers } = await options(on(), ASKS)
    expect([status, headers['access-control-allow-origin']]).toEqual([204, 'https://app.example'])
  })

  it('is answered for an origin that the app names, as is what follows; for others nothing changes', async () => {
    const named = ASKS.map(([name, value]): [string, string] =>
      name === 'Origin' ? [name, 'https://partner.example'] : [name, value],
    )
    const { status, headers } = await options(plain(), named)
    expect([status, headers['access-control-allow-origin']]).toEqual([204, 'https://partner.example'])
    const read = (origin: string) =>
      plain().send({ path: '/shop/api/v1/whoami/', headers: [['Origin', origin], ...bearer(token)] })
    expect((await read('https://partner.example')).headers).toMatchObject({
      'access-control-allow-origin': 'https://partner.example',
      'access-control-expose-headers': expect.stringContaining('RateLimit'),
    })
    expect((await read('https://app.example')).headers).not.toHaveProperty('access-control-allow-origin')
    expect((await options(plain(), ASKS)).headers).not.toHaveProperty('access-control-allow-origin')
  })

  it('is refused where neither is said', async () => {
    expect((await options(plain(), ASKS)).status).toBe(401)
  })

  it.each([
    ['no origin', ASKS.slice(1)],
    ['no method', [ASKS[0]!]],
    ['a bad key', [...ASKS, ...bearer('sk_club_madeup')]],
    ['a token of the app’s own', [...ASKS, ...bearer('eyJh.e30.x')]],
    ['another method', ASKS],
  ] as [string, Headers][])('is none with %s', async (how, headers) => {
    const send = how === 'another method' ? trusting : options
    const { status, body } = await send(describing(), headers)
    expect(status).toBe(401)
    expect(body).not.toContain('reached')
  })
  const trusting = (on: Server, headers: Headers) => on.send({ path: '/shop/api/v1/trusting/', headers })

  it('with a good key goes on with its identity', async () => {
    const { status } = await options(describing(), [...ASKS, ...bearer(token)])
    expect(status).toBe(204)
  })
})
