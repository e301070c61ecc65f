import { isDefined } from '@/contracts/definition'
import type { Session, SessionPort } from '@/lib/auth/session'
import { floor } from '@/lib/db/floor'
import { log } from '@/lib/log'
import { LogGate } from '@/lib/log-gate'
import { readOldHeaders } from '@/lib/old-headers'
import { originOf, readOrigins } from '@/lib/origins'
import { overrideSettings, settings, SettingsError } from '@/lib/settings'
import { patiently } from './patient-session'

/** What the app that this layer stands in says of itself. */
export type Host = {
  /**
   * Where a caller must present a key or a session: each path and all below it, without the app's `basePath`.
   * `*` stands for any one part: a language, say.
   */
  api: readonly string[]
  /** Paths below those that anyone may call; ending in `/*`, all that is below. They are only stripped. */
  public?: readonly string[]
  /**
   * What becomes of a request under `api` that presents no credential of ours: none at all, or a bearer token
   * that is no key. `refuse` (the default): 401. `pass`: it goes on without an identity, and the handler has
   * to know its caller. A bad `sk_...` is refused either way.
   */
  others?: 'refuse' | 'pass'
  /**
   * What the door does with a request that it refuses. `answer` (the default): refuses it. `report`: says so
   * in the log and counts it (`reportedRefusals()`), and lets it go on without an identity, for the time in
   * which the app's own check of keys still decides. Then no handler may trust the door: what does not ask
   * `getAuthContext` has to know its caller by itself.
   */
  refusals?: 'answer' | 'report'
  /**
   * What becomes of a CORS preflight under `api`: an OPTIONS request by a browser, which never carries a
   * credential. `refuse` (the default): 401. `pass`: it goes on without an identity, as others do that pass.
   */
  preflights?: 'refuse' | 'pass'
  /**
   * Where clients of imported keys send their token besides `Authorization: Bearer` and `X-API-Key`, each as
   * they write it: `Authorization: Token`, `Authorization` (the token alone), or a header of their own, as
   * `X-My-App-Token`. For imported keys alone. Default: what API_KEY_OLD_HEADERS says, or nowhere.
   */
  oldHeaders?: readonly string[]
  /**
   * Origins of other pages, each exactly as a browser sends it, that may call what is under `api` with a key,
   * and never with a session. Preflights from there are answered. Default: what CORS_ORIGINS says, or none.
   */
  cors?: readonly string[]
  /** Origins of the app's own pages, from which a session may change things. Default: NEXTAUTH_URL's. */
  origins?: readonly string[]
  /** The app's `basePath`, where the server does not tell it (Next.js does): as `/shop`. */
  basePath?: string
  /**
   * Address of a page that describes the problems; `#` and the code of one are added. Without it their `type`
   * is `about:blank` (RFC 9457 §4.2.1).
   */
  problems?: string
  /**
   * Who is signed in, by the app's own sessions; null: nobody. Asked only for a request without any other
   * credential.
   * @param club the slug that the request names (`X-Club`)
   */
  session?: (request: Request, club: string) => Promise<Omit<Session, 'member'> | null>
  /**
   * Where the layer's tables are. Default: DATABASE_URL and DATABASE_DIRECT_URL, which may be the app's own.
   */
  db?: { url: string | undefined; directUrl?: string | undefined }
}

type Known = Pick<Host, 'origins' | 'basePath' | 'problems' | 'db'> & {
  session?: SessionPort
  /** Paths in the app: `keyed` need a caller, unless they are `open`. */
  keyed: RegExp
  open: RegExp
  passesOthers: boolean
  passesPreflights: boolean
  /** Whether what the door would refuse goes on, and is only told of. Never in the club app. */
  reports: boolean
  /** Whether the pages are ours: counted, and answered with our policy. */
  ownPages: boolean
}

/** A process that serves nobody answers these, too: a supervisor must not restart it again and again. */
export const PROBES = ['/api/health/live', '/api/health/ready']
/** Where strangers report tokens that they found. */
const REPORTS = ['/api/v1/leaks', '/api/secret-scanning/github']
/** Of the club app itself. */
export const PUBLIC_PATHS = [
  '/api/auth/*',
  ...PROBES,
  '/api/metrics',
  '/api/openapi.json',
  '/api/unsubscribe',
  ...REPORTS,
]

