import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import '@/club-app'
import { apiKeys } from '@/contracts/api-keys'
import type { Deprecated, Operation } from '@/contracts/operation'
import { definition, setDefinition } from '@/contracts/definition'
import { practices } from '@/contracts/practices'
import { authenticate } from '@/http/authenticate'
import { refuse } from '@/http/intake/refuse'
import { openApiDocument } from '@/http/openapi'
import { route } from '@/http/route'
import { unavailable } from '@/lib/errors'
import { compile } from '@/lib/permissions/compile'
import { listPractices } from '@/lib/practices/list'
import { makeClub, makeKey, makeMember, useDatabase } from '../support/club'

useDatabase()

const ENDS: Deprecated = {
  since: '2027-01-31',
  sunset: '2028-01-31',
  page: 'https://keys.example/docs/versioning',
}
const HEADERS = {
  deprecation: `@${Date.UTC(2027, 0, 31) / 1000}`,
  sunset: 'Mon, 31 Jan 2028 00:00:00 GMT',
  link: '<https://keys.example/docs/versioning>; rel="deprecation"',
}
const { listPractices: usual } = practices.operations
const ending: typeof usual & Operation = { ...usual, deprecated: ENDS }

let token: string
beforeAll(async () => {
  token = (await makeKey(await makeMember((await makeClub()).id, ['COACH']))).token
})

const before = definition()
afterEach(() => setDefinition(before))
const roles = { CLUB_ADMIN: {}, COACH: {}, ATHLETE: {} }
const define = (deprecated: Deprecated) => {
  const operations = { ...practices.operations, listPractices: { ...usual, deprecated } }
  setDefinition(compile({ resources: [{ ...practices, operations }], roles, admins: ['CLUB_ADMIN'] }))
}

async function ask(operation: typeof usual & Operation, query: string, by = token): Promise<Response> {
  const handler = route(operation, ({ actor, query: asked }) => listPractices(actor, asked))
  const headers = { authorization: `Bearer ${by}` }
  return handler(new Request(`http://localhost:3000/api/v1/practices${query}`, { headers }), {
    params: Promise.resolve({}),
  })
}

const told = ({ headers }: Response) =>
  Object.fromEntries(Object.keys(HEADERS).map((name) => [name, headers.get(name)]))

it.each([
  ['an answer', '', 200],
  ['a refusal', '?limit=0', 422],
])('an operation that ends says so with %s (RFC 9745, RFC 8594)', async (_, query, status) => {
  const answer = await ask(ending, query)
  expect([answer.status, told(answer)]).toEqual([status, HEADERS])
})

it('also where the credential is refused; and any other operation says nothing', async () => {
  const refused = await ask(ending, '', 'sk_club_bad')
  expect([refused.status, told(refused)]).toEqual([401, HEADERS])
  expect(told(await ask(usual, ''))).toEqual({ deprecation: null, sunset: null, link: null })
})

