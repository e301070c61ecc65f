import type { z } from 'zod'
import type { FieldError } from './problem'
import { EMPTY } from './text'

/**
 * What is wrong with a value, in words that name the bound it broke; zod's own messages describe zod. Passed
 * to every parse of outside input; a schema's own `error` takes precedence.
 */
export const inWords: z.core.$ZodErrorMap = (issue) => wordsFor(issue)

function wordsFor(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'must be given' : `must be ${typeWords(issue.expected)}`
    case 'too_big':
      return `must ${amount(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum)}`
    case 'too_small':
      if (isEmptied(issue)) return EMPTY
      return `must ${amount(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum)}`
    case 'invalid_value':
      return `must be ${either(issue.values.map(String))}`
    case 'invalid_format':
      return FORMATS[issue.format] ?? `must match ${String(issue.pattern ?? issue.format)}`
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`
    case 'invalid_union':
      return `must be ${either(issue.errors.map(([first]) => expectedBy(first)))}`
    case 'invalid_key':
    case 'invalid_element':
      return issue.issues[0]?.message ?? 'must be a name that is allowed here'
    case 'unrecognized_keys':
      return UNKNOWN_FIELD
    default:
      return 'must be a value that is allowed here'
  }
}

const COUNTED: readonly string[] = ['string', 'array', 'set', 'map']
const isEmptied = ({ origin, minimum }: { origin: string; minimum: number | bigint }): boolean =>
  COUNTED.includes(origin) && minimum === 1

const UNKNOWN_FIELD = 'is not a field of this operation'

const TYPES: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
  undefined: 'left out',
}
const typeWords = (expected: string): string => TYPES[expected] ?? expected

const FORMATS: Record<string, string> = {
  uuid: 'must be an id as this API gives them: a UUID such as 0190d9a0-0000-7000-8000-000000000000',
  email: 'must be an email address',
  date: 'must be a date such as 2026-01-31',
  url: 'must be an address such as https://keys.example.org',
}

function amount(origin: string, bound: string, limit: number | bigint): string {
  if (origin === 'string') return `hold ${bound} ${amountOf(limit, 'character')}`
  if (origin === 'array' || origin === 'set' || origin === 'map')
    return `hold ${bound} ${amountOf(limit, 'entry', 'entries')}`
  return `be ${bound} ${limit}`
}

/** A number with its noun: `1 day`, `2 days`. */
export const amountOf = (n: number | bigint, one: string, many = `${one}s`): string =>
  `${n} ${n === 1 ? one : many}`

const either = (all: readonly string[]): string => {
  const different = [...new Set(all)]
  const last = different.pop() ?? 'left out'
  return different.length === 0 ? last : `${different.join(', ')} or ${last}`
}

function expectedBy(issue: z.core.$ZodIssue | undefined): string {
  if (issue?.code === 'invalid_type') return typeWords(issue.expected)
  return issue?.message.replace(/^must be /, '') ?? 'another value'
}

/** Enough to correct a request by; all of them could make megabytes of a body of 64 KiB. */
const MAX_FIELD_ERRORS = 100

/** One entry a field. An unknown field is named, not the object that holds it. */
export const fieldErrors = ({ issues }: z.ZodError): FieldError[] =>
  issues.flatMap(entriesOf).slice(0, MAX_FIELD_ERRORS)

function entriesOf(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code !== 'unrecognized_keys') return [{ path: issue.path.join('.'), message: issue.message }]
  return issue.keys.map((key) => ({ path: [...issue.path, key].join('.'), message: UNKNOWN_FIELD }))
}
