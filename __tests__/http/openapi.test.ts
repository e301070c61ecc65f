import { execFileSync } from 'node:child_process'
import path from 'node:path'
import '@/club-app'
import { API_KEY_COLUMNS } from '@/contracts/api-key'
import { AUDIT_COLUMNS } from '@/contracts/audit-event'
import { takesIdempotencyKey, type Operation } from '@/contracts/operation'
import { PROBLEMS } from '@/contracts/problem'
import { refusalsOf } from '@/contracts/refusals'
import { openApi } from '@/http/openapi/answer'
import { inlined, judgeOf, operationsIn, readDocument, type MediaType } from '../support/openapi'
import { operations } from '../support/tenancy'
import { tokensIn } from '../support/tokens-in'

const document = readDocument()
const described = operationsIn(document)
const judge = judgeOf(document)
const registry = Object.entries<Operation>(operations)
const operationOf = (name: string) =>
  described.find(({ operation }) => operation.operationId === name)!.operation

/** The document on stdin of a script, what it says of it on stdout. */
function ask<Verdict>(script: string, given: object): Verdict {
  const input = JSON.stringify(given)
  const file = path.join(__dirname, '../support', script)
  return JSON.parse(execFileSync(process.execPath, [file], { input, encoding: 'utf8' })) as Verdict
}
const validate = (given: object) => ask<{ valid: boolean }>('validate-openapi.mts', given)
const lint = (given: object) => ask<{ redocly: unknown[]; spectral: unknown[] }>('lint-openapi.mts', given)

/** What is asked of the service itself: no operation of a resource. */
const SERVICE = [
  'live get /api/health/live',
  'metrics get /api/metrics',
  'openApiDocument get /api/openapi.json',
  'ready get /api/health/ready',
  'reportLeaks post /api/v1/leaks',
  'takeGithubAlerts post /api/secret-scanning/github',
  'verifyApiKey post /api/auth/api-key/verify',
]

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1, by a validator that refuses a broken one', () => {
    expect(validate(document)).toMatchObject({ valid: true })
    expect(validate({ ...document, paths: { '/x': { get: { responses: 'none' } } } })).toMatchObject({
      valid: false,
    })
  })

  it('leaves two linters nothing to say, who find fault with a worse one', () => {
    expect(lint(document)).toEqual({ redocly: [], spectral: [] })
    expect(lint({ ...document, servers: [{ url: 'https://keys.example.org' }] })).toEqual({
      redocly: [],
      spectral: [],
    })
    const worse = lint({ ...document, tags: [], info: { title: 'x', version: '1' } })
    expect(worse.redocly).not.toEqual([])
    expect(worse.spectral).not.toEqual([])
  }, 60_000)

  it('holds every operation of the registry, what anybody may ask, and no other', () => {
    expect(
      described
        .map(({ path: at, method, operation }) => `${operation.operationId} ${method.toLowerCase()} ${at}`)
        .sort(),
    ).toEqual(
      [
        ...registry.map(([name, { method, path: at }]) => `${name} ${method.toLowerCase()} ${at}`),
        ...SERVICE,
      ].sort(),
    )
  })

  it('refers only to what it holds', () => {
    const refs = [...JSON.stringify(document).matchAll(/"(#\/[^"]+)"/g)].map(([, ref]) => ref!)
    expect(refs.length).toBeGreaterThan(20)
    for (const ref of refs) {
      const [, room, group, name, ...rest] = ref.split('/')
      expect([ref, room, rest]).toEqual([ref, 'components', []])
      expect(Object.keys(document.components[group!]!)).toContain(name)
    }
  })

  it('describes a body as it is sent and an answer as it is read, to which fields may be added', () => {
    const { CreateApiKey, ApiKey, CreatedApiKey } = document.components.schemas
    expect(CreateApiKey?.required).toEqual(['name', 'scopes'])
    expect(CreateApiKey).toHaveProperty('additionalProperties', false)
    expect(ApiKey?.properties).not.toHaveProperty('key')
    expect(ApiKey).not.toHaveProperty('additionalProperties')
    expect(CreatedApiKey?.required).toContain('key')
    expect(
      operationOf('listPractices').parameters?.find(({ name }) => name === 'limit')?.schema,
    ).toMatchObject({
      type: 'integer',
      minimum: 1,
      maximum: 100,
    })
  })

  it.each(registry)(
    'declares every refusal of %s by its status and its code, and no other',
    (name, operation) => {
      const codes = Object.entries(operationOf(name).responses).flatMap(([status, { content = {} }]) =>
        Object.values(content['application/problem+json']?.examples ?? {}).map(({ value }) => [
          (value as { code: string }).code,
          Number(status),
        ]),
      )
      expect(codes).toEqual(refusalsOf(operation).map((code) => [code, PROBLEMS[code].status]))
    },
  )

  it('tells the codes of one status apart in its schemas', () => {
    const { schema } = operationOf('createApiKey').responses['403']!.content!['application/problem+json']!
    const problem = { type: 't', title: 't', status: 403, detail: 'd', instance: '/', requestId: 'r' }
    const verdicts = ['forbidden', 'insufficient_scope', 'reauthentication_required', 'conflict'].map(
      (code) => judge(schema, { ...problem, code }) === null,
    )
    expect(verdicts).toEqual([true, true, true, false])
    expect(judge(schema, { ...problem, code: 'forbidden', status: 401 })).not.toBeNull()
  })
})

