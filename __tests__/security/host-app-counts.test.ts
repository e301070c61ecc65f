import { connect } from 'node:net'
import { makeClub, makeKey, makeMember, useDatabase, type Member } from '../support/club'
import { bearer } from '../support/forgery'
import { useHostApp } from '../support/other-app'
import type { RawResponse } from '../support/raw-http'
import type { Server } from '../support/server'

// In another app a request is counted once, however the app calls the layer and whatever it left out.

const database = useDatabase()
let admin: Member
beforeAll(async () => {
  admin = await makeMember((await makeClub()).id, ['CLUB_ADMIN', 'COACH'])
})
const whole = useHostApp(database.url)
const notStarted = useHostApp(database.url, { HOST_START: 'no' })
const startedAlone = useHostApp(database.url, {
  HOST_START: 'without keys',
  LOG_LEVEL: 'verbose',
  NEXTAUTH_SECRET: 'short',
})

type Headers = [string, string][]
const freshToken = async () => (await makeKey(admin, { scopes: ['practices:read'] })).token
const left = (answer: RawResponse) => {
  const { rateLimits } = answer.json() as { rateLimits: { name: string; remaining: number }[] }
  return rateLimits.find(({ name }) => name === 'key')!.remaining
}

/** How much three requests took, each after the one before. */
async function takenBy(on: Server, path: string, headers: Headers = []): Promise<number[]> {
  const token = await freshToken()
  const remaining: number[] = []
  for (let i = 0; i < 4; i++)
    remaining.push(left(await on.send({ path: `/shop${path}`, headers: [...bearer(token), ...headers] })))
  return remaining.slice(1).map((after, i) => remaining[i]! - after)
}

const mode = (name: string): [string, string] => ['x-test-mode', name]

it.each([
  ['a door that is called twice', '/api/v1/echo/', [['x-test-around', 'twice']]],
  [
    'a door that is called twice, and an own header',
    '/api/v1/echo/',
    [['x-test-around', 'twice'], mode('header')],
  ],
  ['a handler that asks twice', '/api/v1/twice/', []],
  ['a handler that asks twice, behind a rewrite', '/v1/twice/', []],
  ['a handler that asks twice, where no door is', '/api/bare/twice/', []],
] as [string, string, Headers][])('%s', async (_, path, headers) => {
  expect(await takenBy(whole(), path, headers)).toEqual([1, 1, 1])
})

it.each([
  ['no own part', []],
  ['an own header', [mode('header')]],
  ['the door called by hand', [['x-test-around', '1']]],
  ['the door called by hand, and an own header', [['x-test-around', '1'], mode('header')]],
] as [string, Headers][])('in an app that never starts the layer, under %s', async (_, headers) => {
  expect(await takenBy(notStarted(), '/api/v1/echo/', headers)).toEqual([1, 1, 1])
})

it('in an app whose start forgets to say whose the layer is', async () => {
  // Only a process that was started knows a message again behind a rewrite.
  expect(await takenBy(startedAlone(), '/api/v1/elsewhere/', [mode('rewriting')])).toEqual([1, 1, 1])
})

it.each(['/api/v1/twice/', '/v1/twice/', '/api/bare/twice/'])(
  'what a handler at %s calls with the credential of its caller counts for itself',
  async (path) => {
    expect(await takenBy(whole(), `${path}?other=/a&other=/b`)).toEqual([3, 3, 3])
  },
)

it('pipelined messages of one connection: each its own caller and count', async () => {
  const [one, other] = [await freshToken(), await freshToken()]
  const line = (path: string, token?: string, last = false) =>
    `GET /shop${path} HTTP/1.1\r\nHost: localhost\r\n${token ? `Authorization: Bearer ${token}\r\n` : ''}${last ? 'Connection: close\r\n' : ''}\r\n`
  const heard = await exchange(
    whole(),
    line('/api/v1/echo/', one) +
      line('/api/v1/echo/', other) +
      line('/untold/echo/') +
      line('/api/bare/echo/', one) +
      line('/api/v1/trusting/', 'sk_club_madeup') +
      line('/api/v1/echo/', one) +
      line('/untold/echo/', other, true),
  )
  const told = [...heard.matchAll(/"name":"key",[^}]*"remaining":(\d+)|"code":"(\w+)"/g)].map(
    ([, remaining, code]) => code ?? Number(remaining),
  )
  // Answered in order, but counted in any.
  const first = Math.max(...told.map(Number).filter(Number.isFinite))
  expect([told[0], told[3], told[5]].sort()).toEqual([first - 2, first - 1, first])
  expect([told[1], told[6]].sort()).toEqual([first - 1, first])
  expect([told[2], told[4]]).toEqual(['missing_credentials', 'invalid_token'])
})

function exchange({ port }: Server, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    socket.setTimeout(10_000, () => socket.destroy(new Error(`it did not close: ${heard}`)))
    socket.on('data', (chunk) => (heard += chunk.toString()))
    socket.on('error', reject)
    socket.on('end', () => resolve(heard))
  })
}
