import fc from 'fast-check'
import type { z } from 'zod'
import { line as contractLine, prose as contractProse } from '@/contracts/text'
import { inputSchema, isInstant, shapeOf, type JsonSchema } from './input'
import { scopesOf } from '@/lib/permissions/scopes'
import { fixtureOf } from './fixtures'
import { allowedCidrs, rateLimit } from './input-bounds'
import { json, mostly, type Field } from './input-field'
import { SCOPES } from './tenancy'

type Body = { fields: Record<string, Field>; required: string[] }

const isText = (value: unknown): value is string => typeof value === 'string'
const isControl = (character: string) => character < ' ' || (character >= '\u007f' && character <= '\u009f')
const wellFormed = (text: string) => text.toWellFormed() === text

/** Text that hides or misleads has tests of its own: `contracts/text.test.ts`. */
const [oneLine, manyLines] = [contractLine(10_000), contractProse(10_000)]
const reads = (schema: typeof oneLine, value: string) => schema.safeParse(value).success

// Characters that have broken somebody's input handling before, among plain ones.
const odd = fc.constantFrom('\u0000', '\n', '\r', '\t', '\u001b', '\u007f', '\u0085', '\u009b', '\u00a0', '\u2028', '\u202e', '\ufeff', '\ud800', '\udfff', '😀', '👩‍👩‍👧', 'e\u0301', '"', '\\', "'", '%', '${x}', '--', '\\u0000', '\uffff') // prettier-ignore
const text = (max: number) =>
  fc.oneof(
    { weight: 4, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
    {
      weight: 1,
      arbitrary: fc
        .array(fc.oneof(odd, fc.string({ maxLength: 3 })), { maxLength: 6 })
        .map((parts) => parts.join('')),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom('x', '😀', 'é', ' ', '\u202e'), fc.integer({ min: max - 1, max: max + 1 }))
        .map(([one, n]) => one.repeat(n)),
    },
  )
const line = (max: number): Field => ({
  values: mostly(text(max)),
  takes: (value) =>
    isText(value) &&
    wellFormed(value) &&
    ![...value].some((one) => isControl(one) || one === '\u2028' || one === '\u2029') &&
    [...value.normalize('NFC')].length <= max &&
    value.trim() !== '' &&
    reads(oneLine, value),
  shows: (value) => (value as string).normalize('NFC').trim(),
})
const prose = (max: number): Field => ({
  values: mostly(text(max)),
  takes: (value) =>
    isText(value) &&
    wellFormed(value) &&
    ![...value].some((one) => isControl(one) && one !== '\n' && one !== '\t') &&
    value !== '' &&
    [...value.normalize('NFC')].length <= max &&
    reads(manyLines, value),
  shows: (value) => (value as string).normalize('NFC'),
})
const oneOf = (...allowed: unknown[]): Field => ({
  values: mostly(fc.constantFrom(...allowed)),
  takes: (value) => allowed.includes(value),
  shows: (value) => value,
})
const wholeNumber = (min: number, max: number): Field => ({
  values: mostly(
    fc.oneof(
      fc.integer({ min: min - 1, max: max + 1 }),
      fc.constantFrom(min - 1, min, max, max + 1, 0.5, 2 ** 53),
    ),
  ),
  takes: (value) => Number.isInteger(value) && (value as number) >= min && (value as number) <= max,
  shows: (value) => value,
})
const nullable = (field: Field): Field => ({
  values: fc.oneof({ weight: 5, arbitrary: field.values }, { weight: 1, arbitrary: fc.constant(null) }),
  takes: (value) => value === null || field.takes(value),
  shows: (value) => (value === null ? null : field.shows(value)),
})

const two = (n: number) => String(n).padStart(2, '0')
const instants = fc
  .record({
    year: fc.oneof(fc.integer({ min: 1899, max: 2100 }), fc.constantFrom(0, 1, 1900, 2000, 2024, 9999)),
    month: fc.integer({ min: 1, max: 12 }),
    day: fc.integer({ min: 1, max: 31 }),
    time: fc.tuple(
      fc.integer({ min: 0, max: 23 }),
      fc.integer({ min: 0, max: 59 }),
      fc.oneof(
        { weight: 9, arbitrary: fc.integer({ min: 0, max: 59 }) },
        { weight: 1, arbitrary: fc.constant(60) },
      ),
    ),
    decimals: fc.constantFrom('', '.1', '.12', '.123', '.999', '.1234'),
    offset: fc.oneof(
      fc.constant('Z'),
      fc
        .tuple(fc.constantFrom('+', '-'), fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
        .map(([sign, h, m]) => `${sign}${two(h)}:${two(m)}`),
      fc.constantFrom('', 'z', '+0100'),
    ),
  })
  .map(
    ({ year, month, day, time, decimals, offset }) =>
      `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${time.map(two).join(':')}${decimals}${offset}`,
  )

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,3}))?(?:Z|([+-])(\d\d):(\d\d))$/

