import type { Json } from '../../__tests__/support/openapi'
import type { Random } from './random'

/** Texts that have broken somebody's input handling before. */
const ODD = ['', ' ', '\u0000', 'a\u0000b', '\ud800', '\u202e', '\ufeff', '😀', 'e\u0301', '%00', '%', '../..', "' OR 1=1 --", '"', '\\', '{}', '[]', 'null', 'true', '-1', '1e999', 'NaN', '__proto__', 'constructor', 'x'.repeat(300), 'é'.repeat(600)] // prettier-ignore
const ODD_VALUES: readonly unknown[] = [null, true, false, 0, -1, 1.5, 2 ** 53, 1e300, [], {}, [[]], { a: 1 }, 'x', ...ODD] // prettier-ignore
const WORDS = ['Scoreboard', 'ci', 'good', 'Zoë', 'a b', 'x']

export type Source = {
  random: Random
  schemas: Record<string, Json>
  /** Ids that stand for something. */
  ids: readonly string[]
}

/** A value that mostly is what the schema says, and now and then something else. */
export function valueOf(schema: Json, source: Source, oddness = 0.06): unknown {
  const { random } = source
  if (random.chance(oddness)) return random.of(ODD_VALUES)
  const { $ref, anyOf, oneOf, const: only, enum: values, type } = schema
  if (typeof $ref === 'string')
    return valueOf(source.schemas[$ref.slice($ref.lastIndexOf('/') + 1)] ?? {}, source, oddness)
  if (only !== undefined) return only
  if (Array.isArray(values)) return random.of(values)
  const options = (anyOf ?? oneOf) as Json[] | undefined
  if (options) return valueOf(random.of(options), source, oddness)
  return ofType(
    Array.isArray(type) ? random.of(type as string[]) : (type as string | undefined),
    schema,
    source,
    oddness,
  )
}

function ofType(type: string | undefined, schema: Json, source: Source, oddness: number): unknown {
  const { random } = source
  const {
    minimum = 0,
    maximum = 100,
    items = {},
    minItems = 0,
    maxItems = 3,
  } = schema as Record<string, number> & Json
  switch (type) {
    case 'null':
      return null
    case 'boolean':
      return random.chance(0.5)
    case 'integer':
    case 'number':
      return random.of([minimum, maximum, minimum - 1, maximum + 1, random.int(minimum, maximum), random.int(minimum, maximum)]) // prettier-ignore
    case 'array':
      return Array.from({ length: random.int(minItems, Math.min(maxItems, minItems + 2)) }, () => valueOf(items as Json, source, oddness)) // prettier-ignore
    case 'object':
      return objectOf(schema, source, oddness)
    case 'string':
      return textOf(schema, source)
    default:
      return random.of(ODD_VALUES)
  }
}

function objectOf({ properties = {}, required = [] }: Json, source: Source, oddness: number): Json {
  const { random } = source
  const fields = Object.entries(properties as Record<string, Json>).filter(
    ([name]) => (random.chance(0.97) && (required as string[]).includes(name)) || random.chance(0.35),
  )
  const made = Object.fromEntries(fields.map(([name, field]) => [name, valueOf(field, source, oddness)]))
  if (random.chance(0.03)) made[random.of(['surprise', ...ODD])] = random.of(ODD_VALUES)
  return made
}

function textOf(
  { format, pattern, allOf, minLength = 0, maxLength = 20 }: Json,
  { random, ids }: Source,
): string {
  if (format === 'uuid') return random.chance(0.8) && ids.length > 0 ? random.of(ids) : anyId(random)
  if (format === 'date-time' || allOf !== undefined) return anyInstant(random)
  if (format === 'idn-email')
    return `p${random.int(0, 1e9)}@${random.of(['example.test', 'exämple.test', 'x', ''])}`
  if (pattern !== undefined) return random.of(['harriers', 'env', 'a.b', ...WORDS])
  const [least, most] = [Number(minLength), Number(maxLength)]
  if (random.chance(0.1)) return 'x'.repeat(random.of([least, Math.max(0, least - 1), most, most + 1]))
  return random.chance(0.15) ? random.of(ODD) : random.of(WORDS)
}

const hex = (random: Random, count: number) =>
  Array.from({ length: count }, () => random.int(0, 15).toString(16)).join('')
export const anyId = (random: Random): string =>
  `${hex(random, 8)}-${hex(random, 4)}-7${hex(random, 3)}-a${hex(random, 3)}-${hex(random, 12)}`

const DAY_MS = 24 * 3600 * 1000
function anyInstant(random: Random): string {
  if (random.chance(0.05)) return random.of(['2027-02-30T00:00:00Z', '2027-01-01', '0000-01-01T00:00:00Z', '2027-01-01T00:00:00.1234Z']) // prettier-ignore
  const at = new Date(
    Date.UTC(2026, 10, 26) + random.int(-400, 800) * DAY_MS + random.int(0, DAY_MS),
  ).toISOString()
  return random.chance(0.2) ? at.replace('Z', '+02:00') : at
}