const CLUB_APP: Known = {
  keyed: keyed(['/api']),
  open: open(PUBLIC_PATHS),
  passesOthers: false,
  passesPreflights: false,
  reports: false,
  basePath: '',
  ownPages: true,
}

/** On `globalThis`: the framework loads middleware and handlers as separate module instances. */
const shared = globalThis as typeof globalThis & { clubkeysHost?: Known }

/** Without another host, the layer stands in the club app. */
export const host = (): Known => shared.clubkeysHost ?? CLUB_APP

const gate = new LogGate()

/**
 * Until the app has called `defineKeys` or `standIn`, no path is known to be safe to let through.
 * @throws SettingsError where neither was called
 */
export function requireHost(): void {
  if (shared.clubkeysHost || isDefined()) return
  const error = new SettingsError(
    'nothing is defined yet: import the file that calls defineKeys() before the door',
  )
  gate.pass('', (leftOut) => log.error({ leftOut }, error.message))
  throw error
}

/** The club app, whose pages are ours. @param session who is signed in there */
export function standInClubApp(session: SessionPort): void {
  shared.clubkeysHost ??= { ...CLUB_APP, session }
}

/**
 * Whether a path needs a credential of ours, as it is written, and this process may serve it.
 * @param path in the app
 */
export function needsOnlyKey(path: string): boolean {
  const { keyed, open, passesOthers } = host()
  return !passesOthers && !path.includes('%') && keyed.test(path) && !open.test(path) && !floor().isOutrun()
}

/**
 * Tells the layer about its app. Call it in a module that middleware, handlers and instrumentation import. If
 * it is called again, the last call counts.
 * @throws TypeError for an invalid path, address or place of tokens
 */
export function standIn(said: Host): void {
  const { api, public: free = [], others, preflights, db, session, origins, basePath, problems } = said
  const { oldHeaders, cors, refusals = 'answer' } = said
  if (refusals !== 'answer' && refusals !== 'report') throw new TypeError('refusals is "answer" or "report".')
  if (basePath) partsOf(basePath === '/' ? '' : basePath)
  if (problems && (!URL.canParse(problems) || problems.includes('#')))
    throw new TypeError(
      `${JSON.stringify(problems)} is no address of a page: write https://..., without a #.`,
    )
  overrideSettings({
    oldHeaders: oldHeaders && readOldHeaders(oldHeaders),
    corsOrigins: cors && readOrigins(cors),
  })
  shared.clubkeysHost = {
    ...(basePath && { basePath }),
    ...(problems && { problems }),
    ...(db && { db }),
    ...(origins && { origins: origins.flatMap((written) => originOf(written) ?? []) }),
    ...(session && { session: { find: patiently(session) } }),
    keyed: keyed(api),
    open: open(free),
    passesOthers: others === 'pass',
    passesPreflights: preflights === 'pass',
    reports: refusals === 'report',
    ownPages: false,
  }
}

/** Of the app's own pages: a session changes things only from there. */
export const ownOrigins = (): readonly string[] => host().origins ?? [new URL(settings().url).origin]

/** In capitals or not, because rewrites ignore them. */
function keyed(paths: readonly string[]): RegExp {
  return anyOf(
    paths.map((path) => (path === '/' ? '/.*' : `${partsOf(path)}(?:/.*)?`)),
    'is',
  )
}

/** In the app's own spelling only: any other needs a caller. */
function open(paths: readonly string[]): RegExp {
  return anyOf(
    paths.map((path) => (path.endsWith('/*') ? `${partsOf(path.slice(0, -2))}/.*` : partsOf(path))),
    's',
  )
}

function anyOf(expressions: readonly string[], flags: string): RegExp {
  return new RegExp(`^(?:${expressions.join('|') || '(?!)'})$`, flags)
}

function partsOf(path: string): string {
  if (!/^(?:\/|(?:\/[^/?#%]+)+)$/.test(path))
    throw new TypeError(`${JSON.stringify(path)} is no path: write it as /api/v1, without a / at its end.`)
  const literal = (part: string) => part.replace(/[\\^$.+?()[\]{}|]/g, '\\$&')
  return path
    .split('/')
    .map((part) => (part === '*' ? '[^/]+' : literal(part)))
    .join('/')
}