/** Milliseconds of an instant, reckoned part by part; NaN for what is none. */
export function millisecondsOf(value: unknown): number {
  const [, ...parts] = (isText(value) && RFC3339.exec(value)) || []
  if (parts.length === 0) return NaN
  const [year, month, day, hour, minute, second] = parts.slice(0, 6).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  if (
    date.getUTCMonth() !== month - 1 ||
    date.getUTCDate() !== day ||
    hour > 23 ||
    minute > 59 ||
    second > 59
  )
    return NaN
  const offset =
    parts[7] === undefined ? 0 : (Number(parts[8]) * 60 + Number(parts[9])) * (parts[7] === '-' ? -1 : 1)
  if (Number(parts[8] ?? 0) > 23 || Number(parts[9] ?? 0) > 59) return NaN
  const at =
    date.getTime() +
    ((hour * 60 + minute - offset) * 60 + second) * 1000 +
    Number((parts[6] ?? '').padEnd(3, '0'))
  return at >= Date.parse('1900-01-01T00:00:00Z') && at <= Date.parse('9999-12-31T23:59:59.999Z') ? at : NaN
}
const instant: Field = {
  values: mostly(instants),
  takes: (value) => !Number.isNaN(millisecondsOf(value)),
  shows: (value) => new Date(millisecondsOf(value)).toISOString(),
}

const DAY_MS = 24 * 3600 * 1000
const expiry: Field = {
  values: fc.oneof(
    instant.values,
    fc
      .integer({ min: -2, max: 400 })
      .map((days) => new Date(Date.now() + (days + 0.5) * DAY_MS).toISOString()),
  ),
  takes: (value) => millisecondsOf(value) > Date.now() && millisecondsOf(value) <= Date.now() + 366 * DAY_MS,
  shows: instant.shows,
}

/** What the caller of the tests may put into a key. */
const held = scopesOf(fixtureOf('createApiKey').caller)

/** Of a live key, whose end may be brought forward as well; far enough away that it is not `expiring`. */
const movedEnd: Field = {
  values: fc
    .oneof(
      { weight: 1, arbitrary: fc.integer({ min: -9, max: -1 }) },
      { weight: 4, arbitrary: fc.integer({ min: 8, max: 360 }) },
    )
    .map((days) => new Date(Date.now() + (days + 0.5) * DAY_MS).toISOString()),
  takes: (value) => millisecondsOf(value) > Date.now(),
  shows: instant.shows,
}

const scopes: Field = {
  values: mostly(
    fc.oneof(
      fc.subarray(held, { minLength: 1 }).map((some) => some.reverse()),
      fc.array(fc.constantFrom(...held.slice(0, 3), 'x')),
    ),
  ),
  takes: (value) =>
    Array.isArray(value) &&
    value.length > 0 &&
    new Set(value).size === value.length &&
    value.every((one) => (SCOPES as readonly unknown[]).includes(one)),
  shows: (value) => SCOPES.filter((one) => (value as string[]).includes(one)),
}

