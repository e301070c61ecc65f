import { NO_OLD_HEADERS, type OldHeaders } from './old-headers'

/** The app's settings for the key layer. */
export type Settings = {
  mode: 'development' | 'production' | 'test'
  /** Where people reach the app, as a URL, for links and problem types. */
  url: string
  /** Cursors are sealed under the first of them; the others still open what they sealed. */
  secrets: readonly string[]
  /** The middle of every token. */
  brand: string
  /** How tokens of other systems begin, from which keys were imported. */
  oldPrefixes: readonly string[]
  /** Other places where clients send the tokens of imported keys. */
  oldHeaders: OldHeaders
  /** Whether imported keys with only a bcrypt hash are looked for. */
  takesBcrypt: boolean
  /** How many verified keys a process remembers; 0: none. */
  cacheSize: number
  /** Whether addresses and agents that keys are used from are kept. */
  keepsPlaces: boolean
  /** Origins of pages that may call the API with a key. */
  corsOrigins: readonly string[]
  /** CIDR ranges of proxies that may say who the client is. */
  trustedProxies: readonly string[]
  /** The header in which they say it; without one, either. */
  forwardedHeader?: 'x-forwarded-for' | 'forwarded' | undefined
  /** How long an idle connection is kept, in milliseconds. */
  keepAliveMs: number
  /** How long a process goes on serving after it was told to end, in seconds. Its probe says so. */
  lameDuckSeconds: number
  /** The bearer of whoever reads the metrics; undefined: nobody does. */
  metricsToken?: string | undefined
  /** Where GitHub's public keys for secret scanning are: an address, a file, or the list; undefined: it reports nothing here. */
  githubKeys?: string | undefined
  /** Whether only the layer handles signals. */
  signalsAreOurs: boolean
  webhooks: {
    /** CIDR ranges that webhooks may be sent to although nobody else reaches them, by http and on any port. */
    allowNetworks: readonly string[]
  }
  db: {
    url?: string | undefined
    /** The server itself, past any pooler. */
    directUrl?: string | undefined
    poolSize: number
    timeoutMs: number
    preparedStatements?: 'on' | 'off' | undefined
  }
  redis: { url?: string | undefined; caFile?: string | undefined }
  /** Calls a minute. */
  limits: {
    perKey: number
    maxPerKey?: number | undefined
    perClub: number
    failuresPerAddress: number
    changesPerUser: number
    endingsPerCredential?: number | undefined
    perSession?: number | undefined
    guessesPerCredential?: number | undefined
  }
}

/**
 * The app's settings cannot be used. The message names what is wrong, and never a value: it may be a secret.
 */
export class SettingsError extends Error {
  override name = 'SettingsError'
  readonly ofSettings = true
}

/** By a mark, since the error may come from another instance of this module. */
export const isSettingsError = (thrown: unknown): thrown is SettingsError =>
  thrown instanceof Error && (thrown as Partial<SettingsError>).ofSettings === true

/** Connections of each process; two of them are kept for acts that end something. */
export const USUAL_POOL_SIZE = 12

type Overrides = {
  db?: Partial<Settings['db']> | undefined
  limits?: Partial<Settings['limits']> | undefined
  oldHeaders?: OldHeaders | undefined
  corsOrigins?: readonly string[] | undefined
}
type Kept = { read?: () => Settings; over?: Overrides; made?: { of: Settings; settings: Settings } }

/** On `globalThis`: the framework loads middleware and handlers as separate module instances. */
const shared = globalThis as typeof globalThis & { clubkeysSettings?: Kept }
const kept = (): Kept => (shared.clubkeysSettings ??= {})

/** The settings of this process. @throws SettingsError where they cannot be used, or nobody said them */
export function settings(): Settings {
  const { read, over, made } = kept()
  if (!read)
    throw new SettingsError(
      'nothing is set yet: import the file that calls defineKeys() before you use the layer',
    )
  const of = read()
  if (made?.of === of) return made.settings
  const settings = {
    ...of,
    db: { ...of.db, ...over?.db },
    limits: { ...of.limits, ...over?.limits },
    oldHeaders: over?.oldHeaders ?? of.oldHeaders,
    corsOrigins: over?.corsOrigins ?? of.corsOrigins,
  }
  kept().made = { of, settings }
  return settings
}

/** Says where the settings come from. They are read at the first use, so that a wrong one stops no import. */
export const provideSettings = (read: () => Settings): void =>
  void (shared.clubkeysSettings = { ...kept(), read })

/**
 * The app's definition counts before provided settings.
 * @param given what it leaves out stays as it was
 */
export function overrideSettings(given: Overrides): void {
  const { read, over } = kept()
  shared.clubkeysSettings = { ...(read && { read }), over: { ...over, ...given } }
}

/**
 * Where old tokens are read; nowhere while the settings cannot be used. Called in every request, and by the
 * redactor, which has to print wrong settings, too.
 */
export function oldHeaders(): OldHeaders {
  try {
    return settings().oldHeaders
  } catch {
    return NO_OLD_HEADERS
  }
}
