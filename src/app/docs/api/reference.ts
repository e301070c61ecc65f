import type { ApiOperation, ApiParameter } from '@/components/docs/api/described'
import type { DocsSection } from '@/components/docs/sections'
import { env } from '@/lib/env'
import { apiDocument, resolved, type OpenOperation, type OpenParameter, type OpenResponse } from './document'
import { choicesOf, fieldsOf, wordsOfField, typeOf } from './fields'
import { curlOf, fetchOf } from './snippets'

export type ApiGroup = { slug: string; name: string; text: string; operations: ApiOperation[] }

let made: readonly ApiGroup[] | undefined

/** The operations of the OpenAPI document, by its tags. */
export const apiGroups = (): readonly ApiGroup[] => (made ??= groups())

function groups(): ApiGroup[] {
  const { tags, paths } = apiDocument()
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )
  return tags.map(({ name, description = '' }) => ({
    slug: name.toLowerCase().replaceAll(/[^a-z\d]+/g, '-'),
    name,
    text: description,
    operations: all
      .filter(({ operation }) => operation.tags.includes(name))
      .map(({ path, method, operation }) => told(path, method, operation)),
  }))
}

function told(path: string, method: string, operation: OpenOperation): ApiOperation {
  const { operationId: id, summary, description = '', requestBody, responses, security } = operation
  const parameters = (operation.parameters ?? []).map(resolved).map(parameterOf)
  const body = requestBody?.content['application/json']
  const call = { origin: new URL(env().NEXTAUTH_URL).origin, method, path, parameters, body: body?.example }
  // The document's default is a key.
  const caller = security === undefined ? 'key' : callerOf(security)
  return {
    id,
    method,
    path,
    summary,
    text: description,
    caller,
    parameters,
    body: body
      ? {
          required: requestBody.required ?? false,
          fields: fieldsOf(body.schema ?? {}),
          example: pretty(body.example),
        }
      : null,
    answers: Object.entries(responses)
      .filter(([status]) => status.startsWith('2'))
      .map(([status, response]) => answerOf(status, resolved(response))),
    refusals: Object.entries(responses)
      .filter(([status]) => !status.startsWith('2'))
      .map(([status, response]) => ({ status, codes: codesOf(resolved(response)) })),
    curl: curlOf({ ...call, caller }),
    fetch: fetchOf({ ...call, caller }),
  }
}

function callerOf(security: readonly Readonly<Record<string, unknown>>[]): ApiOperation['caller'] {
  if (security.length === 0 || security.some((choice) => Object.keys(choice).length === 0)) return 'anyone'
  const takes = (scheme: string) => security.some((choice) => scheme in choice)
  return takes('bearer') ? 'key' : takes('metrics') ? 'operator' : 'session'
}

function parameterOf(parameter: OpenParameter): ApiParameter {
  const { name, in: place, required = false, description = '', schema = {}, style } = parameter
  return {
    name: style === 'deepObject' ? `${name}[…]` : name,
    place,
    type: typeOf(schema),
    choices: choicesOf(schema),
    required,
    text: [description, wordsOfField(schema)].filter(Boolean).join(' '),
  }
}

function answerOf(status: string, { description = '', content = {} }: OpenResponse) {
  const json = content['application/json']
  const others = Object.keys(content).filter((type) => type !== 'application/json')
  return {
    status,
    text: [description, others.length > 0 ? `Also as ${others.join(', ')}.` : ''].filter(Boolean).join('. '),
    fields: json?.schema ? fieldsOf(json.schema) : [],
    example: json ? pretty(json.example) : null,
  }
}

/** The codes of the problems, by the names of their examples. */
const codesOf = ({ content = {} }: OpenResponse): string[] =>
  Object.keys(content['application/problem+json']?.examples ?? {})

const pretty = (value: unknown): string => JSON.stringify(value, null, 2) ?? ''

/** For search. */
export const apiSections = (): DocsSection[] =>
  apiGroups().flatMap(({ slug, name, operations }) =>
    operations.map(({ id, method, path, summary, text, parameters, body }) => ({
      href: `/docs/api/${slug}#${id}`,
      page: `API: ${name}`,
      heading: summary,
      text: [
        `${method} ${path}`,
        text,
        ...[...parameters, ...(body?.fields ?? [])].map((one) => `${one.name} ${one.text}`),
      ]
        .join(' ')
        .replaceAll('`', ''),
      also: `${method} ${path}\n${path}\n${id}`.toLowerCase(),
    })),
  )
