import type { Described } from './schemas'

/**
 * What a field holds in examples, by its name, or by the field's that holds it and its own. The `examples` of a schema go first. A token is written so
 * that nobody, and no scanner of secrets, takes it for one.
 */
const WORDS: Readonly<Record<string, unknown>> = {
  unusedScopes: [],
  key: 'sk_club_...shown-this-once...',
  token: 'sk_club_...the-whole-token...',
  start: 'sk_club_4fzP',
  last4: 'x7Qd',
  name: 'Scoreboard',
  title: 'Interval training',
  'club.name': 'City Harriers',
  'user.name': 'Kim Berg',
  'owner.name': 'Kim Berg',
  'owners.name': 'Kim Berg',
  location: 'Track 2',
  email: 'coach@example.org',
  slug: 'harriers',
  url: 'https://example.org/hooks',
  reason: 'Lost phone',
  label: 'Scoreboard',
  address: '203.0.113.7',
  userAgent: 'scoreboard/2.1',
  action: 'api-key.revoke',
  type: 'ApiKey',
  startsAt: '2027-03-01T18:00:00Z',
  endsAt: '2027-03-01T19:30:00Z',
  from: '2027-03-01T00:00:00Z',
  to: '2027-03-02T00:00:00Z',
  createdAt: '2027-01-04T09:12:45.000Z',
  joinedAt: '2026-09-01T08:00:00.000Z',
  at: '2027-01-05T10:01:02.345Z',
  expiresAt: '2027-04-04T09:12:45.000Z',
  lastUsedAt: '2027-01-05T10:00:00.000Z',
  lastUsedFrom: { address: '203.0.113.7', userAgent: 'scoreboard/2.1' },
  metadata: { environment: 'production' },
  changes: { name: { from: 'ci', to: 'Scoreboard' } },
  requests: 1280,
  denied: 2,
  limited: 0,
  errors: 0,
  requests30d: 1280,
  limit: 600,
  windowSeconds: 60,
  complete: true,
  defaultKeyDays: 90,
  minKeyDays: 0,
  maxKeyDays: 366,
  maxLiveKeysPerMember: 50,
  onLeak: 'revoke',
  liveKeys: 62,
}

const ID = '0190d9a0-7c1e-7b3a-9d42-3f2b6c9d1e4a'
const INSTANT = '2027-01-04T09:12:45.000Z'

/**
 * An example of a schema, as it would be sent or read.
 * @param named the schemas that `$ref` names
 * @param path the names of the fields that hold it
 */
export function exampleOf(schema: Described, named: Described, path: readonly string[] = []): unknown {
  const { $ref, examples, type, anyOf, const: only, enum: values, default: usual } = schema
  if (Array.isArray(examples) && examples.length > 0) return examples[0]
  if (typeof $ref === 'string')
    return exampleOf(named[$ref.split('/').at(-1) ?? ''] as Described, named, path)
  if (only !== undefined) return only
  if (Array.isArray(type))
    return exampleOfEither(
      type.map((one) => ({ ...schema, type: one as string })),
      named,
      path,
    )
  if (Array.isArray(anyOf)) return exampleOfEither(anyOf as Described[], named, path)
  if (Array.isArray(values)) return values[0]
  const word = wordFor(path)
  if (word !== undefined && isOf(schema, word)) return word
  return usual ?? exampleOfType(schema, named, path)
}

const wordFor = (path: readonly string[]): unknown =>
  WORDS[path.slice(-2).join('.')] ?? WORDS[path.at(-1) ?? '']

/** Of a field that may be null, a value only where its name has one: the others contradict each other. */
function exampleOfEither(options: readonly Described[], named: Described, path: readonly string[]): unknown {
  const [first] = options.filter(({ type }) => type !== 'null')
  const mayBeNull = options.some(({ type }) => type === 'null')
  return first === undefined || (mayBeNull && wordFor(path) === undefined)
    ? null
    : exampleOf(first, named, path)
}

function exampleOfType(
  { type, properties, required, items, format, minimum, ...schema }: Described,
  named: Described,
  path: readonly string[],
) {
  switch (type) {
    case 'object':
      return exampleOfFields(
        (properties ?? {}) as Record<string, Described>,
        required as string[] | undefined,
        named,
        path,
      )
    case 'array':
      return [exampleOf(items as Described, named, path)]
    case 'integer':
    case 'number':
      return Math.max(Number(minimum ?? 0), 1)
    case 'boolean':
      return false
    case 'string':
      if (format === 'uuid') return ID
      return format === 'date-time' || schema.allOf ? INSTANT : 'text'
    default:
      return 'anything'
  }
}

/** All that must be there; everything where nothing must. */
function exampleOfFields(
  fields: Record<string, Described>,
  required: readonly string[] = [],
  named: Described,
  path: readonly string[],
): Described {
  const shown = Object.entries(fields).filter(([name]) => required.length === 0 || required.includes(name))
  return Object.fromEntries(shown.map(([name, field]) => [name, exampleOf(field, named, [...path, name])]))
}

function isOf({ type }: Described, value: unknown): boolean {
  if (type === 'integer') return Number.isInteger(value)
  return type === (Array.isArray(value) ? 'array' : typeof value)
}
