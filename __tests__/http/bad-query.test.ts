import { randomUUID } from 'node:crypto'
import type { Operation } from '@/contracts/operation'
import { comparable, expectNamed, expectProblem } from '../support/answers'
import { makeClub, makeKey, makeMember, makePractice, useDatabase } from '../support/club'
import { inputSchema, isInstant, queries, shapeOf, type JsonSchema } from '../support/input'
import { fixtureOf, rowFor } from '../support/fixtures'
import { useClient } from '../support/keep-alive'
import { BAD_IDS, BAD_INSTANTS, swapCase } from '../support/nasty'
import type { RawResponse } from '../support/raw-http'
import { useRows } from '../support/rows'
import { useServer } from '../support/server'
import { operations } from '../support/tenancy'

const database = useDatabase()
const server = useServer(database.url)
const client = useClient(() => server().port)
const rows = useRows(database.directUrl)

let token: string
let practice: string
let keyId: string
let rowOf: (name: string) => Promise<{ id: string }>
beforeAll(async () => {
  const { id: clubId } = await makeClub()
  const member = await makeMember(clubId, ['CLUB_ADMIN', 'COACH'])
  const key = await makeKey(member)
  token = key.token
  keyId = key.id
  practice = (await makePractice(member)).id
  rowOf = (name) => rowFor(name, member)
})

const call = (method: string, path: string, body?: object) => server().call(method, path, token, body)
const get = (path: string) => client({ method: 'GET', path: path.replace('{id}', keyId), token })
/** What a caller can see, but how often keys were used: each call that asks for it is counted, too. */
const comparableBut = ({ headers, body, ...answer }: RawResponse) =>
  comparable({
    ...answer,
    headers: { ...headers, 'content-length': '' },
    body: body.replaceAll(/"(requests|denied|limited|errors)":\d+/g, '"$1":0'),
  })
const idsOf = (answer: RawResponse) => (answer.json().data as { id: string }[]).map(({ id }) => id)
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const AT = '2027-03-01T18:00:00.000Z'

// What no decoder makes sense of, NUL, bytes that are no UTF-8, a surrogate in UTF-8, and more than one
// value. prettier-ignore
const GARBAGE = [
  '',
  '%',
  '%f',
  '%ff',
  '%c0%af',
  '%ed%a0%80',
  '%00',
  '%0a',
  '%u0041',
  '+',
  '%20',
  '[]',
  '%5B%5D',
  '{}',
  'null',
  'undefined',
  'true',
  '-1',
  '%F0%9F%98%80',
  'x'.repeat(3000),
]
// prettier-ignore
const BAD_CURSORS = [
  'x', 'e30', encode(null), encode([]), encode({}), encode([AT]), encode([AT, randomUUID(), 1]), encode([randomUUID(), AT]),
  encode({ 0: AT, 1: randomUUID() }), encode(['2027-02-30T00:00:00.000Z', randomUUID()]), encode(['2027-03-01T18:00:00Z', randomUUID()]),
  encode(['2027-03-01T18:00:00.000+00:00', randomUUID()]), encode(['0000-01-01T00:00:00.000Z', randomUUID()]),
  encode(['+010000-01-01T00:00:00.000Z', randomUUID()]), encode([AT, 'x']), encode([AT, `${randomUUID()}\n`]), encode([AT, "' OR 1=1 --"]),
  encode([1e20, randomUUID()]), encode([AT, null]), encode([[AT], randomUUID()]), encode([AT, randomUUID()]) + 'A'.repeat(600), '='.repeat(10),
  encode('['.repeat(300)), Buffer.from([0xff, 0xfe]).toString('base64url'), Buffer.from('['.repeat(300)).toString('base64url'),
]

/** Decoders read these as U+FFFD, which is another text, and the same for all of them. */
const NO_UTF8 = ['%ff', 'a%c0%afb', '%ed%a0%80', '%f0%9f%98', '%80']

