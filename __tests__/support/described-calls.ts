import { createClient } from '@/client'
import type { Operation } from '@/contracts/operation'
import { bodyOf, targetFor } from './fixtures'
import { signedIn } from './in-process'
import type { Member } from './club'
import { operationsIn, readDocument, useJudge, type Answer, type DescribedOperation } from './openapi'
import { requestBytes, sendBytes } from './raw-http'
import { operations } from './tenancy'

export type Names = keyof typeof operations
export const registry = Object.entries(operations) as [Names, Operation][]

/** How one call differs from a good one. */
export type Change = {
  headers?: Record<string, string>
  body?: unknown
  query?: Record<string, unknown>
  /** In place of the row that is made for it. */
  target?: string
}
export type Credential = { token: string } | { member: Member; minutes?: number; slug?: string }

/** Read at the first call: the environment is settled by then. */
let made: { judge: ReturnType<typeof useJudge>; operations: Map<string, DescribedOperation> } | undefined
const known = () => (made ??= readOperations())

function readOperations() {
  const document = readDocument()
  const all = operationsIn(document).map(({ operation }) => [operation.operationId, operation] as const)
  return { judge: useJudge(document), operations: new Map(all) }
}
const describedAs = (name: string): DescribedOperation => known().operations.get(name)!

type Sent = { answer: Answer; code: string | undefined; wrong: string[] }

/** Calls an operation through the generated client, and judges the answer by the document. */
export async function callDescribed(
  port: number,
  name: Names,
  as: Credential | null,
  owner: Member,
  change: Change = {},
): Promise<Sent> {
  const operation = operations[name] as Operation
  const target = change.target ?? (await targetFor(name, operation, owner))
  const body = 'body' in change ? change.body : await bodyOf(name, owner, true)
  const own = await headersFor(as, port)
  let seen: Answer | undefined
  const client = createClient({
    baseUrl: `http://localhost:${port}`,
    key: 'replaced',
    retries: 0,
    fetch: async (request) => {
      const headers = new Headers(request.headers)
      headers.delete('authorization')
      for (const [header, value] of Object.entries({ ...own, ...change.headers })) headers.set(header, value)
      const response = await fetch(new Request(request, { headers }))
      const text = await response.clone().text()
      seen = { status: response.status, headers: Object.fromEntries(response.headers), body: text }
      return response
    },
  })
  const given = target.split('/')
  const path = operation.path
    .split('/')
    .flatMap((part, n) => (part.startsWith('{') ? [[part.slice(1, -1), given[n]] as const] : []))
  const call = client[operation.method as 'GET'] as unknown as (at: string, init: object) => Promise<unknown>
  await call(operation.path, {
    params: {
      path: Object.fromEntries(path),
      query: { ...NEEDED_QUERIES[name], ...change.query },
    },
    // Another form than JSON is what a caller asks for.
    ...(change.headers?.accept !== undefined && { parseAs: 'text' }),
    ...(body !== undefined && {
      body,
      headers: { 'Content-Type': typeOfBody(name) },
      bodySerializer: asText,
    }),
  })
  return judged(name, seen!)
}

/** The client's own does not know a form that was made outside jest's realm. */
const asText = (body: unknown) => (body instanceof URLSearchParams ? body.toString() : JSON.stringify(body))

const typeOfBody = (name: Names) => Object.keys(describedAs(name).requestBody?.content ?? {})[0] ?? ''

/** Queries without which an operation refuses. */
const NEEDED_QUERIES: Partial<Record<string, Record<string, string>>> = { memberImpact: { act: 'remove' } }

/** For what `fetch` will not send: a body with GET. */
export async function sendDescribed(
  port: number,
  name: Names,
  headers: Record<string, string>,
  body: string,
): Promise<Sent> {
  const { method, path } = operations[name] as Operation
  const target = path.replace('{id}', '00000000-0000-4000-8000-000000000000')
  return judged(
    name,
    await sendBytes(port, requestBytes({ method, path: target, headers: Object.entries(headers), body })),
  )
}

function judged(name: Names, answer: Answer): Sent {
  const isProblem = answer.headers['content-type']?.startsWith('application/problem+json')
  const code = isProblem ? (JSON.parse(answer.body) as { code: string }).code : undefined
  return { answer, code, wrong: known().judge(describedAs(name), answer) }
}

async function headersFor(as: Credential | null, port: number): Promise<Record<string, string>> {
  if (as === null) return {}
  if ('token' in as) return { authorization: `Bearer ${as.token}` }
  const { cookie, slug } = await signedIn(as.member, as.minutes)
  return { cookie, 'x-club': as.slug ?? slug, origin: `http://localhost:${port}` }
}
