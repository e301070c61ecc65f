import type { z } from 'zod'
import type { Method, Operation } from '@/contracts/operation'
import type { Actor } from '@/lib/actor'
import { notFound, Refusal } from '@/lib/errors'
import type { CountMaking } from '@/lib/limits/changes'
import type { CountGuess } from '@/lib/limits/guesses'
import { nestPairs } from '@/lib/nested-pairs'
import { parseInput } from '@/lib/parse-input'
import { recordFailure, recordRefused, recordScopeUse } from '@/lib/usage/record'
import { traced } from '@/lib/tracing'
import { wanted } from './accept'
import { readForm, readJson } from './body'
import { letCompress } from './compress'
import { callerOf, countAsGuess, countAsMaking, countCall, type AuthContext } from './context'
import { CSV_TYPE, csvOf } from './csv'
import { markDeprecated } from './deprecation'
import { exported, wantedExport, type ExportedRow } from './exports'
import { currentlyReceived, requestIdOf } from './incoming'
import { limitHeaders } from './limit-headers'
import { REPLAYED_HEADER, REQUEST_ID_HEADER } from './headers'
import { onceForEach } from './idempotency'
import { asksAboutItself } from './own-token'
import { readQuery } from './pairs'
import { requirePermission } from './permission'
import { problemResponse } from './problem'
import { answerAttributes, callerAttributes } from './span-attributes'

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined
type Field<Op, Name extends string> = Op extends Record<Name, infer Schema> ? Parsed<Schema> : undefined

/** What a handler gets: the caller, and input that its operation's schemas let through. */
export type Input<Op extends Operation> = {
  actor: Actor
  params: Field<Op, 'params'>
  query: Field<Op, 'query'>
  body: Op extends { bodyOptional: true } ? Field<Op, 'body'> | undefined : Field<Op, 'body'>
  /** For the verb of an operation that may be a making or an ending: counts the call as a making. */
  countMaking: CountMaking
  /** For the verb that tells about tokens: counts one that is not active. */
  countGuess: CountGuess
}
type Answer<Op extends Operation> = Op['response'] extends z.ZodType ? z.input<Op['response']> : void

export type RouteHandler = (
  request: Request,
  context: { params: Promise<Record<string, string | string[] | undefined>> },
) => Promise<Response>

/**
 * Makes a route handler of an operation: caller → permission → input → `handler` → an answer checked against
 * the contract. Speaks the Web's Request and Response, so that it runs wherever those do.
 */
export function route<Op extends Operation>(
  operation: Op,
  handler: (input: Input<Op>) => Promise<Answer<Op>>,
  exports?: (input: Input<Op>) => AsyncIterator<readonly ExportedRow[]>,
): RouteHandler {
  const handle: RouteHandler = async (request, context) => {
    let auth: AuthContext | null = null
    try {
      let known: AuthContext = (auth = await callerOf(request))
      known = auth = await countCall(known, operation)
      const input = await permittedInput(operation, request, known.actor, context.params)
      const countMaking = async () => {
        known = auth = await countAsMaking(known)
      }
      const countGuess = async () => {
        known = auth = await countAsGuess(known)
      }
      const { json, ...parsed } = input
      const given = { actor: known.actor, ...parsed, countMaking, countGuess } as Input<Op>
      const form = exports ? wantedExport(request) : null
      if (exports && form) return await exported(request, form, exports(given), headersOf(known))
      const asked = { request, operation, actor: known.actor, json }
      const done = await onceForEach(asked, (actor) => handler({ ...given, actor }))
      if ('replayed' in done) return replay(operation, done.replayed, known)
      return respond(request, operation, done.answer, known)
    } catch (error) {
      const response = problemResponse(
        request,
        error,
        auth?.requestId ?? requestIdOf(request),
        auth?.rateLimits,
      )
      if (auth) recordRefusal(auth.actor, response.status)
      return response
    }
  }
  const about = { 'http.request.method': operation.method, 'http.route': operation.path }
  return (request, context) =>
    traced(`${operation.method} ${operation.path}`, about, async (note) => {
      const response = markDeprecated(operation, await handle(request, context))
      const received = currentlyReceived()
      note({ ...callerAttributes(received), ...answerAttributes(response, received) })
      return response
    })
}