function badValuesOf(name: string, field: JsonSchema): string[] {
  const { schema } = shapeOf(field)
  // Asked for by name in brackets; without them nothing of it is good.
  if (schema.type === 'object') return GARBAGE
  if (name === 'cursor') return [...GARBAGE, ...BAD_CURSORS]
  if (schema.type === 'integer')
    return [
      ...GARBAGE,
      '0',
      '101',
      '1.5',
      '1e1',
      '0x1',
      '1000',
      '99999999999999999999',
      '%205',
      '5%20',
      '%D9%A5',
      '5;6',
      '5,6',
    ]
  if (isInstant(schema))
    return [...GARBAGE, ...BAD_INSTANTS.map(encodeURIComponent), '2027-01-01T10:00:00+01:00']
  if (schema.enum) {
    const { enum: good } = schema
    const others = GARBAGE.filter((one) => !good.includes(one))
    return [...others, ...good.flatMap((one) => [swapCase(one), `${one},${one}`, `${one}%00`])]
  }
  if (schema.format === 'uuid') return [...GARBAGE, ...BAD_IDS.map(encodeURIComponent)]
  if (schema.maxLength)
    return [...NO_UTF8, '', '%00', '%0a', '%7F', '%C2%85', '%C2%9B', '%20', 'x'.repeat(schema.maxLength + 1)]
  throw new Error(`no bad values are known for ${JSON.stringify(schema)}`)
}

describe.each(queries)('G12: the query of $name', ({ operation: { path }, schema }) => {
  const { properties = {} } = inputSchema(schema)

  it.each(Object.entries(properties))('names %s when its value is bad', async (name, field) => {
    const answers = await Promise.all(
      badValuesOf(name, field).map((value) => get(`${path}?${name}=${value}`)),
    )
    answers.forEach((answer) => expectNamed(answer, name))
  })

  it.each(Object.keys(properties))('takes %s once', async (name) => {
    for (const twice of [
      `${name}=1&${name}=1`,
      `${name}=1&${name}=2`,
      `${name}&${name}`,
      `${name}=1&x=1&%${name.charCodeAt(0).toString(16)}${name.slice(1)}=2`,
    ]) {
      expectNamed(await get(`${path}?${twice}`), name)
    }
  })

  it.each([
    'x',
    'Limit',
    'limit%20',
    'limit%00',
    'limit[]',
    'limit[0]',
    'constructor',
    'toString',
    '__defineGetter__',
    'where',
    'select',
    'take',
    '_rsc',
  ])('knows no %s', async (name) => {
    for (const value of ['', '=', '=1'])
      expectNamed(await get(`${path}?${name}${value}`), decodeURIComponent(name))
  })

  it.each(['%', '%ff', '%00', '&%', '=%', '%=1', '?', '?limit=5', '%3F'])('answers ?%s', async (query) => {
    expectProblem(await get(`${path}?${query}`), 'validation_failed')
  })

  it.each(['', '&', '&&&', '#', '#limit=0'])('takes ?%s for an empty one', async (query) => {
    expect(comparableBut(await get(`${path}?${query}`))).toBe(comparableBut(await get(path)))
  })

  if ('cursor' in properties) describePages(path)
})

function describePages(path: string): void {
  it('takes every bound of limit', async () => {
    for (const limit of ['1', '100', '001', '%35'])
      expect((await get(`${path}?limit=${limit}`)).status).toBe(200)
  })

  it('refuses a cursor that somebody made up, however well', async () => {
    for (const at of ['1900-01-01T00:00:00.000Z', AT, '9999-12-31T23:59:59.999Z']) {
      const answer = await get(`${path}?cursor=${encode([at, randomUUID()])}`)
      expect(expectProblem(answer, 'validation_failed').errors).toEqual([
        { path: 'cursor', message: 'is not a cursor of this list' },
      ])
    }
  })
}

describe('G12: a filter by time', () => {
  it.each([
    '2027-03-01T18:00:00Z',
    '2027-03-01T19:00:00%2B01:00',
    '2027-03-01T13:30:00-04:30',
    '1900-01-01T00:00:00Z',
  ])('takes any offset: %s', async (from) => {
    const answer = await get(`/api/v1/practices?from=${from}`)
    expect(idsOf(answer)).toEqual([practice])
  })
})

