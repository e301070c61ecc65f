import { expectNamed, expectProblem } from '../support/answers'
import { useDatabase } from '../support/club'
import { bodyOf, fixtureOf, targetFor, useCallers } from '../support/fixtures'
import { bodies, inputSchema, jsonText } from '../support/input'
import { useClient } from '../support/keep-alive'
import { badValuesOf, UNKNOWN_FIELDS } from '../support/nasty'
import { useRows } from '../support/rows'
import { useServer } from '../support/server'

const database = useDatabase()
const server = useServer(database.url)
const client = useClient(() => server().port)
const rows = useRows(database.directUrl)

const callerOf = useCallers()

describe.each(bodies)('G12: $name refuses by name, and changes nothing', ({ name, operation, schema }) => {
  const { properties = {}, required = [] } = inputSchema(schema)
  let [path, token] = ['', '']
  let body: Record<string, unknown>
  beforeAll(async () => {
    const caller = await callerOf(name)
    token = caller.token
    path = await targetFor(name, operation, caller.member)
    body = { ...(await bodyOf(name, caller.member)) }
  })
  const send = (text: string) => client({ method: operation.method, path, token, body: text })
  const good = (without?: string) =>
    Object.fromEntries(Object.entries(body).filter(([field]) => field !== without))

  async function refuses(field: string, values: unknown[]): Promise<void> {
    const before = await rows.all()
    const answers = await Promise.all(
      values.map((value) => send(jsonText({ ...good(field), [field]: value }))),
    )
    answers.forEach((answer) => expectNamed(answer, field))
    expect(await rows.all()).toEqual(before)
  }

  it.each(Object.entries(properties))('every bad value of %s', (field, shape) =>
    refuses(field, badValuesOf(shape)),
  )

  it('the lack of a field that it needs', async () => {
    for (const field of required) expectNamed(await send(jsonText(good(field))), field)
  })

  it('unknown fields', async () => {
    const before = await rows.all()
    for (const field of UNKNOWN_FIELDS.filter((one) => !(one in properties))) {
      const { errors } = expectProblem(await send(jsonText({ ...good(), [field]: 1 })), 'validation_failed')
      expect(errors).toEqual([{ path: field, message: expect.any(String) }])
    }
    expect(await rows.all()).toEqual(before)
  })

  it('__proto__, at any depth and however it is spelt', async () => {
    const before = await rows.all()
    const rest = jsonText(good()).slice(1)
    for (const value of ['1', 'null', '{}', '{"admin":true}']) {
      for (const start of [
        `{"__proto__":${value},`,
        `{"\\u005f_proto__":${value},`,
        `{"metadata":{"__proto__":${value}},`,
      ]) {
        expectNamed(await send(start + rest), '__proto__')
      }
    }
    expect(await rows.all()).toEqual(before)
  })

  it('thousands of wrong things at once, in an answer no longer than what was sent', async () => {
    const unknown = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`unknown${i}`, 1]))
    for (const wrong of [{ scopes: Array<string>(12_000).fill('x') }, { scopes: ['x'], ...unknown }]) {
      const answer = await send(jsonText({ ...good(), ...wrong }))
      expectProblem(answer, 'validation_failed')
      expect(answer.body.length).toBeLessThan(64 * 1024)
    }
  })
})

describe('G12: a rate that is none', () => {
  const token = async () => (await callerOf('createApiKey')).token
  const wrong: [unknown, string][] = [
    [{}, 'rateLimit.limit'],
    [{ limit: 1 }, 'rateLimit.windowSeconds'],
    [{ limit: 0, windowSeconds: 1 }, 'rateLimit.limit'],
    [{ limit: 1_000_001, windowSeconds: 1 }, 'rateLimit.limit'],
    [{ limit: 1.5, windowSeconds: 1 }, 'rateLimit.limit'],
    [{ limit: 1, windowSeconds: 0 }, 'rateLimit.windowSeconds'],
    [{ limit: 1, windowSeconds: 86_401 }, 'rateLimit.windowSeconds'],
    [{ limit: '1', windowSeconds: 1 }, 'rateLimit.limit'],
    [{ limit: 1, windowSeconds: 1, burst: 1 }, 'rateLimit.burst'],
    [600, 'rateLimit'],
    ['600/60', 'rateLimit'],
  ]

  it.each(wrong)('is refused, in a new key and an old one: %j', async (rateLimit, field) => {
    const before = await rows.all()
    const create = jsonText({ ...fixtureOf('createApiKey').bodies.createApiKey, rateLimit })
    const answers = [
      await client({ method: 'POST', path: '/api/v1/api-keys', token: await token(), body: create }),
    ]
    const listed = await client({ method: 'GET', path: '/api/v1/api-keys?limit=1', token: await token() })
    const [{ id }] = listed.json().data as [{ id: string }]
    answers.push(
      await client({
        method: 'PATCH',
        path: `/api/v1/api-keys/${id}`,
        token: await token(),
        body: jsonText({ rateLimit }),
      }),
    )
    for (const answer of answers) {
      const { errors = [] } = expectProblem(answer, 'validation_failed')
      expect(errors.map(({ path }) => path)).toContain(field)
    }
    expect(await rows.all()).toEqual(before)
  })
})

describe('G12: an end at or before the start', () => {
  let token: string
  beforeAll(async () => {
    ;({ token } = await callerOf('createPractice'))
  })
  const practice = { title: 'x', startsAt: '2027-01-01T10:00:00Z' }

  it.each(['2027-01-01T10:00:00Z', '2027-01-01T11:00:00+01:00', '2027-01-01T09:59:59.999Z'])(
    'is refused, new or changed: %s',
    async (endsAt) => {
      expectNamed(
        await client({
          method: 'POST',
          path: '/api/v1/practices',
          token,
          body: jsonText({ ...practice, endsAt }),
        }),
        'endsAt',
      )
      const made = await client({
        method: 'POST',
        path: '/api/v1/practices',
        token,
        body: jsonText(practice),
      })
      const path = `/api/v1/practices/${made.json().id as string}`
      expectNamed(await client({ method: 'PATCH', path, token, body: jsonText({ endsAt }) }), 'endsAt')
      expect((await client({ method: 'GET', path, token })).json()).toEqual(made.json())
    },
  )

  it('is refused when the start moves behind it', async () => {
    const made = await client({
      method: 'POST',
      path: '/api/v1/practices',
      token,
      body: jsonText({ ...practice, endsAt: '2027-01-01T11:00:00Z' }),
    })
    const path = `/api/v1/practices/${made.json().id as string}`
    expectProblem(
      await client({ method: 'PATCH', path, token, body: jsonText({ startsAt: '2027-01-01T12:00:00Z' }) }),
      'validation_failed',
    )
    expect((await client({ method: 'GET', path, token })).json()).toEqual(made.json())
  })
})
