import { useDatabase, type Member } from '../support/club'
import { bodyOf, fixtureOf, shown, targetFor, useCallers } from '../support/fixtures'
import { keptBodies, inputSchema, isInstant, jsonText, raw, shapeOf, type JsonSchema } from '../support/input'
import { useClient } from '../support/keep-alive'
import { useServer } from '../support/server'

const database = useDatabase()
const server = useServer(database.url)
const client = useClient(() => server().port)

const callerOf = useCallers()

type Pair = [sent: unknown, shown: unknown]
const same = (...values: unknown[]): Pair[] => values.map((value) => [value, value])

/** Lengths count code points, as people and Postgres do; every one of these is as long as a field can be. */
const longest = (max: number) =>
  ['x', '😀', 'é', '漢', '"', '\\', '%', '\ufffd', '각', 'ह'].map((one) => one.repeat(max))
// prettier-ignore
const ODD = [
  "Robert'); DROP TABLE \"Practice\";--", '${x} {{x}} <script>alert(1)</script> &amp;', '\\u0000 \\n', '%00%0a', 'שלום עולם', 'مرحبا', 'می\u200cخواهم', 'क्\u200dष', '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}', 'e\u0301\u0302\u0303', '👩‍👩‍👧‍👦🏳️‍🌈',
  '𝒳', 'x\u{10ffff}\uffff', 'null', 'undefined', '__proto__', 'constructor', '{"a":1}', '0', '-0', ' a\u00a0b ', 'NaN',
]

const AT = (text: string): Pair => [text, new Date(text).toISOString()]
// prettier-ignore
const INSTANTS = [
  AT('1900-01-01T00:00:00Z'), AT('9999-12-31T23:59:59.999Z'), AT('2028-02-29T23:59:59.999Z'), AT('2000-02-29T00:00:00Z'), AT('2027-03-28T02:30:00+01:00'),
  AT('2027-01-01T00:00:00+23:59'), AT('2027-01-01T00:00:00-23:59'), AT('2027-01-01T00:00:00-00:00'), AT('2027-01-01T10:00:00.1Z'), AT('2027-01-01T10:00:00.12Z'),
]

const METADATA = same(
  {},
  {
    a: null,
    b: true,
    c: false,
    d: '',
    e: 0,
    f: 1.5,
    g: -1e-7,
    h: 5e-324,
    i: 2 ** 53 - 1,
    j: -(2 ** 53) + 1,
    k: 0.1 + 0.2,
  },
  { constructor: 1, toString: 'x', hasOwnProperty: true, length: 3, then: 'x', toJSON: 'x' },
  { '10': 1, '2': 2, '.': 3, ':': 4, '-': 5, _: 6, ['k'.repeat(64)]: 7 },
  { a: 'x'.repeat(4096 - '{"a":""}'.length) },
  { a: { b: [1, null, { c: 'x', d: [] }], e: {} }, f: [[[]], true] },
  JSON.parse(`{"a":${'['.repeat(31)}${']'.repeat(31)}}`),
  { a: '😀\n\t\u0001\u007f\u2028 \\u0000 "\\' },
)

