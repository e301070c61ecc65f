import { z } from 'zod'
import type { Operation } from '@/contracts/operation'
import { operations } from './tenancy'

export type OperationName = keyof typeof operations

/** A JSON Schema, as far as the contracts use it. */
export type JsonSchema = {
  type?: string | string[]
  format?: string
  pattern?: string
  enum?: string[]
  maxLength?: number
  minimum?: number
  maximum?: number
  minItems?: number
  items?: JsonSchema
  anyOf?: JsonSchema[]
  allOf?: JsonSchema[]
  properties?: Record<string, JsonSchema>
  required?: string[]
  propertyNames?: JsonSchema
  $ref?: string
  $defs?: Record<string, JsonSchema>
}

/** What callers may send, by the contract's own schema. */
export function inputSchema(schema: z.ZodType): JsonSchema {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema
  return json.$ref ? json.$defs![json.$ref.slice('#/$defs/'.length)]! : json
}

/** The shape of a field, without its being optional or null. */
export function shapeOf(field: JsonSchema): { schema: JsonSchema; nullable: boolean } {
  const parts = field.anyOf?.filter(({ type }) => type !== 'null')
  return { schema: parts?.[0] ?? field, nullable: parts !== undefined && parts.length < field.anyOf!.length }
}

/** An instant is what a schema with two patterns describes: zod writes no `format` for it. */
export const isInstant = ({ allOf }: JsonSchema) =>
  allOf?.some(({ pattern }) => pattern?.includes('-02-29')) ?? false

type Named<Part extends 'body' | 'query'> = {
  name: OperationName
  operation: Operation
  schema: z.ZodType
  part: Part
}
const having = <Part extends 'body' | 'query'>(part: Part): Named<Part>[] =>
  (Object.entries(operations) as [OperationName, Operation][]).flatMap(([name, operation]) => {
    const schema = operation[part]
    // What only a signed-in person may do is tried where there are sessions.
    return schema && !operation.sessionOnly ? [{ name, operation, schema, part }] : []
  })
/** What goes as a form has tests of its own. */
export const bodies = having('body').filter(({ operation }) => !operation.form)
export const queries = having('query')

/** Bodies whose answer is the row they speak of. The others have tests of their own for what they do. */
export const keptBodies = bodies.filter(({ name }) => !['revokeApiKeys', 'revokeOwnKey'].includes(name))

/** JSON text, in which a value may also be given as raw text that no serialiser would write. */
export const raw = (text: string) => ({ raw: text })
export function jsonText(body: Record<string, unknown>): string {
  return `{${Object.entries(body)
    .map(([name, value]) => `${JSON.stringify(name)}:${isRaw(value) ? value.raw : JSON.stringify(value)}`)
    .join(',')}}`
}
const isRaw = (value: unknown): value is { raw: string } =>
  typeof value === 'object' && value !== null && 'raw' in value
