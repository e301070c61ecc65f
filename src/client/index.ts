import createFetchClient, { type Client as FetchClient, type Middleware } from 'openapi-fetch'
import { ApiError, UnexpectedAnswer, type ApiProblem } from './errors'
import type { components, paths } from './generated/api'
import { patientFetch, type Patience } from './patient-fetch'

export { ApiError, NoAnswer, UnexpectedAnswer, type ApiProblem } from './errors'

/** The shapes of the API by name: `Schemas['ApiKey']`. */
export type Schemas = components['schemas']

export type ClientOptions = Partial<Patience> & {
  /** Where the API is: `https://keys.example.org`. */
  baseUrl: string
  /** The key, or where to find it at each call: after a rotation, it is another one. */
  key: string | (() => string | Promise<string>)
  /** Instead of the platform's own. */
  fetch?: (request: Request) => Promise<Response>
}

type Media = 'application/json' | 'application/problem+json'
type Listed<Row> = { data: Row[]; nextCursor: string | null }
type Answer<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { 'application/json': infer Body } } } }
}
  ? Body
  : never
/** The paths of lists. */
export type ListPath = {
  [Path in keyof paths]: Answer<Path> extends never
    ? never
    : Answer<Path> extends Listed<unknown>
      ? Path
      : never
}[keyof paths]
type Row<Path extends ListPath> = Answer<Path> extends Listed<infer Each> ? Each : never
type Query<Path extends ListPath> = paths[Path] extends { get: { parameters: { query?: infer Given } } }
  ? Omit<NonNullable<Given>, 'cursor'>
  : never

export type Client = FetchClient<paths, Media> & {
  /**
   * Every row of a list, page after page, read as it is asked for.
   * @throws ApiError | NoAnswer | UnexpectedAnswer
   */
  rows: <Path extends ListPath>(
    path: Path,
    query?: Query<Path>,
    options?: { signal?: AbortSignal },
  ) => AsyncGenerator<Row<Path>, void, void>
}

/**
 * A client of the API. Its methods (`GET`, `POST`, ...) answer `{ data }` or `{ error }`, a problem with a `code`;
 * what is no answer of the API is thrown.
 * @example
 * const client = createClient({ baseUrl: 'https://keys.example.org', key: process.env.KEY })
 * const { data, error } = await client.GET('/api/v1/practices', { params: { query: { limit: 5 } } })
 * if (error?.code === 'invalid_token') signInAgain()
 */
export function createClient(options: ClientOptions): Client {
  const { baseUrl, key, fetch = (request: Request) => globalThis.fetch(request) } = options
  const { retries = 3, timeoutMs = 10_000, longestWaitMs = 30_000 } = options
  const client = createFetchClient<paths, Media>({
    baseUrl,
    fetch: patientFetch(fetch, { retries, timeoutMs, longestWaitMs }),
  })
  client.use({
    async onRequest({ request, params }) {
      requireSegments(params.path)
      request.headers.set('Authorization', bearer(typeof key === 'function' ? await key() : key))
      // So that it can be tried again: see docs/idempotency.md.
      if (request.method === 'POST' && !request.headers.has('Idempotency-Key'))
        request.headers.set('Idempotency-Key', randomName())
    },
    onResponse: ({ response }) => requireOwn(response),
  } satisfies Middleware)
  return { ...client, rows: (path, query, more) => rowsOf(client, path, query, more) }
}

async function* rowsOf<Path extends ListPath>(
  client: FetchClient<paths, Media>,
  path: Path,
  query?: Query<Path>,
  { signal }: { signal?: AbortSignal } = {},
): AsyncGenerator<Row<Path>, void, void> {
  const get = client.GET as unknown as (at: string, init: object) => Promise<ListAnswer<Row<Path>>>
  for (let cursor: string | null | undefined; cursor !== null;) {
    const { data, error, response } = await get(path, {
      params: { query: { ...query, ...(cursor !== undefined && { cursor }) } },
      ...(signal && { signal }),
    })
    if (!response.ok) throw new ApiError(error as ApiProblem, response)
    // Whoever else answered must not make this ask for ever.
    if (!isPage(data) || data.nextCursor === cursor) throw new UnexpectedAnswer(response)
    yield* data.data
    cursor = data.nextCursor
  }
}
type ListAnswer<Each> = { data?: Listed<Each>; error?: ApiProblem; response: Response }

const isPage = <Each>(answer: Listed<Each> | null | undefined): answer is Listed<Each> =>
  Array.isArray(answer?.data) && (typeof answer.nextCursor === 'string' || answer.nextCursor === null)

/**
 * The platform's own error would show the key, and logs keep errors.
 * @throws TypeError
 */
function bearer(key: string | undefined): string {
  const token = key?.trim() ?? ''
  if (!/^[!-~]+$/.test(token))
    throw new TypeError(
      token === ''
        ? 'There is no key: `key` is empty or not set.'
        : 'The key holds a character that no key has, such as a blank or a line break.',
    )
  return `Bearer ${token}`
}

/**
 * An id of somebody else's making must not lead to another operation: `..` would, encoded or not.
 * @throws TypeError
 */
function requireSegments(given: Readonly<Record<string, unknown>> = {}): void {
  for (const [name, value] of Object.entries(given))
    if (['', '.', '..'].includes(String(value)))
      throw new TypeError(`${name} in the path is ${JSON.stringify(value)}, which means another path.`)
}

const OWN_TYPES = ['application/json', 'text/csv', 'application/x-ndjson']

/** @throws UnexpectedAnswer */
function requireOwn(response: Response): void {
  // Not every platform can be told to follow none.
  if (response.redirected) throw new UnexpectedAnswer(response)
  const type = response.headers.get('content-type')?.split(';')[0] ?? ''
  const isOwn = response.ok
    ? response.status === 204 || OWN_TYPES.includes(type)
    : type === 'application/problem+json'
  if (!isOwn) throw new UnexpectedAnswer(response)
}

/** 128 random bits. `randomUUID` is not there on every phone, nor on a page without TLS. */
const randomName = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  )