describe('the examples of the OpenAPI document', () => {
  const contents = described.flatMap(({ operation: { operationId, requestBody, responses } }) => [
    ...Object.entries(requestBody?.content ?? {}).map(
      ([type, one]) => [operationId, `body ${type}`, one] as const,
    ),
    ...Object.entries(responses).flatMap(([status, { content = {} }]) =>
      Object.entries(content).map(([type, one]) => [operationId, `${status} ${type}`, one] as const),
    ),
  ])
  const examplesOf = ({ example, examples }: MediaType): unknown[] =>
    examples ? Object.values(examples).map(({ value }) => value) : example === undefined ? [] : [example]

  it('stand beside every body, answer and problem, and are what their schemas allow', () => {
    expect(contents.length).toBeGreaterThan(200)
    for (const [name, part, content] of contents) {
      const examples = examplesOf(content)
      expect([name, part, examples.length]).not.toEqual([name, part, 0])
      for (const one of examples) expect([name, part, judge(content.schema, one)]).toEqual([name, part, null])
    }
  })

  it.each(registry.filter(([, { body }]) => body))(
    'of a body of %s is one that it takes',
    (name, { body }) => {
      const { content } = operationOf(name).requestBody!
      for (const one of Object.values(content).flatMap(examplesOf))
        expect(body!.safeParse(one)).toMatchObject({ success: true })
    },
  )

  it('hold no token, nor what a scanner would take for one', () => {
    expect(tokensIn(JSON.stringify(document))).toEqual([])
    expect(JSON.stringify(document)).not.toMatch(/sk_[a-z]+_[A-Za-z0-9]{20,}/)
  })
})

describe('generated clients', () => {
  it('send one credential: no operation that looks at one offers a choice', () => {
    expect(document.security).toEqual([{ bearer: [] }])
    for (const { operation } of described) {
      const security = operation.security ?? document.security
      const isLookedAt = !SERVICE.some((one) => one.startsWith(`${operation.operationId} `))
      if (isLookedAt) expect([operation.operationId, security.length]).toEqual([operation.operationId, 1])
      else expect([[], [{}], [{ metrics: [] }]]).toContainEqual(security.slice(0, 1))
    }
  })

  it('can name the club of a session wherever one may call, and must where only one may', () => {
    for (const [name, { sessionOnly }] of registry)
      expect([name, operationOf(name).parameters?.find((one) => one.name === 'X-Club')?.required]).toEqual([
        name,
        sessionOnly === true,
      ])
  })

  it('find operations by tags that say what they are, and headers wherever an answer has them', () => {
    const tags = document.tags.map(({ name }) => name)
    expect(new Set(tags).size).toBe(tags.length)
    for (const { operation } of described) expect(tags).toContain(operation.tags[0])
    for (const { description } of document.tags) expect(description).toMatch(/^[A-Z].*\.$/)
    for (const [name] of registry) {
      const { responses } = operationOf(name)
      for (const { headers } of Object.values(responses))
        expect(Object.keys(headers ?? {})).toEqual(expect.arrayContaining(['X-Request-Id', 'Cache-Control']))
      for (const [status, header] of [
        ['401', 'WWW-Authenticate'],
        ['429', 'Retry-After'],
        ['429', 'RateLimit'],
        ['429', 'RateLimit-Policy'],
        ['503', 'Retry-After'],
      ] as const)
        // prettier-ignore
        expect(responses[status]?.headers?.[header]).toMatchObject({ required: true })
    }
  })

  it('are told no address where it is a machine’s own: it is where they read the document', () => {
    expect(document.servers).toEqual([{ url: '/' }])
    expect(inlined(document.servers, document)).toEqual(document.servers)
  })
})

