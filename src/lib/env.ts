import { inWords } from '@/contracts/words'
import { NODE_ENVS, ofAnotherApp, ofOurApp, type Env } from './environment/variables'
import { SettingsError, type Settings } from './settings'

/**
 * A variable that is missing or wrong. The message names it and never repeats its value: it may be a secret.
 */
export class EnvError extends SettingsError {
  override name = 'EnvError'
}

/**
 * What is known of another app that the layer stands in: whether it gives its pages' origins, and its tables'
 * address.
 */
type Guest = {
  readonly tellsOrigins: boolean
  readonly db?: { readonly url: string | undefined; readonly directUrl?: string | undefined }
}

/**
 * Reads and checks the environment. Empty values count as absent, as `.env` files leave them.
 * @param guest for another app: then only the layer's own variables count
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
  // Apps name their stages like this. A built and serving app is not in development.
  if (guest && !NODE_ENVS.includes(given.NODE_ENV as 'test')) given.NODE_ENV = 'production'
  const parsed = (guest ? ofAnotherApp : ofOurApp).safeParse(given, { error: inWords })
  if (parsed.success) return parsed.data
  throw new EnvError(
    parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'),
  )
}

let current: { env: Env; settings: Settings } | undefined

/** This process's environment, checked at the first call. */
export const env = (): Env => read().env

/** The part of it that sets the key layer. */
export const ownSettings = (): Settings => read().settings

function read() {
  if (current) return current
  const checked = loadEnv(process.env)
  return (current = { env: checked, settings: settingsOf(checked) })
}

/** The same for another app. */
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
  corsOrigins: env.CORS_ORIGINS,
  trustedProxies: env.TRUSTED_PROXIES,
  forwardedHeader: env.FORWARDED_HEADER,
  keepAliveMs: env.KEEP_ALIVE_TIMEOUT,
  lameDuckSeconds: env.LAME_DUCK_SECONDS,
  metricsToken: env.METRICS_TOKEN,
  githubKeys: env.GITHUB_SECRET_SCANNING_KEYS,
  signalsAreOurs: Boolean(env.NEXT_MANUAL_SIG_HANDLE),
  webhooks: { allowNetworks: env.WEBHOOK_ALLOW_NETWORKS },
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
    guessesPerCredential: env.RATE_LIMIT_GUESSES_PER_CREDENTIAL,
  },
})

/**
 * The variables that are read in somebody else's app. All others are that app's own: mail, sign-in, log
 * level, where it listens.
 */
const GUESTS =
  /^(?:DATABASE_\w+|REDIS_\w+|API_KEY_\w+|RATE_LIMIT_\w+|CORS_ORIGINS|TRUSTED_PROXIES|FORWARDED_HEADER|METRICS_TOKEN|GITHUB_SECRET_SCANNING_KEYS|WEBHOOK_ALLOW_NETWORKS|NEXTAUTH_URL|CLUBKEYS_SECRET|NODE_ENV)$/

/** An app that gives its origins may use NEXTAUTH_URL for its own sign-ins, in its own form. */
const isGuests = (name: string, { tellsOrigins }: Guest): boolean =>
  GUESTS.test(name) && !(tellsOrigins && name === 'NEXTAUTH_URL')

/** next-auth reads the environment itself, and without an address would assume port 3000. */
export function tellNextAuthWhere(): void {
  process.env.NEXTAUTH_URL ||= env().NEXTAUTH_URL
}