const entries = fc.dictionary(
  fc.oneof(
    { weight: 5, arbitrary: fc.stringMatching(/^[A-Za-z0-9_.:-]{1,64}$/) },
    {
      weight: 1,
      arbitrary: fc.oneof(fc.string(), fc.constantFrom('constructor', 'toString', 'a b', 'k'.repeat(65))),
    },
  ),
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.oneof(
        fc.string({ unit: 'grapheme' }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
      ),
    },
    {
      weight: 1,
      arbitrary: fc.oneof(text(64), fc.constantFrom<unknown>([], {}, 2 ** 53, -(2 ** 53), 1e300)),
    },
  ),
  { maxKeys: 4, noNullPrototype: true },
)
const metadata: Field = {
  values: mostly(
    fc.oneof(
      { weight: 9, arbitrary: entries },
      { weight: 1, arbitrary: fc.integer({ min: 4087, max: 4090 }).map((n) => ({ a: 'x'.repeat(n) })) },
    ),
  ),
  takes: (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
    const goodName = (name: string) => /^[\w.:-]{1,64}$/.test(name)
    const good = (one: unknown): boolean =>
      one === null ||
      (Array.isArray(one) && one.every(good)) ||
      (typeof one === 'object' &&
        !Array.isArray(one) &&
        Object.entries(one).every(([name, inner]) => goodName(name) && good(inner))) ||
      typeof one === 'boolean' ||
      (isText(one)
        ? wellFormed(one) && !one.includes('\u0000')
        : typeof one === 'number' && (one % 1 !== 0 || Math.abs(one) < 2 ** 53))
    return (
      Object.entries(value).every(([name, one]) => goodName(name) && good(one)) &&
      new TextEncoder().encode(JSON.stringify(value)).length <= 4096
    )
  },
  shows: (value) => JSON.parse(JSON.stringify(value)) as unknown,
}

/** Bodies with fields that have a meaning of their own. */
const MODELS: Partial<Record<string, Body>> = {
  createApiKey: {
    fields: {
      name: line(64),
      scopes,
      expiresAt: nullable(expiry),
      allowedCidrs: nullable(allowedCidrs),
      rateLimit: nullable(rateLimit),
      metadata,
    },
    required: ['name', 'scopes'],
  },
  updateApiKey: {
    fields: {
      name: line(64),
      scopes,
      metadata,
      disabled: oneOf(true, false),
      expiresAt: nullable(movedEnd),
      allowedCidrs: nullable(allowedCidrs),
      rateLimit: nullable(rateLimit),
    },
    required: [],
  },
  revokeApiKey: { fields: { reason: line(200), descendants: oneOf(true, false) }, required: [] },
  rotateApiKey: {
    fields: { graceSeconds: wholeNumber(0, 604_800), expiresAt: nullable(expiry) },
    required: [],
  },
}

/** The model of a body: its own, or what the shapes of its fields say, which any resource may have. */
export function modelOf(name: string, schema: z.ZodType): Body {
  const own = MODELS[name]
  if (own) return own
  const { properties = {}, required = [] } = inputSchema(schema)
  const fields = Object.entries(properties).map(([field, shape]) => [field, fieldOf(field, shape)] as const)
  return { fields: Object.fromEntries(fields), required }
}

function fieldOf(name: string, shape: JsonSchema): Field {
  const { schema, nullable: mayBeNull } = shapeOf(shape)
  const field = plainField(schema)
  if (!field) throw new Error(`no model is known of ${name}: write one into MODELS of support/input-model.ts`)
  return mayBeNull ? nullable(field) : field
}

function plainField(schema: JsonSchema): Field | null {
  if (isInstant(schema)) return instant
  if (schema.enum) return oneOf(...schema.enum)
  if (schema.type === 'boolean') return oneOf(true, false)
  if (schema.type === 'integer') return wholeNumber(schema.minimum ?? 0, schema.maximum ?? 2 ** 31)
  if (schema.type !== 'string' || !schema.maxLength) return null
  return schema.maxLength > 1000 ? prose(schema.maxLength) : line(schema.maxLength)
}

/** Bodies of an operation: now and then a field is missing or one too many is there. */
export function bodiesOf({ fields, required }: Body): fc.Arbitrary<Record<string, unknown>> {
  const given = Object.fromEntries(Object.entries(fields).map(([name, { values }]) => [name, values]))
  const usual = fc.record(given, { requiredKeys: required, noNullPrototype: true })
  const any = fc.record({ ...given, surprise: json }, { requiredKeys: [], noNullPrototype: true })
  return fc.oneof({ weight: 7, arbitrary: usual }, { weight: 1, arbitrary: any }) as fc.Arbitrary<
    Record<string, unknown>
  >
}

/** The fields of a body that the model finds wrong. */
export function wrongFields({ fields, required }: Body, body: Record<string, unknown>): string[] {
  const missing = required.filter((name) => !(name in body))
  return [...missing, ...Object.keys(body).filter((name) => !fields[name]?.takes(body[name]))]
}

/** What an answer must show of a good body. */
export const shownOf = ({ fields }: Body, body: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(body).map(([name, value]) => [name, fields[name]!.shows(value)]))
