import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020'
import addFormats from 'ajv-formats'
import { parse } from 'csv-parse/sync'
import { openApiDocument } from '@/http/openapi'

export type Json = Record<string, unknown>
export type Header = { required?: boolean; schema: Json }
export type MediaType = {
  schema: Json
  /** Of one line, where the whole is no JSON. */
  'x-itemSchema'?: Json
  example?: unknown
  examples?: Record<string, { value: unknown }>
}
export type DescribedResponse = {
  description: string
  headers?: Record<string, Header>
  content?: Record<string, MediaType>
}
export type Parameter = { name: string; in: 'path' | 'query' | 'header'; required?: boolean; schema: Json }
export type DescribedOperation = {
  operationId: string
  tags: string[]
  security?: Record<string, string[]>[]
  parameters?: Parameter[]
  requestBody?: { required: boolean; content: Record<string, MediaType> }
  responses: Record<string, DescribedResponse>
}
export type Document = {
  openapi: string
  info: Json
  servers: { url: string }[]
  security: Record<string, string[]>[]
  tags: { name: string; description: string }[]
  paths: Record<string, Record<string, DescribedOperation>>
  components: {
    schemas: Record<string, Json & { properties: Record<string, Json>; required?: string[] }>
    [room: string]: Record<string, unknown>
  }
}

/** The API document as a client reads it. */
export const readDocument = (): Document => JSON.parse(JSON.stringify(openApiDocument())) as Document

/** Each reference replaced by what it names, but for schemas: those refer to themselves and to each other. */
export function inlined<Part>(part: Part, { components }: Document): Part {
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk)
    if (typeof value !== 'object' || value === null) return value
    const { $ref } = value as { $ref?: string }
    if (typeof $ref !== 'string')
      return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, walk(inner)]))
    const [room = '', name = ''] = $ref.slice('#/components/'.length).split('/')
    return room === 'schemas' ? value : walk(components[room]?.[name])
  }
  return walk(part) as Part
}

export type Found = { path: string; method: string; operation: DescribedOperation }

/** Every operation of the document, its references followed. */
export const operationsIn = (document: Document): Found[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      path,
      method: method.toUpperCase(),
      operation: inlined(operation, document),
    })),
  )

/**
 * Judges values by schemas of the document (JSON Schema 2020-12).
 * @returns what is wrong; null: nothing
 */
export function judgeOf({ components }: Document): (schema: Json, value: unknown) => string | null {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats(ajv)
  ajv.addFormat('idn-email', true)
  const known = new Map<string, ValidateFunction>()
  return (schema, value) => {
    const text = JSON.stringify(schema)
    const validate = known.get(text) ?? ajv.compile({ ...schema, components })
    known.set(text, validate)
    return validate(value) ? null : ajv.errorsText(validate.errors)
  }
}

export type Answer = { status: number; headers: Record<string, string | undefined>; body: string }

/** Of a table, whose rows have as many values as it has columns; of any other text nothing. */
function wrongRow(body: string): string | null {
  if (!body.includes('\r\n')) return null
  const rows = parse(body, { relax_column_count: true, record_delimiter: '\r\n' }) as string[][]
  const odd = rows.findIndex((row) => row.length !== rows[0]?.length)
  return odd === -1 ? null : `has another number of values in row ${odd} than columns`
}

/** Says what of an answer is not as the document has it: status, media type, headers, body. */
export function useJudge(document: Document): (operation: DescribedOperation, answer: Answer) => string[] {
  const judge = judgeOf(closed(document))
  const wrongBody = ({ schema, 'x-itemSchema': row }: MediaType, body: string): string | null => {
    if (schema.type === 'string') return judge(schema, body) ?? (row ? wrongLine(row, body) : wrongRow(body))
    try {
      return judge(schema, JSON.parse(body))
    } catch {
      return 'is not JSON'
    }
  }
  const wrongLine = (row: Json, body: string): string | null => {
    if (body !== '' && !body.endsWith('\n')) return 'ends within a line'
    const wrong = body
      .split('\n')
      .slice(0, -1)
      .map((line) => judge(row, JSON.parse(line)))
    return wrong.find((one) => one !== null) ?? null
  }
  const wrongHeader = ({ required, schema }: Header, given: string | undefined): string | null => {
    if (given === undefined) return required ? 'is missing' : null
    return judge(schema, schema.type === 'integer' ? Number(given) : given)
  }
  return ({ responses }, { status, headers, body }) => {
    const declared = responses[status]
    if (!declared) return [`status ${status} is not declared: ${body.slice(0, 300)}`]
    const type = headers['content-type']?.split(';')[0] ?? ''
    const content = declared.content?.[type]
    const inBody = content
      ? wrongBody(content, body)
      : declared.content
        ? `has the type ${type}`
        : body && 'is there'
    return [
      ...(inBody ? [`the body of ${status} ${inBody}: ${body.slice(0, 300)}`] : []),
      ...Object.entries(declared.headers ?? {}).flatMap(([name, header]) => {
        const wrong = wrongHeader(header, headers[name.toLowerCase()])
        return wrong === null ? [] : [`the header ${name} of ${status} ${wrong}`]
      }),
    ]
  }
}

/**
 * The document without leave for further fields in answers: our own server has none that it does not
 * describe.
 */
function closed(document: Document): Document {
  const walk = (schema: unknown): unknown => {
    if (Array.isArray(schema)) return schema.map(walk)
    if (typeof schema !== 'object' || schema === null) return schema
    const inner = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, walk(value)]))
    const isShape = typeof inner.properties === 'object' && inner.additionalProperties === undefined
    return isShape && inner.type === 'object' ? { ...inner, additionalProperties: false } : inner
  }
  const { schemas } = document.components
  const answers = Object.entries(schemas).map(([name, schema]) => [
    name,
    name.endsWith('Problem') ? schema : walk(schema),
  ])
  return { ...document, components: { ...document.components, schemas: Object.fromEntries(answers) } }
}