describe('what is refused before its handler says so, too', () => {
  const URL_OF_LIST = 'http://localhost:3000/api/v1/practices'
  async function knock(url: string, init: RequestInit = {}): Promise<Response> {
    const outcome = await authenticate(new Request(url, init))
    if (!('refusal' in outcome)) throw new Error('was let in')
    return outcome.refusal
  }
  const limited = async () => {
    const one = await makeKey(await makeMember((await makeClub()).id, ['COACH']), {
      rateLimit: { limit: 1, windowSeconds: 3600 },
    })
    const headers = { authorization: `Bearer ${one.token}` }
    await authenticate(new Request(URL_OF_LIST, { headers }))
    return headers
  }

  it.each<[string, number, () => Promise<Record<string, string>>]>([
    ['no credential', 401, async () => ({})],
    ['a bad key', 401, async () => ({ authorization: 'Bearer sk_club_bad' })],
    ['two tokens', 400, async () => ({ authorization: 'Bearer two tokens' })],
    ['a key over its limit', 429, limited],
  ])('at the door, for %s', async (_, status, headersOf) => {
    define(ENDS)
    const headers = await headersOf()
    const refused = await knock(`${URL_OF_LIST}?limit=1`, { headers })
    expect([refused.status, told(refused)]).toEqual([status, HEADERS])
    const head = await knock(URL_OF_LIST, { headers, method: 'HEAD' })
    expect([head.status, told(head)]).toEqual([status, HEADERS])
  })

  it('of that operation alone: no other method, no other path, and no path that only looks alike', async () => {
    define(ENDS)
    const none = { deprecation: null, sunset: null, link: null }
    for (const [method, url] of [
      ['POST', URL_OF_LIST],
      ['GET', `${URL_OF_LIST}/0190d9a0-7c1e-7b3a-9d42-3f2b6c9d1e4a`],
      ['GET', `${URL_OF_LIST}x`],
      ['GET', 'http://localhost:3000/api/v1/whoami'],
    ] as const)
      expect([method, url, told(await knock(url, { method }))]).toEqual([method, url, none])
  })

  it('of an operation with an id in its path, and not of a neighbour that stands where the id would', async () => {
    const { getApiKey } = apiKeys.operations
    const operations = { ...apiKeys.operations, getApiKey: { ...getApiKey, deprecated: ENDS } }
    setDefinition({ ...before, operations: { ...before.operations, ...operations } })
    const of = async (rest: string) => told(await knock(`http://localhost:3000/api/v1/api-keys${rest}`))
    expect(await of('/0190d9a0-7c1e-7b3a-9d42-3f2b6c9d1e4a')).toEqual(HEADERS)
    expect(await of('/no-id/')).toEqual(HEADERS)
    for (const rest of ['', '/', '/revoke', '/a/b']) expect((await of(rest)).deprecation).toBeNull()
  })

  it('before the framework: a body that is too large, a server that is full', async () => {
    define(ENDS)
    const server = createServer((message, response) => refuse(message, response, unavailable())).listen(0)
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/practices?limit=1`)
    const other = await fetch(`http://127.0.0.1:${port}/api/v1/whoami`)
    server.close()
    expect([answer.status, told(answer), told(other).deprecation]).toEqual([503, HEADERS, null])
  })
})

it('the API document marks it, with the headers of its answers, and no other', () => {
  define(ENDS)
  type Described = {
    deprecated?: boolean
    description: string
    responses: Record<string, { headers?: object }>
  }
  const { paths, components } = openApiDocument() as {
    paths: Record<string, Record<string, Described>>
    components: { headers: Record<string, object> }
  }
  const { get, post } = paths['/api/v1/practices']!
  expect([get?.deprecated, post?.deprecated]).toEqual([true, undefined])
  expect(get?.description).toContain('Deprecated since 2027-01-31; it may be gone from 2028-01-31 on.')
  expect(Object.keys(get?.responses['200']?.headers ?? {})).toEqual(
    expect.arrayContaining(['Deprecation', 'Sunset']),
  )
  expect(Object.keys(components.headers)).toEqual(expect.arrayContaining(['Deprecation', 'Sunset']))
  for (const [status, { headers }] of Object.entries(get?.responses ?? {}))
    expect([status, Object.keys(headers ?? {})]).toEqual([
      status,
      expect.arrayContaining(['X-Request-Id', 'Deprecation', 'Sunset']),
    ])
  setDefinition(before)
  expect(JSON.stringify(openApiDocument())).not.toMatch(/"deprecated"|Sunset/)
})

it.each<[string, Deprecated]>([
  ['no day', { since: 'soon', sunset: '2028-01-31' }],
  ['a day that does not exist', { since: '2027-01-31', sunset: '2028-02-31' }],
  ['an end before its announcement', { since: '2028-01-31', sunset: '2027-01-31' }],
  ['an end on that very day', { since: '2027-01-31', sunset: '2027-01-31' }],
  ['a page that is no address', { ...ENDS, page: 'versioning' }],
  ['a page that ends the header early', { ...ENDS, page: 'https://keys.example/>; rel="x"' }],
])('%s stops the import', (_, deprecated) => {
  expect(() => define(deprecated)).toThrow(/^listPractices is deprecated/)
})
