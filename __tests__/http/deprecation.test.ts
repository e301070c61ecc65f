import type { Deprecated, Operation } from '@/contracts/operation'
import { definition, setDefinition } from '@/contracts/definition'
import { practices } from '@/contracts/practices'
import { openApiDocument } from '@/http/openapi'
import { route } from '@/http/route'
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
