import type { ApiField } from '@/components/docs/api/described'
import { resolved, type Schema } from './document'

/** How far down the fields of a field are told. The rest stands in the document. */
const MAX_DEPTH = 3

/** The fields of an object; of a list, those of what it holds. */
export function fieldsOf(schema: Schema, depth = 0): ApiField[] {
  const { properties, items, required = [], allOf } = objectIn(schema)
  if (allOf) return allOf.flatMap((part) => fieldsOf(part, depth))
  if (items) return fieldsOf(items, depth)
  return Object.entries(properties ?? {}).map(([name, field]) => ({
    name,
    type: typeOf(field),
    required: required.includes(name),
    text: wordsOfField(field),
    fields: depth + 1 < MAX_DEPTH ? fieldsOf(field, depth + 1) : [],
  }))
}

/** What is left of a schema that allows null, or stands elsewhere. */
function objectIn(schema: Schema): Schema {
  const whole = resolved(schema)
  const choices = (whole.anyOf ?? whole.oneOf ?? []).filter(({ type }) => type !== 'null')
  const [only] = choices
  return choices.length === 1 && only ? objectIn(only) : whole
}

/** The values that a parameter may have, if they are listed. */
export function choicesOf(schema: Schema): string[] {
  const { enum: values = [] } = objectIn(schema)
  return values.filter((value) => typeof value === 'string')
}

/** A type in words: `text`, `list of text`, `"user" or "service"`, `number or null`. */
export function typeOf(schema: Schema): string {
  const { type, anyOf, oneOf, items, enum: values, const: only, format, properties } = resolved(schema)
  if (values) return values.map((value) => JSON.stringify(value)).join(' or ')
  if (only !== undefined) return JSON.stringify(only)
  const choices = anyOf ?? oneOf
  if (choices) return [...new Set(choices.map(typeOf))].join(' or ')
  if (Array.isArray(type)) return (type as string[]).map((one) => nameOf(one, format)).join(' or ')
  if (type === 'array') return `list of ${items ? typeOf(items) : 'anything'}`
  return nameOf(typeof type === 'string' ? type : properties ? 'object' : 'anything', format)
}

const NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'number',
  boolean: 'true or false',
}
const FORMATS: Readonly<Record<string, string>> = { uuid: 'id', 'date-time': 'time', email: 'email' }

const nameOf = (type: string, format?: string): string =>
  (type === 'string' && format !== undefined && FORMATS[format]) || (NAMES[type] ?? type)

/** What the document says of a field, and its bounds. */
export function wordsOfField(schema: Schema): string {
  const whole = { ...resolved(schema), ...schema }
  const { description = '', default: usual, examples = objectIn(whole).examples } = whole
  const bound = boundsOf(objectIn(whole))
  const standard = usual === undefined ? '' : `Otherwise \`${JSON.stringify(usual)}\`.`
  const example = examples?.[0] === undefined ? '' : `Such as \`${JSON.stringify(examples[0])}\`.`
  return [description, bound, standard, example].filter(Boolean).join(' ')
}

/** Numbers as large as these are how zod says "none". */
const NO_BOUND = Number.MAX_SAFE_INTEGER

function boundsOf({ minimum, maximum, minLength, maxLength, minItems, maxItems }: Schema): string {
  return [
    range(minimum, maximum, ''),
    range(minLength, maxLength, ' characters'),
    range(minItems, maxItems, ' entries').replace(/^(At \w+ 1) entries/, '$1 entry'),
  ]
    .filter(Boolean)
    .join(' ')
}

function range(from: number | undefined, to: number | undefined, unit: string): string {
  const isBound = (value: number | undefined): value is number =>
    value !== undefined && Math.abs(value) < NO_BOUND
  if (isBound(from) && isBound(to)) return `${from} to ${to}${unit}.`
  if (isBound(to)) return `At most ${to}${unit}.`
  return isBound(from) && from > 0 ? `At least ${from}${unit}.` : ''
}