const NETWORKS: Pair[] = [
  [
    ['0.0.0.0/0', '::/0'],
    ['0.0.0.0/0', '::/0'],
  ],
  [
    ['203.0.113.7', '2001:DB8::A'],
    ['203.0.113.7/32', '2001:db8::a/128'],
  ],
  [
    ['::ffff:203.0.113.7', '0:0:0:0:0:FFFF:0A00:0/104'],
    ['203.0.113.7/32', '10.0.0.0/8'],
  ],
  [['ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255/128'], ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128']],
  ...same(Array.from({ length: 50 }, (_, i) => `10.0.${i}.0/24`)),
]

/** What a field is taken with. */
const BESIDE: Readonly<Record<string, { startsAt?: string; disabled?: boolean }>> = {
  endsAt: { startsAt: '1900-01-01T00:00:00Z' },
  despiteLeak: { disabled: false },
}

/**
 * Good values of a field, as hard as they come, and how an answer shows them: text in NFC, a line trimmed.
 */
function goodValuesOf(name: string, field: JsonSchema, member: Member): Pair[] {
  const { schema, nullable } = shapeOf(field)
  const none = nullable ? same(null) : []
  if (name === 'expiresAt')
    return [...none, ...[1, 365].map((days) => AT(new Date(Date.now() + days * 86_400_000).toISOString()))]
  if (name === 'allowedCidrs') return [...none, ...NETWORKS]
  if (name === 'ownerId') return [[member.userId, undefined]]
  if (isInstant(schema)) return [...none, ...INSTANTS]
  if (schema.enum) return same(...schema.enum)
  if (name === 'despiteLeak') return [[true, undefined]]
  if (name === 'descendants' || name === 'disabled')
    return [
      [true, undefined],
      [false, undefined],
    ]
  if (schema.type === 'boolean') return same(true, false)
  if (name === 'graceSeconds')
    return [0, 1, 604_800, raw('6e2'), raw('60.0')].map((sent): Pair => [sent, undefined])
  if (name === 'rateLimit')
    return [
      ...none,
      ...same(
        { limit: 1, windowSeconds: 1 },
        { limit: 16_666, windowSeconds: 1 },
        { limit: 1_000_000, windowSeconds: 86_400 },
      ),
    ]
  if (schema.type === 'integer') return [...none, ...same(schema.minimum ?? 0, schema.maximum ?? 1_000)]
  if (schema.type === 'object') return METADATA
  if (schema.type === 'array')
    return [
      [
        ['api-keys:read', 'practices:read'],
        ['practices:read', 'api-keys:read'],
      ],
    ]
  if (schema.type !== 'string' || !schema.maxLength)
    throw new Error(`no good values are known for ${JSON.stringify(schema)}`)
  const isProse = schema.maxLength > 1000
  const texts = [...longest(schema.maxLength), ...ODD, ...(isProse ? ['a\nb\n\n\tc', '\n', ' '] : [])]
  return [...none, ...texts.map((text): Pair => [text, (isProse ? text : text.trim()).normalize('NFC')])]
}

describe.each(keptBodies)('G12: $name keeps what it takes', ({ name, operation, schema }) => {
  it.each(Object.entries(inputSchema(schema).properties ?? {}))('%s', async (field, shape) => {
    const { member, token } = await callerOf(name)
    const get = (path: string) => client({ method: 'GET', path, token })
    const good = await bodyOf(name, member)
    const start = BESIDE[field] ?? {}

    async function keeps(path: string, [sent, meant]: Pair): Promise<void> {
      const answer = await client({
        method: operation.method,
        path,
        token,
        body: jsonText({ ...good, ...start, [field]: sent }),
      })
      expect({ sent, status: answer.status, body: answer.body }).toMatchObject({ status: operation.status })
      const {
        key: _key,
        alsoRevoked: _with,
        alsoRevokedCount: _count,
        complete: _all,
        ...said
      } = answer.json()
      if (meant !== undefined) expect(said[field === 'reason' ? 'revokedReason' : field]).toEqual(meant)
      expect(await shown(operation, said.id as string, get)).toEqual(said)
    }

    const values = goodValuesOf(field, shape, member).filter(([sent]) => sent !== start.startsAt)
    // A few at a time: they wait for one owner's row, and waiting for the database has a limit.
    for (let i = 0; i < values.length; i += 4)
      await Promise.all(
        values.slice(i, i + 4).map(async (pair) => keeps(await targetFor(name, operation, member), pair)),
      )
  })
})

it('G12: minus zero is stored as zero, which is the same number', async () => {
  const { token } = await callerOf('createApiKey')
  const body = jsonText({ ...fixtureOf('createApiKey').bodies.createApiKey, metadata: raw('{"a":-0}') })
  expect((await client({ method: 'POST', path: '/api/v1/api-keys', token, body })).json().metadata).toEqual({
    a: 0,
  })
})
