import { hash } from 'node:crypto'
import { z } from 'zod'
import type { Operation } from '@/contracts/operation'
import { definition } from '@/contracts/definition'
import { problem, PROBLEMS, type ProblemCode } from '@/contracts/problem'
import { refusalsOf } from '@/contracts/refusals'
import { oldHeaders, settings } from '@/lib/settings'
import { letCompress } from './compress'
import { host } from './host'

type Json = Record<string, unknown>

/**
 * `GET /api/openapi.json`: the OpenAPI 3.1 document, made from the very schemas that check every request and
 * answer. Made once, since anybody may ask; a client that has it already is told so (RFC 9110 §13.1.2).
 */
export async function openApi(request: Request): Promise<Response> {
  const { text, etag } = (made ??= written())
  const headers = { 'cache-control': 'public, max-age=300', 'x-content-type-options': 'nosniff', etag }
  if (names(request.headers.get('if-none-match'), etag)) return new Response(null, { status: 304, headers })
  letCompress(text.length)
  return new Response(text, { headers: { ...headers, 'content-type': 'application/json' } })
}

let made: { text: string; etag: string } | undefined

function written(): { text: string; etag: string } {
  const text = JSON.stringify(openApiDocument())
  // Weak: the framework may compress what this names.
  return { text, etag: `W/"${hash('sha256', text, 'base64url')}"` }
}

/** Whether `If-None-Match` names this tag: `*`, or one of a list, weak or strong alike. */
const names = (given: string | null, etag: string): boolean =>
  given?.split(',').some((one) => one.trim() === '*' || weak(one.trim()) === etag) ?? false
const weak = (tag: string) => (tag.startsWith('W/') ? tag : `W/${tag}`)

/** Where imported keys are read besides, if anywhere: described, not offered for new keys. */
function oldPlaces(): Record<string, Json> {
  const { schemes, raw, names } = oldHeaders()
  const forms = [
    ...[...schemes].map((scheme) => `\`${scheme} <token>\``),
    ...(raw ? ['the token alone'] : []),
  ]
  const description = 'Of imported keys alone: every other key goes as bearer.'
  const place = (name: string, form = '') => ({
    type: 'apiKey',
    in: 'header',
    name,
    description: form + description,
  })
  return Object.fromEntries([
    ...(forms.length > 0
      ? [['oldAuthorization', place('Authorization', `As ${forms.join(', or ')}. `)]]
      : []),
    ...names.map((name) => [`old-${name.replace(/[^a-z\d._-]/g, '.')}`, place(name)] as const),
  ]) as Record<string, Json>
}

export function openApiDocument(): Json {
  const old = oldPlaces()
  const paths: Record<string, Json> = {}
  for (const [name, operation] of Object.entries(definition().operations)) {
    const path = (paths[operation.path] ??= {})
    path[operation.method.toLowerCase()] = describe(name, operation)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'clubkeys',
      version: '1',
      description:
        'Every call acts in one club: the key’s, or the one a session names. Ids of other clubs answer like missing ones.',
    },
    servers: [{ url: new URL(settings().url).origin }],
    security: ['bearer', 'apiKey', ...Object.keys(old), 'session'].map((name) => ({ [name]: [] })),
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
        ...old,
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: host().session?.cookieName?.() ?? 'session',
          description:
            'A person who is signed in. `X-Club` names one of their clubs; what changes something must come from our own Origin.',
        },
      },
    },
  }
}

/** Named schemas, each in the direction it travels: a body as it is sent, an answer as it is read. */
function componentSchemas(): Json {
  const all = Object.values<Operation>(definition().operations)
  const bodies = all.flatMap(({ body }) => body ?? [])
  const answers = all.flatMap(({ response }) => response ?? [])
  const read = [problem, ...bodies, ...answers].map((schema) => namedIn(schema, 'output'))
  const sent = bodies.map((body) => ({ [idOf(body)]: namedIn(body, 'input')[idOf(body)] }))
  return Object.assign({}, ...read, ...sent) as Json
}

