import { z } from 'zod'
import { operations, type Operation } from '@/contracts/operations'
import { problem, PROBLEMS, type ProblemCode } from '@/contracts/problem'
import { env } from '@/lib/env'

type Json = Record<string, unknown>

/** `GET /api/openapi.json`: the OpenAPI 3.1 document, made from the very schemas that check every request and answer. */
export async function openApi(): Promise<Response> {
  return Response.json(openApiDocument(), { headers: { 'cache-control': 'public, max-age=300', 'x-content-type-options': 'nosniff' } })
}

export function openApiDocument(): Json {
  const paths: Record<string, Json> = {}
  for (const [name, operation] of Object.entries(operations) as [string, Operation][]) {
    const path = (paths[operation.path] ??= {})
    path[operation.method.toLowerCase()] = describe(name, operation)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'clubkeys',
      version: '1',
      description: 'Every call acts in the club of the key it presents. Ids of other clubs answer like missing ones.',
    },
    servers: [{ url: new URL(env().NEXTAUTH_URL).origin }],
    security: [{ bearer: [] }, { apiKey: [] }],
    paths,
    components: {
      schemas: componentSchemas(),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An API key (RFC 6750).' },
        apiKey: {
          type: 'apiKey',
          in: 'header',
          name: 'X-API-Key',
          description: 'The same key, for clients that cannot set Authorization.',
        },
      },
    },
  }
}

const INPUT = new Set(Object.values(operations as Record<string, Operation>).flatMap(({ body }) => (body ? [idOf(body)] : [])))

/** Named schemas, each in the direction it travels: a body as it is sent, an answer as it is read. */
function componentSchemas(): Json {
  const sent = schemasOf('input')
  const read = schemasOf('output')
  return Object.fromEntries(Object.keys(read).map((id) => [id, INPUT.has(id) ? sent[id] : read[id]]))
}

function schemasOf(io: 'input' | 'output'): Json {
  const { schemas } = z.toJSONSchema(z.globalRegistry, { io, uri: reference, unrepresentable: 'any' })
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, withoutIds(schema as Json)]))
}

const withoutIds = ({ $id: _id, $schema: _schema, id: _name, ...schema }: Json): Json => schema
const reference = (id: string) => `#/components/schemas/${id}`

function idOf(schema: z.ZodType): string {
  const id = z.globalRegistry.get(schema)?.id
  if (!id) throw new Error('a body or answer needs .meta({ id }) to stand in the OpenAPI document')
  return id
}

function describe(operationId: string, operation: Operation): Json {
  const { summary, scope, params, query, body, bodyOptional, response, status } = operation
  return {
    operationId,
    summary,
    tags: [operation.path.split('/')[3]],
    description: scope ? `Needs the scope \`${scope}\`.` : 'Any good key.',
    parameters: [...parameters('path', params), ...parameters('query', query)],
    ...(body && { requestBody: { required: !bodyOptional, content: json(body) } }),
    responses: {
      [status]: { description: response ? 'Done' : 'Done; no content', ...(response && { content: json(response) }) },
      ...Object.fromEntries(refusals(operation).map((code) => [String(PROBLEMS[code].status), refusal(code)])),
    },
  }
}

function parameters(location: 'path' | 'query', schema: z.ZodType | undefined): Json[] {
  if (!schema) return []
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return Object.entries(properties).map(([name, property]) => ({ name, in: location, required: required.includes(name), schema: property }))
}

/** The codes an operation may answer with, one for each status. */
function refusals({ scope, params, query, body }: Operation): ProblemCode[] {
  const always: ProblemCode[] = ['invalid_request', 'invalid_token', 'unavailable']
  if (scope) always.push('insufficient_scope')
  if (params) always.push('not_found')
  if (params && body) always.push('conflict')
  if (body) always.push('payload_too_large', 'unsupported_media_type')
  if (body || query) always.push('validation_failed')
  return always
}

const json = (schema: z.ZodType) => ({ 'application/json': { schema: { $ref: reference(idOf(schema)) } } })
const refusal = (code: ProblemCode) => ({
  description: PROBLEMS[code].title,
  content: { 'application/problem+json': { schema: { $ref: reference(idOf(problem)) } } },
})
