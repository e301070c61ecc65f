import { STATUS_CODES } from 'node:http'
import { takesIdempotencyKey, type Operation } from '@/contracts/operation'
import { refusalsOf } from '@/contracts/refusals'
import { exampleOf } from './examples'
import { COUNTED, ENDING, EVERYWHERE, headersNamed, MAYBE_COUNTED } from './headers'
import { byStatus, refusalResponse, responseName } from './refusals'
import { parametersIn, reference, schemaName, type Described } from './schemas'
import { ANY_SECURITY, SESSION_SECURITY, USUAL_SECURITY } from './security'

/**
 * An operation of the registry, as the document has it.
 * @param schemas the components that its bodies and answers name
 */
export function describeOperation(
  operationId: string,
  operation: Operation,
  tag: string,
  schemas: Described,
): Described {
  const { summary, sessionOnly, open, anyone, params, query, body, bodyOptional } = operation
  return {
    operationId,
    summary,
    tags: [tag],
    description: whoMay(operation) + whenItEnds(operation),
    ...(operation.deprecated && { deprecated: true }),
    ...(sessionOnly && { security: SESSION_SECURITY }),
    ...(open && { security: [{}, ...USUAL_SECURITY] }),
    ...(anyone && { security: ANY_SECURITY() }),
    parameters: [
      ...(open || anyone ? [] : [reference('parameters', sessionOnly ? 'Club' : 'ClubOfSession')]),
      reference('parameters', 'RequestId'),
      ...(takesIdempotencyKey(operation) ? [reference('parameters', 'IdempotencyKey')] : []),
      ...parametersIn('path', params),
      ...parametersIn('query', query, operation.deep),
    ],
    ...(body && {
      requestBody: {
        required: !bodyOptional,
        content: contentOf(body, schemas, operation.form ? FORM : JSON_TYPE),
      },
    }),
    responses: { [operation.status]: success(operation, schemas), ...refusals(operation) },
  }
}

function whoMay({ scope, sessionOnly, ownToken, takesBasic, open, anyone }: Operation): string {
  if (anyone) return anyone
  if (open)
    return `Without a credential, the key in the body asks about itself, which is a use of it. A key beside it needs the scope \`${scope}\`, or is that very key.`
  if (sessionOnly) return 'For people who are signed in; no key can do it.'
  const keys = scope ? `Needs the scope \`${scope}\`` : 'Any good key'
  const own = ownToken ? ', or any key that asks about itself' : ''
  const basic = takesBasic ? ' A key may also be presented as Basic: its id, and its token.' : ''
  return `${keys}${own}; or a person who is signed in, with \`X-Club\`.${basic}`
}

function whenItEnds({ deprecated }: Operation): string {
  if (!deprecated) return ''
  const { since, sunset, page } = deprecated
  return ` Deprecated since ${since}; it may be gone from ${sunset} on.${page === undefined ? '' : ` Instead: ${page}`}`
}

/** Headers that every operation takes: which club a session acts in, and a name for the request. */
export const SHARED_PARAMETERS: Described = {
  Club: {
    name: 'X-Club',
    in: 'header',
    required: true,
    description: 'The slug of one of the caller’s clubs.',
    schema: { type: 'string' },
    example: 'harriers',
  },
  ClubOfSession: {
    name: 'X-Club',
    in: 'header',
    required: false,
    description:
      'With a session: the slug of one of the caller’s clubs. With a key it is refused: a key has its own club.',
    schema: { type: 'string' },
    example: 'harriers',
  },
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description:
      'The same request under the same one, within 24 hours, gets the first answer, with `Idempotent-Replayed: true`.',
    schema: { type: 'string', minLength: 1, maxLength: 128, pattern: '^[\\x21-\\x7e]+$' },
    example: '8e03978e-40d5-43dd-bc93-6894a57f9324',
  },
  RequestId: {
    name: 'X-Request-Id',
    in: 'header',
    required: false,
    description:
      'Your own name for this request, 1 to 128 of `A-Z a-z 0-9 . _ -`: it stands in the answer and in our log. Anything else is replaced.',
    schema: { type: 'string' },
    example: 'job-4711.retry-1',
  },
}

const JSON_TYPE = 'application/json'
const FORM = 'application/x-www-form-urlencoded'

const contentOf = (
  schema: NonNullable<Operation['body']>,
  schemas: Described,
  type = JSON_TYPE,
): Described => {
  const name = schemaName(schema)
  const ref = reference('schemas', name)
  return { [type]: { schema: ref, example: exampleOf(schemas[name] as Described, schemas) } }
}

function success(operation: Operation, schemas: Described): Described {
  const { deprecated, response, csv, exports } = operation
  return {
    description: STATUS_CODES[operation.status] ?? 'Done',
    headers: headersNamed({
      ...EVERYWHERE,
      // Without a credential nothing is counted, unless it fails.
      ...(operation.open || operation.anyone ? MAYBE_COUNTED : COUNTED),
      ...(takesIdempotencyKey(operation) && { 'Idempotent-Replayed': 'Replayed' as const }),
      ...(deprecated && ENDING),
    }),
    ...(response && {
      content: {
        ...contentOf(response, schemas),
        ...(csv && tableOf(csv, 'The rows of `data`')),
        ...(exports && tableOf(exports, WHOLE)),
        ...(exports && linesOf(rowOf(schemas[schemaName(response)] as Described), schemas)),
      },
    }),
  }
}

/** Each status once, with all of its codes. */
const refusals = (operation: Operation): Described =>
  Object.fromEntries(
    [...byStatus(refusalsOf(operation))].map(([status, codes]) => [
      status,
      operation.deprecated ? refusalResponse(codes, ENDING) : reference('responses', responseName(codes)),
    ]),
  )

const WHOLE = 'The whole list, whatever `limit` and `cursor` say'

/** Rows as CSV. Where there are none, nothing stands there. */
function tableOf(columns: readonly string[], what: string): Described {
  const head = columns.join(',')
  return {
    'text/csv': {
      schema: {
        type: 'string',
        pattern: `^(${head}\\r\\n|$)`,
        description: `${what}, as RFC 4180 has it: a line with the names of the fields, then one for each row. Empty where there is no row.`,
      },
      example: `${head}\r\n${columns.map(() => '...').join(',')}\r\n`,
    },
  }
}

/** Rows as lines of JSON. OpenAPI 3.1 cannot say what a line is; 3.2 calls it `itemSchema`. */
const linesOf = (row: Described, schemas: Described): Described => ({
  'application/x-ndjson': {
    schema: { type: 'string', description: `${WHOLE}: a line of JSON for each row, as in \`data\`.` },
    'x-itemSchema': row,
    example: `${JSON.stringify(exampleOf(row, schemas))}\n`,
  },
})

const rowOf = ({ properties }: Described): Described =>
  (properties as { data: { items: Described } }).data.items
