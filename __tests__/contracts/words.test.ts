import { z } from 'zod'
import type { FieldError } from '@/contracts/problem'
import { line } from '@/contracts/text'
import { Refusal } from '@/lib/errors'
import { parseInput } from '@/lib/parse-input'
import { bare, defOf, fieldsOf, inputSchemas, inputWith, type Leaf } from '../support/input-schemas'
import { ROLES } from '../support/tenancy'

/** How a library describes its internals, and the fallback of `words.ts`, which no schema here may need. */
const NOT_OUR_WORDS =
  /invalid|expected|received|too (big|small)|unrecognized|NaN|undefined|\[object|allowed here/i

function refusals(schema: z.ZodType, input: unknown): FieldError[] {
  try {
    parseInput(schema, input)
    return []
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return error.errors ?? []
  }
}

type Broken = { what: string; value: unknown; bounds: string[]; below?: string }

/** A value that this schema accepts, as far as lists need one in order to be too long. */
function sample(whole: z.ZodType, i: number): unknown {
  const schema = bare(whole)
  const { type, format, entries } = defOf(schema)
  if (type === 'enum') return Object.values(entries)[0]
  if (format === 'uuid') return `0190d9a0-0000-7000-8000-${String(i).padStart(12, '0')}`
  return type === 'string' ? `10.0.0.${i}` : i
}

const WRONG_TYPES: [kind: string, value: unknown][] = [
  ['string', 'x'], ['number', 1], ['boolean', true], ['array', []], ['object', {}],
] // prettier-ignore
const KINDS: Record<string, string> = { enum: 'string', record: 'object' }

/** Every way to break one field: too long, too many, out of range, of another type or format, unknown. */
function waysToBreak({ schema }: Leaf): Broken[] {
  const { type, format, entries, element, keyType, checks = [] } = defOf(schema)
  const bounds = Object.fromEntries(
    checks.flatMap(({ _zod: { def } }) => [[def.check, def.minimum ?? def.maximum]]),
  ) as Record<string, number | undefined>
  const { maxLength } = (schema.meta() ?? {}) as { maxLength?: number }
  const { minimum, maximum } = schema._zod.bag as { minimum?: number; maximum?: number }
  const broken: Broken[] = []
  const add = (what: string, value: unknown, ...of: unknown[]) =>
    broken.push({ what, value, bounds: of.map(String) })
  if (type !== 'union' && type !== 'undefined')
    for (const [kind, value] of WRONG_TYPES) if (kind !== (KINDS[type] ?? type)) add(`a ${kind}`, value)
  if (type === 'string') {
    const longest = maxLength ?? bounds.max_length
    if (longest) add('too long', 'x'.repeat(longest + 1), longest)
    if (longest && format === undefined && (maxLength ?? bounds.min_length)) add('empty', '')
    if (format !== undefined) add('another format', '!')
    add('a control character', 'a\u0000b')
  }
  if (type === 'number') {
    if (minimum !== undefined) add('too small', minimum - 1, minimum)
    if (maximum !== undefined) add('too large', maximum + 1, maximum)
    if (format !== undefined) add('a fraction', 1.5, 'whole number')
  }
  if (type === 'enum') add('no member', 'nope', ...Object.values(entries))
  if (type === 'array') {
    const { min_length: fewest, max_length: most } = bounds
    if (fewest) add('too few', [], ...(fewest > 1 ? [fewest] : []))
    if (most)
      add(
        'too many',
        Array.from({ length: most + 1 }, (_, i) => sample(element, i)),
        most,
      )
    add('one twice', [sample(element, 1), sample(element, 1)])
  }
  if (type === 'object')
    broken.push({ what: 'an unknown field', value: { nope: 1 }, bounds: [], below: 'nope' })
  if (type === 'record')
    broken.push({ what: 'a bad name', value: { 'a b': 1 }, bounds: boundsOfNames(keyType), below: 'a b' })
  if (type === 'union') add('nothing that it may be', [[]])
  return broken
}

/** Of names that anybody makes up how long they may be; else which there are. */
const boundsOfNames = (keyType: z.ZodType): string[] =>
  defOf(keyType).type === 'string' ? ['64'] : [...ROLES]

describe.each(inputSchemas)('%s', (_, schema) => {
  it('says of each broken bound what it is, by the field’s name, in words of ours', () => {
    const wrong: unknown[] = []
    for (const field of fieldsOf(schema)) {
      for (const { what, value, bounds, below } of waysToBreak(field)) {
        const at = [...field.path, ...(below ? [below] : [])].join('.')
        const said = refusals(schema, inputWith(field.path, value))
        const here = said.filter(
          ({ path }) =>
            path === at ||
            path.startsWith(`${at}.`) ||
            at === '' ||
            (path !== '' && at.startsWith(`${path}.`)),
        )
        const ours = here.every(({ message }) => message !== '' && !NOT_OUR_WORDS.test(message))
        // A list with one thing in it twice may be fine; an address is checked further in. Of what may be one
        // of several things the whole is named.
        const silent = here.length === 0 && !MAY_PASS.test(`${what} ${at}`)
        const named =
          here.length === 0 || bounds.every((bound) => here.some(({ message }) => message.includes(bound)))
        if (!ours || silent || !named) wrong.push({ at, what, said: here, bounds })
      }
    }
    expect(wrong).toEqual([])
  })

  it('says what is missing', () => {
    for (const { path, message } of refusals(schema, {}))
      expect([path, message]).toEqual([path, expect.not.stringMatching(NOT_OUR_WORDS)])
  })
})

/**
 * Values that other parts refuse: addresses, secrets that are looked up, cursors, what a union's other half
 * takes.
 */
const MAY_PASS =
  /^(one twice|a control character (.*allowedCidrs.0|.*cursor|.*token|.*password|current|next|)$|a (string|number|boolean|array|object) (filter\.)?metadata.name|a string metadata|a (array|object) $)/

describe('the words', () => {
  const says = (schema: z.ZodType, input: unknown) => refusals(schema, input)[0]?.message

  it.each<[string, z.ZodType, unknown]>([
    ['must be at most 3660', z.int().max(3660), 5000],
    ['must be less than 5', z.number().lt(5), 5],
    ['must be more than 5', z.number().gt(5), 5],
    ['must be a whole number', z.int(), 1.5],
    ['must be a number', z.number(), '1'],
    ['must be given', z.number(), undefined],
    ['must be a number', z.number(), null],
    ['must hold at most 2 characters', z.string().max(2), 'abc'],
    ['must not be empty', z.string().min(1), ''],
    ['must not be empty', line(9), ''],
    ['must not be empty', line(9), '   '],
    ['must hold at least 2 characters', z.string().min(2), 'a'],
    ['must not be empty', z.array(z.string()).min(1), []],
    ['must hold at least 2 entries', z.array(z.string()).min(2), []],
    ['must hold at most 1 entry', z.array(z.string()).max(1), ['a', 'b']],
    ['must be A or B', z.enum(['A', 'B']), 'C'],
    ['must be A', z.literal('A'), 'B'],
    ['must be a multiple of 5', z.number().multipleOf(5), 6],
    ['must be text, a number or null', z.union([z.string(), z.number(), z.null()]), {}],
    ['must be an object', z.strictObject({}), []],
    ['must be true or false', z.boolean(), 'yes'],
    ['must be a list', z.array(z.string()), {}],
  ])('are “%s”', (words, schema, input) => {
    expect(says(schema, input)).toBe(words)
  })

  it('name every unknown field by itself, and at most 100 fields', () => {
    expect(refusals(z.strictObject({ a: z.strictObject({}) }), { a: { b: 1, c: 2 } })).toEqual([
      { path: 'a.b', message: 'is not a field of this operation' },
      { path: 'a.c', message: 'is not a field of this operation' },
    ])
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`n${i}`, 1]))
    expect(refusals(z.strictObject({}), many)).toHaveLength(100)
  })
})
