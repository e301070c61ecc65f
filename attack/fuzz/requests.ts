import type { Found, Json, Parameter } from '../../__tests__/support/openapi'
import type { Random } from './random'
import { anyId, valueOf, type Source } from './values'

export type Made = {
  found: Found
  target: string
  headers: Record<string, string>
  body?: string
  /** The parts of it that the document forbids. */
  forbidden: string[]
}
type Judge = (schema: Json, value: unknown) => string | null

/** A request as the document describes one, or nearly. @param judge says what of a value a schema forbids */
export function requestOf(found: Found, source: Source, judge: Judge): Made {
  const { operation, path } = found
  const { parameters = [], requestBody } = operation
  const forbidden: string[] = []
  const id =
    source.random.chance(0.85) && source.ids.length > 0 ? source.random.of(source.ids) : oddId(source.random)
  const query = queryOf(
    parameters.filter((one) => one.in === 'query'),
    source,
    judge,
    forbidden,
  )
  const target = path.replace('{id}', encodeURIComponent(id)) + (query === '' ? '' : `?${query}`)
  const headers = headersOf(operation.parameters ?? [], source)
  if (!requestBody || source.random.chance(requestBody.required ? 0.02 : 0.2)) {
    if (requestBody?.required) forbidden.push('body: it is missing')
    return { found, target, headers, forbidden }
  }
  const [type = '', { schema } = { schema: {} }] = Object.entries(requestBody.content)[0] ?? []
  const isJson = type === 'application/json'
  const value = isJson ? valueOf(schema, source) : asText(valueOf(schema, source))
  // Names and titles are measured once they are in this form.
  const wrong = judge(schema, normalized(value))
  if (wrong) forbidden.push(`body: ${wrong}`)
  const body = isJson
    ? JSON.stringify(value)
    : new URLSearchParams(value as Record<string, string>).toString()
  return { found, target, headers: { ...headers, 'content-type': type }, body, forbidden }
}

const oddId = (random: Random) => random.of([anyId(random), 'x', '%', "'", '\u0000', '00000000-0000-0000-0000-000000000000', 'ID'.repeat(200)]) // prettier-ignore

function queryOf(parameters: Parameter[], source: Source, judge: Judge, forbidden: string[]): string {
  const { random } = source
  const pairs: [string, string][] = []
  for (const { name, required, schema } of parameters) {
    if (!random.chance(required ? 0.97 : 0.25)) {
      if (required) forbidden.push(`${name}: it is missing`)
      continue
    }
    const value = valueOf(schema, source)
    if (typeof value === 'object' && value !== null) pairs.push(...nested(name, value))
    else {
      pairs.push([name, String(value)])
      const wrong = judge(schema, readAs(schema, String(value)))
      if (wrong) forbidden.push(`${name}: ${wrong}`)
    }
  }
  if (random.chance(0.03)) pairs.push(['surprise', 'x'])
  return new URLSearchParams(pairs).toString()
}

const nested = (name: string, value: object): [string, string][] =>
  Object.entries(value).map(([inner, one]) => [
    `${name}[${inner}]`,
    typeof one === 'string' ? one : JSON.stringify(one),
  ])

/** A query holds text; a schema may speak of numbers. */
const readAs = ({ type }: Json, text: string): unknown => (type === 'integer' && /^\d+$/.test(text) ? Number(text) : text.normalize('NFC')) // prettier-ignore

function headersOf(parameters: Parameter[], { random }: Source): Record<string, string> {
  const takes = (name: string) => parameters.some((one) => one.name === name)
  return {
    ...(takes('Idempotency-Key') && random.chance(0.2) && { 'idempotency-key': `k${random.int(0, 50)}` }),
    ...(random.chance(0.05) && {
      accept: random.of(['text/csv', 'application/x-ndjson', 'text/html', '*/*;q=0', 'x']),
    }),
    ...(random.chance(0.05) && { 'x-request-id': random.of(['a.b-c_1', 'x y', 'é', 'x'.repeat(200)]) }),
  }
}

function normalized(value: unknown): unknown {
  if (typeof value === 'string') return value.normalize('NFC')
  if (Array.isArray(value)) return value.map(normalized)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, normalized(inner)]))
}

/** A form holds text alone. */
const asText = (value: unknown): Record<string, string> =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, String(one)]))
    : { token: String(value) }
