import { makeClub, makeKey, makeMember, useDatabase, type TestKey } from '../support/club'
import { bearer } from '../support/forgery'
import { useHostApp } from '../support/other-app'

// In an app of somebody else's that has registered the SDK of OpenTelemetry.

const METRICS_TOKEN = 'of-the-scraper-of-the-host'
const database = useDatabase()
const server = useHostApp(database.url, { HOST_TRACES: 'yes', METRICS_TOKEN })

let key: TestKey
let clubId: string
beforeAll(async () => {
  clubId = (await makeClub()).id
  key = await makeKey(await makeMember(clubId, ['COACH']))
})

type Seen = {
  traceId: string
  spanId: string
  parent?: string
  name: string
  kind: number
  attributes: Record<string, unknown>
}

const CALLER = '00f067aa0ba902b7'
let last = 0

/** The spans of one call that belongs to a trace of its caller's. */
async function spansOf(token: string): Promise<{ status: number; spans: Seen[]; text: string }> {
  const traceId = (++last).toString(16).padStart(32, 'a')
  const answer = await server().send({
    path: '/shop/api/v1/whoami/',
    headers: [...bearer(token), ['traceparent', `00-${traceId}-${CALLER}-01`]],
  })
  await new Promise((resolve) => setTimeout(resolve, 300))
  const lines = server()
    .output()
    .split('\n')
    .filter((line) => line.startsWith('span ') && line.includes(traceId))
  const spans = lines.map((line) => JSON.parse(line.slice('span '.length)) as Seen)
  return { status: answer.status, spans, text: lines.join('\n') }
}

const named = (spans: Seen[], name: string) => spans.filter((span) => span.name === name)

describe('OpenTelemetry', () => {
  it('has the door, its statement and the handler as spans of the caller’s trace', async () => {
    const { status, spans } = await spansOf(key.token)
    expect(status).toBe(200)
    const [door] = named(spans, 'clubkeys.authenticate')
    const [statement] = named(spans, 'SELECT ApiKey')
    const [handler] = named(spans, 'GET /api/v1/whoami')
    const caller = { 'clubkeys.key.id': key.id, 'clubkeys.club.id': clubId, 'user.id': key.actor.userId }
    expect(door?.attributes).toEqual(caller)
    expect(statement).toMatchObject({
      parent: door?.spanId,
      kind: 2,
      attributes: {
        'db.system.name': 'postgresql',
        'db.operation.name': 'SELECT',
        'db.collection.name': 'ApiKey',
      },
    })
    expect(handler?.attributes).toEqual({
      'http.request.method': 'GET',
      'http.route': '/api/v1/whoami',
      'http.response.status_code': 200,
      ...caller,
    })
    // Each leads back to the span of the caller.
    const parents = new Map(spans.map(({ spanId, parent }) => [spanId, parent]))
    for (const span of [door, statement, handler]) {
      let at = span?.parent
      while (at !== undefined && at !== CALLER) at = parents.get(at)
      expect({ name: span?.name, from: at }).toEqual({ name: span?.name, from: CALLER })
    }
  })

  it('has no statement where memory knows the key', async () => {
    const { status, spans } = await spansOf(key.token)
    expect(status).toBe(200)
    expect(named(spans, 'clubkeys.authenticate')).toHaveLength(1)
    expect(named(spans, 'SELECT ApiKey')).toEqual([])
  })

  it('says why a call was refused', async () => {
    const { status, spans } = await spansOf(`sk_club_${'x'.repeat(49)}`)
    expect(status).toBe(401)
    expect(named(spans, 'clubkeys.authenticate')[0]?.attributes).toEqual({
      'http.response.status_code': 401,
      'error.type': 'invalid_token',
    })
  })

  it('G1: holds no token, neither of ours nor the framework’s spans', async () => {
    for (const token of [key.token, 'of-another-system-0123456789']) {
      const { spans, text } = await spansOf(token)
      expect(spans.length).toBeGreaterThan(0)
      expect(text).not.toContain(token)
    }
  })
})

it('metrics are the layer’s, in an app of somebody else’s, too', async () => {
  const ask = (token: string) => server().send({ path: '/shop/api/metrics/', headers: bearer(token) })
  expect((await ask(key.token)).status).toBe(401)
  const { status, body } = await ask(METRICS_TOKEN)
  expect(status).toBe(200)
  expect(body).toMatch(/^clubkeys_verifications_total\{outcome="ok"\} [1-9]/m)
  expect(body).toMatch(/^clubkeys_http_requests_total\{status="200"\} [1-9]/m)
})
