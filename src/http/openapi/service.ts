import { liveness, readiness } from '@/contracts/health'
import type { Operation } from '@/contracts/operation'
import type { ProblemCode } from '@/contracts/problem'
import { exampleOf } from './examples'
import { EVERYWHERE, headersNamed } from './headers'
import { responseName } from './refusals'
import { reference, schemaName, type Described } from './schemas'
import { ANY_SECURITY, METRICS_SECURITY } from './security'

/** What is asked of the app itself: no resource of the registry, no club. */
export const SERVICE_TAG = {
  name: 'Service',
  description: 'This document, whether the service can answer (anybody may ask), and its metrics.',
}
export const SERVICE_SCHEMAS: readonly Pick<Operation, 'body' | 'response'>[] = [
  { response: liveness },
  { response: readiness },
]
const UNKNOWN_SCRAPER = ['missing_credentials', 'invalid_token'] as const
export const SERVICE_REFUSALS = [
  UNKNOWN_SCRAPER,
  ['not_found'],
  ['payload_too_large'],
  ['rate_limited'],
  ['unavailable'],
] as const

export function servicePaths(schemas: Described): Record<string, Described> {
  return {
    '/api/openapi.json': { get: ownDocument() },
    '/api/metrics': { get: metrics() },
    '/api/health/live': { get: probe('live', 'Does the process answer?', { 200: liveness }, schemas) },
    '/api/health/ready': {
      get: probe('ready', 'Can the process serve?', { 200: readiness, 503: readiness }, schemas),
    },
  }
}

const shared = (operationId: string, summary: string, description: string) => ({
  operationId,
  summary,
  description,
  tags: [SERVICE_TAG.name],
  security: [],
})

function ownDocument(): Described {
  const headers = headersNamed({ 'X-Request-Id': 'RequestId', ETag: 'ETag', 'Cache-Control': 'KeptFor' })
  return {
    ...shared('openApiDocument', 'Read this document', 'OpenAPI 3.1, the same for everybody.'),
    security: ANY_SECURITY(),
    parameters: [
      {
        name: 'If-None-Match',
        in: 'header',
        required: false,
        description: 'The `ETag` of the document that you have.',
        schema: { type: 'string' },
      },
    ],
    responses: {
      200: {
        description: 'The document',
        headers,
        content: {
          'application/json': {
            schema: {
              type: 'object',
              properties: {
                openapi: { type: 'string' },
                info: { type: 'object' },
                paths: { type: 'object' },
              },
              required: ['openapi', 'info', 'paths'],
            },
            example: { openapi: '3.1.0', info: { title: 'clubkeys', version: '1' }, paths: {} },
          },
        },
      },
      304: { description: 'You have it already; no content', headers },
      413: reference('responses', responseName(['payload_too_large'])),
      503: reference('responses', responseName(['unavailable'])),
    },
  }
}

function metrics(): Described {
  const refusal = (codes: readonly ProblemCode[]) => reference('responses', responseName(codes))
  return {
    ...shared(
      'metrics',
      'Read the metrics of this process',
      'For Prometheus, in its text format. Without `METRICS_TOKEN` there are none: 404.',
    ),
    security: METRICS_SECURITY,
    responses: {
      200: {
        description: 'What this process counted',
        headers: headersNamed(EVERYWHERE),
        content: {
          'text/plain': {
            schema: { type: 'string' },
            example: '# TYPE clubkeys_connections gauge\nclubkeys_connections 3\n',
          },
        },
      },
      401: refusal(UNKNOWN_SCRAPER),
      404: refusal(['not_found']),
      413: refusal(['payload_too_large']),
      429: refusal(['rate_limited']),
      503: refusal(['unavailable']),
    },
  }
}

function probe(
  operationId: string,
  summary: string,
  answers: Readonly<Record<number, NonNullable<Operation['response']>>>,
  schemas: Described,
): Described {
  const given = Object.entries(answers).map(([status, schema]) => {
    const name = schemaName(schema)
    const isGood = status === '200'
    return [
      status,
      {
        description: isGood ? 'Yes' : 'No; the answer says what is missing',
        headers: headersNamed({
          'X-Request-Id': 'RequestId',
          'Cache-Control': 'NotStored',
          ...(!isGood && { 'Retry-After': 'RetryAfter' }),
        }),
        content: {
          'application/json': {
            schema: reference('schemas', name),
            example: isGood ? exampleOf(schemas[name] as Described, schemas) : { status: 'stopping' },
          },
        },
      },
    ] as const
  })
  return {
    ...shared(operationId, summary, 'For supervisors and load balancers.'),
    responses: {
      ...Object.fromEntries(given),
      413: reference('responses', responseName(['payload_too_large'])),
    },
  }
}