/** Shows which scopes a key could do without. */
function recordNeed({ via }: Actor, { scope }: Operation): void {
  if (via.kind === 'api_key' && scope !== null) recordScopeUse(via.keyId, scope)
}

function recordRefusal({ via }: Actor, status: number): void {
  if (via.kind !== 'api_key') return
  if (status >= 500) recordFailure(via.keyId, 'errors')
  else if (status === 429) recordRefused(via.keyId, 'limited')
  else if (status === 401 || status === 403) recordRefused(via.keyId, 'denied')
}

const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/**
 * The handlers of one path, under the names the framework looks for. Every other method is a 405 that names
 * the allowed ones.
 */
export function methods(
  handlers: Partial<Record<Method, RouteHandler>>,
): Record<(typeof METHODS)[number], RouteHandler> {
  const allow = METHODS.filter((name) => name in handlers || (name === 'HEAD' && handlers.GET)).join(', ')
  const refuse: RouteHandler = async (request) => {
    const response = problemResponse(
      request,
      new Refusal('method_not_allowed', `Allowed: ${allow || 'none'}.`),
      requestIdOf(request),
    )
    response.headers.set('allow', allow)
    return response
  }
  const entries = METHODS.map((name) => [
    name,
    (name === 'HEAD' ? handlers.GET : handlers[name as Method]) ?? refuse,
  ])
  return Object.fromEntries(entries) as Record<(typeof METHODS)[number], RouteHandler>
}

/** For every path under /api that no route has. */
export const unknownPath: RouteHandler = async (request) =>
  problemResponse(request, notFound(), requestIdOf(request))

/** The input of a caller who may do the operation; of some, its body says whether they may. */
async function permittedInput(
  operation: Operation,
  request: Request,
  actor: Actor,
  params: Promise<Record<string, unknown>>,
) {
  const permit = () => {
    requirePermission(actor, operation)
    recordNeed(actor, operation)
  }
  if (!operation.ownToken) permit()
  const input = await readInput(operation, request, params)
  if (operation.ownToken && !asksAboutItself(request, operation, input.body)) permit()
  return input
}

async function readInput(operation: Operation, request: Request, given: Promise<Record<string, unknown>>) {
  const params = operation.params?.safeParse(await given)
  // An id that is no id cannot exist: it answers like any other missing one.
  if (params && !params.success) throw notFound()
  const query =
    operation.query && parseInput(operation.query, nestPairs(readQuery(request), operation.deep ?? []))
  const json = operation.body && (await readBody(operation, request))
  const isLeftOut = json === undefined && operation.bodyOptional
  const body = operation.body && !isLeftOut ? parseInput(operation.body, json) : undefined
  return { params: params?.data, query, body, json }
}

function readBody({ form, tokenField }: Operation, request: Request): Promise<unknown> {
  return form ? readForm(request, tokenField) : readJson(request, tokenField)
}

type Counted = Pick<AuthContext, 'requestId' | 'rateLimits'>

function headersOf({ requestId, rateLimits }: Counted): Record<string, string> {
  return {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    [REQUEST_ID_HEADER]: requestId,
    ...limitHeaders(rateLimits),
  }
}

/** The first answer, as it was: another release may have written it. */
const replay = ({ status, response }: Operation, answer: unknown, auth: AuthContext): Response => {
  const headers = { ...headersOf(auth), [REPLAYED_HEADER]: 'true' }
  return response === null
    ? new Response(null, { status, headers })
    : Response.json(answer, { status, headers })
}

/** The answer of an operation, checked against its contract. */
export function respond(request: Request, operation: Operation, answer: unknown, auth: Counted): Response {
  const headers = headersOf(auth)
  if (operation.response === null) return new Response(null, { status: operation.status, headers })
  const checked = operation.response.parse(answer)
  const vary = { ...headers, ...((operation.csv || operation.exports) && { vary: 'accept' }) }
  const wantsCsv =
    operation.csv !== undefined &&
    wanted(request.headers.get('accept'), ['application/json', 'text/csv']) === 'text/csv'
  const text = wantsCsv
    ? csvOf((checked as { data: Parameters<typeof csvOf>[0] }).data)
    : JSON.stringify(checked)
  letCompress(text.length)
  const type = wantsCsv ? CSV_TYPE : 'application/json'
  return new Response(text, { status: operation.status, headers: { ...vary, 'content-type': type } })
}