describe('a list in another form', () => {
  const formsOf = (name: string) => operationOf(name).responses['200']!.content!
  const table = ['from', 'to', 'requests', 'denied', 'limited', 'errors']

  it.each([
    ['getUsage', table],
    ['getApiKeyUsage', table],
    ['listAuditEvents', AUDIT_COLUMNS],
    ['listApiKeys', API_KEY_COLUMNS],
  ])('of %s is described by its columns', (name, columns) => {
    const { schema } = formsOf(name)['text/csv']!
    const head = columns.join(',')
    const good = ['', `${head}\r\n`, `${head}\r\n1,2\r\n`]
    expect(good.map((text) => judge(schema, text))).toEqual([null, null, null])
    for (const text of [head, `${head},more\r\n`, ` ${head}\r\n`, 'x'])
      expect(judge(schema, text)).not.toBeNull()
  })

  it('of JSON lines is described by what a line holds', () => {
    const row = formsOf('listAuditEvents')['application/x-ndjson']!['x-itemSchema']!
    expect(row).toEqual({ $ref: '#/components/schemas/AuditEvent' })
    expect(judge(row, {})).not.toBeNull()
  })
})

it('the OpenAPI document names Idempotency-Key and its refusals on every POST that changes something, and nowhere else', () => {
  for (const { operation } of described) {
    const { operationId, parameters = [], responses } = operation
    const named = parameters.some(({ name }) => name === 'Idempotency-Key')
    const replayed = Object.values(responses).some(({ headers = {} }) => 'Idempotent-Replayed' in headers)
    const takes = registry.some(([name, one]) => name === operationId && takesIdempotencyKey(one))
    expect([operationId, named, replayed]).toEqual([operationId, takes, takes])
  }
})

describe('GET /api/openapi.json', () => {
  const read = (headers: Record<string, string> = {}) =>
    openApi(new Request('http://localhost:3000/api/openapi.json', { headers }))

  it('is made once: nobody who asks again costs more than its bytes', async () => {
    await read()
    const made = jest.spyOn(JSON, 'stringify')
    const [one, other] = await Promise.all([read(), read()])
    expect(made).not.toHaveBeenCalled()
    made.mockRestore()
    expect(await one.json()).toEqual(document)
    expect(await other.json()).toEqual(document)
  })

  it('has an ETag, and is a 304 without a body for whoever names it', async () => {
    const etag = (await read()).headers.get('etag')!
    expect(etag).toMatch(/^W\/"[\w-]{43}"$/)
    const strong = etag.slice(2)
    for (const given of [etag, strong, '*', `"old", ${etag}`, ` ${strong} ,"x"`]) {
      const answer = await read({ 'If-None-Match': given })
      expect([given, answer.status, await answer.text()]).toEqual([given, 304, ''])
      expect(answer.headers.get('etag')).toBe(etag)
      expect(answer.headers.get('cache-control')).toBe('public, max-age=300')
    }
    for (const given of ['"old"', '', strong.slice(1, -1), `${etag}x`])
      expect([given, (await read({ 'If-None-Match': given })).status]).toEqual([given, 200])
  })
})