/** Ids that are none, in spellings that a router, a decoder or Postgres might take for something else. */
// prettier-ignore
const NO_IDS = [
  'x', '0', '-1', '%00', '%20', '%0a', '%0d%0a', '%2F', '%5c', '..%2f..%2fwhoami', '..%5c', '%252e%252e', '%2525', '*', '%2a', '[id]', '%5Bid%5D',
  '{id}', '$', ':id', '%27%20OR%201=1--', '0190d9a0-0000-7000-8000-00000000000g', '{0190d9a0-0000-7000-8000-000000000000}', 'null', 'undefined',
  'urn:uuid:0190d9a0-0000-7000-8000-000000000000', '%D9%A0190d9a0-0000-7000-8000-000000000000', '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff', 'constructor', '__proto__', 'a'.repeat(5000), '%F0%9F%98%80',
]
/** Bytes that are no UTF-8 and percent signs that escape nothing: the framework itself would answer 500. */
const UNDECODABLE = [
  '%',
  '%u0041',
  '%f',
  '%zz',
  '%ff',
  '%c0%af',
  '%ed%a0%80',
  '%E0%80',
  'x%',
  '%%',
  '0190d9a0-0000-7000-8000-000000000000%',
]

const byId = Object.entries<Operation>(operations).filter(
  ([, { path, sessionOnly }]) => path.includes('{id}') && !sessionOnly,
)

describe.each(byId)('G12: the id of %s', (name, { method, path }) => {
  const body = fixtureOf(name).bodies[name]

  it('answers what is no id like a missing one', async () => {
    const before = await rows.all()
    for (const id of [...NO_IDS, ...UNDECODABLE]) {
      const document = expectProblem(await call(method, path.replace('{id}', id), body), 'not_found')
      expect(document.detail).toBe('No such resource.')
    }
    expect(await rows.all()).toEqual(before)
  })

  it('answers a good id with something behind it like a missing one', async () => {
    const { id } = await rowOf(name)
    const before = await rows.all()
    for (const tail of [
      '%00',
      '%20',
      '%0a',
      ';x=1',
      '.json',
      '%2e',
      ',',
      `,${id}`,
      '%2Fx',
      '%3Fx',
      '%23x',
      '-',
      '%c2%a0',
    ]) {
      expectProblem(await call(method, path.replace('{id}', id + tail), body), 'not_found')
    }
    expect(await rows.all()).toEqual(before)
  })
})

describe('G12: a path that is nobody’s', () => {
  it.each([
    '/api',
    '/api/x',
    '/api/v1',
    '/api/v2/whoami',
    '/api/v1/nothing',
    '/api/v1/practices/x/y',
    '/api/v1/api-keys/x/revoke/y',
    '/api/v1/whoami/x',
    '/api/%E2%82%AC',
    '/api/v1/whoami%00',
    '/api/v1/whoami%',
    '/api/%ff/whoami',
    '/api/auth/%',
    '/api/health/live%ff',
  ])(
    // prettier-ignore
    'is a 404 with a key: %s',
    async (path) => {
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
        expectProblem(await call(method, path), 'not_found')
    },
  )

  it.each([
    '/api',
    '/api/x',
    '/api/v1',
    '/api/v1/nothing',
    '/api/v1/practices/%',
    '/api/%ff',
    '/api/health/live%ff',
  ])('is a 401 without one: %s', async (path) => {
    expectProblem(await server().send({ path }), 'missing_credentials')
  })

  it('gets an answer without a body when only the head is asked for', async () => {
    expect(
      await server().send({
        method: 'HEAD',
        path: '/api/x',
        headers: [['Authorization', `Bearer ${token}`]],
      }),
    ).toMatchObject({
      status: 404,
      body: '',
    })
  })
})

it.each(['\xff', 'a b', '\u00e9', 'x\ty'])('never sees a request line that is none: %j', async (odd) => {
  for (const path of [`/api/v1/practices/${odd}`, `/api/v1/practices?limit=${odd}`]) {
    expect(await server().send({ path, headers: [['Authorization', `Bearer ${token}`]] })).toMatchObject({
      status: 400,
      body: '',
    })
  }
})

it('writes no error of its own to the log for any of this', () => {
  expect(server().output()).not.toMatch(/unexpected error|did not answer|Error/)
})