/**
 * A schema and those with a name of their own in it. Each by itself: the registry of all that have one is the
 * process's, and holds a schema twice where two instances of its module were loaded.
 */
function namedIn(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $defs = {}, ...own } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  const named = Object.entries({ [idOf(schema)]: own, ...$defs })
  const text = JSON.stringify(Object.fromEntries(named.map(([id, one]) => [id, withoutIds(one as Json)])))
  return JSON.parse(text.replaceAll('"#/$defs/', `"${reference('')}`)) as Json
}

const withoutIds = ({ $id: _id, $schema: _schema, id: _name, ...schema }: Json): Json => schema
const reference = (id: string) => `#/components/schemas/${id}`

function idOf(schema: z.ZodType): string {
  const id = z.globalRegistry.get(schema)?.id
  if (!id) throw new Error('a body or answer needs .meta({ id }) to stand in the OpenAPI document')
  return id
}

function describe(operationId: string, operation: Operation): Json {
  const { summary, scope, sessionOnly, params, query, body, bodyOptional, response, status } = operation
  return {
    operationId,
    summary,
    tags: [operation.path.split('/')[3]],
    description: sessionOnly
      ? 'For people who are signed in; no key can do it.'
      : scope
        ? `Needs the scope \`${scope}\`.`
        : 'Any good key.',
    ...(sessionOnly && { security: [{ session: [] }] }),
    parameters: [
      ...(sessionOnly ? [CLUB_PARAMETER] : []),
      ...(operation.method === 'POST' ? [IDEMPOTENCY_PARAMETER] : []),
      ...parameters('path', params),
      ...parameters('query', query, operation.deep),
    ],
    ...(body && { requestBody: { required: !bodyOptional, content: json(body) } }),
    responses: {
      [status]: {
        description: response ? 'Done' : 'Done; no content',
        ...(response && {
          content: { ...json(response), ...(operation.csv && CSV), ...(operation.exports && EXPORTS) },
        }),
      },
      ...Object.fromEntries(
        refusalsOf(operation).map((code) => [String(PROBLEMS[code].status), refusal(code)]),
      ),
    },
  }
}

const CLUB_PARAMETER = {
  name: 'X-Club',
  in: 'header',
  required: true,
  description: 'The club’s slug.',
  schema: { type: 'string' },
}

const IDEMPOTENCY_PARAMETER = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'The same request under the same one, within 24 hours, gets the first answer, with `Idempotent-Replayed: true`.',
  schema: { type: 'string', minLength: 1, maxLength: 128, pattern: '^[\\x21-\\x7e]+$' },
}

function parameters(
  location: 'path' | 'query',
  schema: z.ZodType | undefined,
  deep: readonly string[] = [],
): Json[] {
  if (!schema) return []
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: location,
    required: required.includes(name),
    schema: property,
    ...(deep.includes(name) && { style: 'deepObject', explode: true }),
  }))
}

const json = (schema: z.ZodType) => ({ 'application/json': { schema: { $ref: reference(idOf(schema)) } } })
const WHOLE = 'The whole list, whatever `limit` and `cursor` say: '
const EXPORTS = {
  'text/csv': {
    schema: {
      type: 'string',
      description: `${WHOLE}a line with the names of the fields, then one for each row.`,
    },
  },
  'application/x-ndjson': {
    schema: { type: 'string', description: `${WHOLE}a line of JSON for each row, as in \`data\`.` },
  },
}
const CSV = {
  'text/csv': {
    schema: { type: 'string', description: 'The rows of `data`, below a line with the names of the fields.' },
  },
}
const refusal = (code: ProblemCode) => ({
  description: PROBLEMS[code].title,
  content: { 'application/problem+json': { schema: { $ref: reference(idOf(problem)) } } },
})
