import { z } from 'zod'
import { definition, type EventKind } from '@/contracts/definition'
import { eventBody } from '@/contracts/events'
import { dataOf } from '@/lib/events/post'
import { exampleOf } from './examples'
import { namedIn, openEnded, reference, type Described } from './schemas'

const SIGNED = [
  ['webhook-id', 'The event: the same at each attempt.'],
  ['webhook-timestamp', 'When it was sent, in seconds since 1970.'],
  [
    'webhook-signature',
    '`v1,` and the HMAC-SHA256, in base64, of id, timestamp and body; two where a secret is replaced.',
  ],
] as const

/** As a name of a schema: `api_key.revoked` is `ApiKeyRevokedEvent`. */
const nameOf = (type: string): string =>
  `${type.replace(/(?:^|[._-])(\w)/g, (_, letter: string) => letter.toUpperCase())}Event`

const bodyOf = (type: string, kind: EventKind) =>
  eventBody.extend({ type: z.literal(type), data: dataOf(kind) }).meta({ id: nameOf(type) })

/** What is sent to endpoints, by type: a schema each (OpenAPI 3.1 §4.8.1). */
export function eventSchemas(): Described {
  const bodies = [...definition().events].map(([type, kind]) =>
    openEnded(namedIn(bodyOf(type, kind), 'output')),
  )
  return Object.assign({}, ...bodies) as Described
}

/** @param schemas the components that it names */
export const describeWebhooks = (schemas: Described): Described =>
  Object.fromEntries(
    [...definition().events].map(([type, { text, group }]) => [
      type,
      { post: describeEvent(type, text, group, schemas) },
    ]),
  )

function describeEvent(type: string, summary: string, tag: string, schemas: Described): Described {
  const schema = reference('schemas', nameOf(type))
  return {
    operationId: `on${nameOf(type)}`,
    summary,
    tags: [tag],
    description: 'Sent to the club’s webhooks that ask for it, signed as Standard Webhooks says.',
    security: [],
    parameters: SIGNED.map(([name, description]) => ({
      name,
      in: 'header',
      required: true,
      description,
      schema: { type: 'string' },
    })),
    requestBody: {
      required: true,
      content: { 'application/json': { schema, example: exampleOf(schema, schemas) } },
    },
    responses: {
      '2XX': { description: 'It has arrived. Everything else is a failure, and it is sent again.' },
    },
  }
}
