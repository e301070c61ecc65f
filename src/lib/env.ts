import { NODE_ENVS, ofAnotherApp, ofOurApp, type Env } from './environment/variables'
import { SettingsError, type Settings } from './settings'

/**
 * A variable that is missing or wrong. The message names it and never repeats its value: it may be a secret.
 */
export class EnvError extends SettingsError {
  override name = 'EnvError'
}

/**
 * What is known of another app that the layer stands in: whether it says itself where its pages and our
 * tables are.
 */
type Guest = {
  readonly tellsOrigins: boolean
  readonly db?: { readonly url: string | undefined; readonly directUrl?: string | undefined }
}

/**
 * Reads and checks the environment. @param guest where the app is another one: only what is the layer's own
 * counts. Empty values count as absent, as `.env` files leave them.
 * @throws EnvError naming every variable that is wrong
 */
export function loadEnv(source: NodeJS.ProcessEnv, guest?: Guest): Env {
  const given = Object.fromEntries(
    Object.entries(source).filter(([name, value]) => value !== '' && (!guest || isGuests(name, guest))),
  )
  if (guest?.db) {
    const { url = '', directUrl = '' } = guest.db
    for (const [name, value] of [
      ['DATABASE_URL', url],
      ['DATABASE_DIRECT_URL', directUrl],
    ] as const)
      if (value === '') delete given[name]
      else given[name] = value
  }
  // Apps name stages so. What is built and served is no development.
  if (guest && !NODE_ENVS.includes(given.NODE_ENV as 'test')) given.NODE_ENV = 'production'
  const parsed = (guest ? ofAnotherApp : ofOurApp).safeParse(given)
  if (parsed.success) return parsed.data
  throw new EnvError(
    parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'),
  )
}

let current: { env: Env; settings: Settings } | undefined

/** This process's environment, checked at the first call. */
export const env = (): Env => read().env

/** What it sets of the key layer. */
export const ownSettings = (): Settings => read().settings

function read() {
  if (current) return current
  const checked = loadEnv(process.env)
  return (current = { env: checked, settings: settingsOf(checked) })
}

/** The same where the app is another one. */
export const guestSettings = (guest: Guest): Settings => settingsOf(loadEnv(process.env, guest))

const settingsOf = (env: Env): Settings => ({
  mode: env.NODE_ENV,
  url: env.NEXTAUTH_URL,
  secrets: [env.NEXTAUTH_SECRET, env.NEXTAUTH_SECRET_PREVIOUS].filter((secret) => secret !== undefined),
  brand: env.API_KEY_BRAND,
  oldPrefixes: env.API_KEY_OLD_PREFIXES,
  oldHeaders: env.API_KEY_OLD_HEADERS,
  takesBcrypt: env.API_KEY_BCRYPT === 'on',
  cacheSize: env.API_KEY_CACHE_SIZE,
  keepsPlaces: env.API_KEY_PLACES === 'on',
  trustedProxies: env.TRUSTED_PROXIES,
  forwardedHeader: env.FORWARDED_HEADER,
  keepAliveMs: env.KEEP_ALIVE_TIMEOUT,
  lameDuckSeconds: env.LAME_DUCK_SECONDS,
  signalsAreOurs: Boolean(env.NEXT_MANUAL_SIG_HANDLE),
  db: {
    url: env.DATABASE_URL,
    directUrl: env.DATABASE_DIRECT_URL,
    poolSize: env.DATABASE_POOL_SIZE,
    timeoutMs: env.DATABASE_TIMEOUT_MS,
    preparedStatements: env.DATABASE_PREPARED_STATEMENTS,
  },
  redis: { url: env.REDIS_URL, caFile: env.REDIS_CA_FILE },
  limits: {
    perKey: env.RATE_LIMIT_PER_KEY,
    maxPerKey: env.RATE_LIMIT_MAX_PER_KEY,
    perClub: env.RATE_LIMIT_PER_CLUB,
    failuresPerAddress: env.RATE_LIMIT_FAILURES_PER_ADDRESS,
    changesPerUser: env.RATE_LIMIT_CHANGES_PER_USER,
    endingsPerCredential: env.RATE_LIMIT_ENDINGS_PER_CREDENTIAL,
    perSession: env.RATE_LIMIT_PER_SESSION,
  },
})

/**
 * What is read in an app of somebody else's. Its other variables are its own, whatever they hold: mail,
 * sign-in, log level, where it listens.
 */
const GUESTS =
  /^(?:DATABASE_\w+|REDIS_\w+|API_KEY_\w+|RATE_LIMIT_\w+|TRUSTED_PROXIES|FORWARDED_HEADER|NEXTAUTH_URL|CLUBKEYS_SECRET|NODE_ENV)$/

/** An app that says where its pages are may have an address for its own sign-ins, spelled as they like it. */
const isGuests = (name: string, { tellsOrigins }: Guest): boolean =>
  GUESTS.test(name) && !(tellsOrigins && name === 'NEXTAUTH_URL')

/** next-auth reads the environment itself, and without an address would say port 3000 of every port. */
export function tellNextAuthWhere(): void {
  process.env.NEXTAUTH_URL ||= env().NEXTAUTH_URL
}
