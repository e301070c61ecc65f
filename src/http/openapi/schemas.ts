import { z } from 'zod'
import type { Operation } from '@/contracts/operation'

/** A part of the document, as JSON has it. */
export type Described = Record<string, unknown>

export const reference = (room: string, name: string) => ({ $ref: `#/components/${room}/${name}` })

/** The name under which a body or an answer stands in the document. */
export function schemaName(schema: z.ZodType): string {
  const id = z.globalRegistry.get(schema)?.id
  if (!id) throw new Error('a body or answer needs .meta({ id }) to stand in the OpenAPI document')
  return id
}

/** Named schemas, each in the direction it travels: a body as it is sent, an answer as it is read. */
export function schemasOf(operations: readonly Pick<Operation, 'body' | 'response'>[]): Described {
  const sent = operations.flatMap(({ body }) => (body ? [namedIn(body, 'input')] : []))
  const read = operations.flatMap(({ response }) =>
    response ? [openEnded(namedIn(response, 'output'))] : [],
  )
  return Object.assign({}, ...sent, ...read) as Described
}

/** An answer may get more fields at any time: a client that refuses them would break. */
export function openEnded<Given>(schema: Given): Given {
  const text = JSON.stringify(schema, (name, value: unknown) =>
    name === 'additionalProperties' && value === false ? undefined : value,
  )
  return JSON.parse(text) as Given
}

/**
 * A schema and those with a name of their own in it. Each by itself: the registry of all that have one is the
 * process's, and holds a schema twice where two instances of its module were loaded.
 */
export function namedIn(schema: z.ZodType, io: 'input' | 'output'): Described {
  const { $defs = {}, ...own } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: keepExamples,
  })
  const named = Object.entries({ [schemaName(schema)]: own, ...$defs })
  const text = JSON.stringify(
    Object.fromEntries(named.map(([id, one]) => [id, withoutIds(one as Described)])),
  )
  return JSON.parse(text.replaceAll('"#/$defs/', '"#/components/schemas/')) as Described
}

/** zod drops those of what it transforms, as if they were of its output. */
function keepExamples({
  zodSchema,
  jsonSchema,
}: {
  zodSchema: z.core.$ZodType
  jsonSchema: Described
}): void {
  const examples = z.globalRegistry.get(zodSchema)?.examples
  if (examples) jsonSchema.examples = examples
}

const withoutIds = ({ $id: _id, $schema: _schema, id: _name, ...schema }: Described): Described => schema

/** The fields of a query or a path, each as a parameter. */
export function parametersIn(
  location: 'path' | 'query',
  schema: z.ZodType | undefined,
  deep: readonly string[] = [],
): Described[] {
  if (!schema) return []
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...rest } = property as Described
    return {
      name,
      in: location,
      required: required.includes(name),
      ...(description !== undefined && { description }),
      schema: rest,
      ...(deep.includes(name) && { style: 'deepObject', explode: true }),
    }
  })
}
