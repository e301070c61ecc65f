import { generateKeyPairSync } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import '@/club-app'
import { loadEnv } from '@/lib/env'
import { findGithubKey } from '@/lib/leaks/github-keys'
import { temporaryFolder } from '../../support/temporary'

const pem = (curve = 'P-256') =>
  generateKeyPairSync('ec', { namedCurve: curve }).publicKey.export({ type: 'spki', format: 'pem' })
const listOf = (...ids: string[]) => ({
  public_keys: ids.map((id) => ({ key_identifier: id, key: pem(), is_current: true })),
})

const open: Server[] = []
afterEach(() => open.splice(0).forEach((server) => server.close()))

/** Who publishes keys, and counts who asks. */
async function publish(answer: () => { status?: number; body: string; headers?: Record<string, string> }) {
  let asked = 0
  const server = createServer((_, response) => {
    asked++
    const { status = 200, body, headers = {} } = answer()
    response.writeHead(status, headers).end(body)
  })
  open.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { from: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`, asked: () => asked }
}
const publishList = (...ids: string[]) => {
  const body = JSON.stringify(listOf(...ids))
  return publish(() => ({ body }))
}

/** As if so much time had passed, in milliseconds. */
function later(ms: number): void {
  const { performance: clock } = globalThis
  const before = clock.now.bind(clock)
  jest.spyOn(clock, 'now').mockImplementation(() => before() + ms)
}
afterEach(() => jest.restoreAllMocks())

it('an address is asked once, however many come at once, and however often', async () => {
  const { from, asked } = await publishList('one', 'two')
  const found = await Promise.all(['one', 'two', 'one', 'three'].map((id) => findGithubKey(from, id)))
  expect(found.map(Boolean)).toEqual([true, true, true, false])
  for (let n = 0; n < 20; n++) expect(await findGithubKey(from, `stranger-${n}`)).toBeNull()
  expect(asked()).toBe(1)
})

it('an identifier that is new is asked for again, a minute later', async () => {
  let ids = ['one']
  const { from, asked } = await publish(() => ({ body: JSON.stringify(listOf(...ids)) }))
  expect(await findGithubKey(from, 'two')).toBeNull()
  ids = ['one', 'two']
  expect([await findGithubKey(from, 'two'), asked()]).toEqual([null, 1])
  later(61_000)
  expect(await findGithubKey(from, 'two')).not.toBeNull()
  expect(asked()).toBe(2)
})

it.each([
  ['an error', () => ({ status: 500, body: '' })],
  ['no list', () => ({ body: 'hello' })],
  ['too long a list', () => ({ body: `{"public_keys":[]${' '.repeat(300_000)}}` })],
  ['a way elsewhere', () => ({ status: 302, body: '', headers: { location: 'http://127.0.0.1:1/' } })],
])('%s is no list, and the path is away until there is one: at most once a minute', async (_, answer) => {
  const { from, asked } = await publish(answer)
  for (let n = 0; n < 3; n++)
    await expect(findGithubKey(from, 'one')).rejects.toMatchObject({ code: 'unavailable' })
  expect(asked()).toBe(1)
})

it('a list that was read goes on where a new one cannot be had', async () => {
  let body = JSON.stringify(listOf('one'))
  const { from } = await publish(() => ({ body }))
  expect(await findGithubKey(from, 'one')).not.toBeNull()
  body = 'broken'
  later(25 * 3600 * 1000)
  expect(await findGithubKey(from, 'one')).not.toBeNull()
  expect(await findGithubKey(from, 'two')).toBeNull()
})

describe('GITHUB_SECRET_SCANNING_KEYS', () => {
  const file = path.join(temporaryFolder(), 'keys.json')
  const env = (value: string) =>
    loadEnv({ NODE_ENV: 'test', GITHUB_SECRET_SCANNING_KEYS: value }).GITHUB_SECRET_SCANNING_KEYS

  it('is an address, a file, or the list itself', async () => {
    writeFileSync(file, JSON.stringify(listOf('filed')))
    const inline = JSON.stringify(listOf('inline'))
    for (const good of ['https://api.github.com/meta/public_keys/secret_scanning', file, inline]) expect(env(good)).toBe(good) // prettier-ignore
    expect(await findGithubKey(file, 'filed')).not.toBeNull()
    expect(await findGithubKey(inline, 'inline')).not.toBeNull()
  })

  it.each([
    ['http://api.github.com/meta/public_keys/secret_scanning'],
    ['/no/such/file'],
    ['{"public_keys":"none"}'],
    ['{"public_keys":[]}'],
    [JSON.stringify({ public_keys: [{ key_identifier: 'a', key: 'not a key', is_current: true }] })],
    [JSON.stringify({ public_keys: [{ key_identifier: 'a', key: pem('P-384'), is_current: true }] })],
  ])('anything else stops the start, without being repeated: %s', (bad) => {
    expect(() => env(bad)).toThrow(/^GITHUB_SECRET_SCANNING_KEYS: /)
    expect(() => env(bad)).not.toThrow(bad)
  })
})
