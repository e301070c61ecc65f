import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020'
import addFormats from 'ajv-formats'
import { openApiDocument } from '@/http/openapi'

export type Json = Record<string, unknown>
export type Header = { required?: boolean; schema: Json }
export type MediaType = { schema: Json; example?: unknown; examples?: Record<string, { value: unknown }> }
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
