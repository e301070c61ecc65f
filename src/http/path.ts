import { host } from './host'

/**
 * The path that the framework gives to middleware and handler alike: the one asked for, before any rewrite.
 */
export function pathOf({ url }: Pick<Request, 'url'>): string {
  // A Request's URL comes from the URL standard's own serialiser: parsing it again would give the same, ten
  // times slower.
  const start = url.indexOf('/', url.indexOf('//') + 2)
  const query = url.indexOf('?', start)
  const fragment = url.indexOf('#', start)
  const end = query === -1 || (fragment !== -1 && fragment < query) ? fragment : query
  return end === -1 ? url.slice(start) : url.slice(start, end)
}

/** The path inside the app: without the `basePath` that it is mounted at, and without a `/` at its end. */
export function pathInApp(request: Pick<Request, 'url'>): string {
  const path = pathOf(request)
  const base = baseOf(request)
  const inside =
    base !== '' && (path === base || path.startsWith(`${base}/`)) ? path.slice(base.length) : path
  return inside.length > 1 && inside.endsWith('/') ? inside.slice(0, -1) : inside || '/'
}

/** On `globalThis`: the framework loads the door and the handlers as separate module instances. */
const shared = globalThis as typeof globalThis & { clubkeysBasePath?: string }

/** The framework tells its `basePath` only to the door: handlers get paths without it. */
export function noteBasePath(told: string): void {
  if (told !== '') shared.clubkeysBasePath = told
}

/** The path as the client wrote it, with the `basePath`. */
export function pathAsked(request: Pick<Request, 'url'>): string {
  const path = pathOf(request)
  const { nextUrl } = request as FromNext
  // The framework's own request leaves it out of the address where it does not tell it.
  const isWhole = nextUrl === undefined || nextUrl.basePath !== ''
  return isWhole ? path : `${shared.clubkeysBasePath ?? host().basePath ?? ''}${path}`
}

type FromNext = { nextUrl?: { basePath: string } }

/** Next.js puts it on its own kind of Request. */
function baseOf(request: object): string {
  const { ownPages, basePath = '' } = host()
  return ownPages ? basePath : (request as FromNext).nextUrl?.basePath || basePath
}

/** Whether a path of the club app belongs to the API; all others are pages or files. */
export const isApi = (path: string): boolean => path === '/api' || path.startsWith('/api/')
