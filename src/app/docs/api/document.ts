import { openApiDocument } from '@/http/openapi'

// What the pages read of the OpenAPI document: the same that generators of clients read, and nothing else.

export type Schema = {
  $ref?: string
  type?: string | readonly string[]
  properties?: Readonly<Record<string, Schema>>
  required?: readonly string[]
  items?: Schema
  anyOf?: readonly Schema[]
  oneOf?: readonly Schema[]
  allOf?: readonly Schema[]
  enum?: readonly unknown[]
  const?: unknown
  description?: string
  default?: unknown
  examples?: readonly unknown[]
  format?: string
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
}
export type OpenParameter = {
  $ref?: string
  name: string
  in: 'path' | 'query' | 'header'
  required?: boolean
  description?: string
  schema?: Schema
  style?: string
}
type Media = {
  schema?: Schema
  example?: unknown
  examples?: Readonly<Record<string, { value?: unknown }>>
}
export type OpenResponse = { $ref?: string; description?: string; content?: Readonly<Record<string, Media>> }
export type OpenOperation = {
  operationId: string
  summary: string
  description?: string
  tags: readonly string[]
  security?: readonly Readonly<Record<string, unknown>>[]
  parameters?: readonly OpenParameter[]
  requestBody?: { required?: boolean; content: Readonly<Record<string, Media>> }
  responses: Readonly<Record<string, OpenResponse>>
}
type Document = {
  info: { description?: string }
  tags: readonly { name: string; description?: string }[]
  paths: Readonly<Record<string, Readonly<Record<string, OpenOperation>>>>
  components: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

let read: Document | undefined

/** Made once: it is the same as long as the process lives. */
export const apiDocument = (): Document => (read ??= openApiDocument() as unknown as Document)

/** What a `$ref` stands for; anything else as it is. */
export function resolved<Part extends { $ref?: string }>(part: Part): Part {
  if (part.$ref === undefined) return part
  const [kind = '', name = ''] = part.$ref.split('/').slice(-2)
  return (apiDocument().components[kind]?.[name] ?? {}) as Part
}
