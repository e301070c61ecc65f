import { accessSync, constants, readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { z } from 'zod'
import { faultOf, schemaOf } from '../db/address'
import { readSigningKeys } from '../leaks/signing-keys'
import { parseRedisUrl } from '../limits/redis-address'
import { readOldHeaders } from '../old-headers'
import { readOrigins } from '../origins'
import { USUAL_POOL_SIZE } from '../settings'

const postgresUrl = z.string().superRefine((url, context) => {
  const fault = faultOf(url)
  if (fault) context.addIssue({ code: 'custom', message: fault })
})

const secret = z
  .string()
  .min(32, { error: 'must be at least 32 characters; `openssl rand -base64 32` makes one' })

export const NODE_ENVS = ['development', 'production', 'test'] as const

/** How often in a minute. */
const perMinute = () => z.coerce.number().int().min(1).max(1_000_000)

/** Comma-separated. */
const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean),
  )

/** What a reader cannot use is wrong in the words of its error. */
function readBy<Read>(read: (parts: string[]) => Read) {
  return (parts: string[], context: z.RefinementCtx): Read => {
    try {
      return read(parts)
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as TypeError).message })
      return z.NEVER
    }
  }
}

/** Not ours, and nothing that words begin with. */
const OLD_PREFIX = /^(?!sk_)[A-Za-z0-9][A-Za-z0-9_-]{1,30}[_-]$/

const cidrList = list.refine((ranges) => ranges.every(isCidr), {
  error: 'must be a comma-separated list of CIDR ranges such as 10.0.0.0/8, ::1/128',
})

const variables = z
  .object({
    NODE_ENV: z.enum(NODE_ENVS).default('development'),
    DATABASE_URL: postgresUrl.optional(),
    DATABASE_DIRECT_URL: postgresUrl.optional(),
    DATABASE_POOL_SIZE: z.coerce.number().int().min(1).max(200).default(USUAL_POOL_SIZE),
    DATABASE_TIMEOUT_MS: z.coerce.number().int().min(100).max(60_000).default(750),
    DATABASE_PREPARED_STATEMENTS: z.enum(['on', 'off']).optional(),
    NEXTAUTH_URL: z.url({ protocol: /^https?$/ }).optional(),
    NEXTAUTH_SECRET: secret.optional(),
    NEXTAUTH_SECRET_PREVIOUS: secret.optional(),
    NEXT_MANUAL_SIG_HANDLE: z.string().optional(),
    LAME_DUCK_SECONDS: z.coerce.number().int().min(0).max(300).default(0),
    PORT: z.coerce.number().int().min(1).max(65535).default(3000),
    HOST: z
      .string()
      .refine(isHost, { error: 'must be an IP address or a host name, without scheme or port' })
      .optional(),
    API_KEY_BRAND: z
      .string()
      .regex(/^[a-z0-9]{2,12}$/, { error: 'must be 2 to 12 of a-z and 0-9' })
      .default('club'),
    API_KEY_PLACES: z.enum(['on', 'off']).default('on'),
    API_KEY_CACHE_SIZE: z.coerce.number().int().min(0).max(10_000_000).default(100_000),
    API_KEY_OLD_PREFIXES: list.refine((prefixes) => prefixes.every((one) => OLD_PREFIX.test(one)), {
      error:
        'must be a comma-separated list of how old tokens begin: 3 to 32 of A-Z a-z 0-9 _ -, ending in _ or -',
    }),
    API_KEY_OLD_HEADERS: list.transform(readBy(readOldHeaders)),
    API_KEY_BCRYPT: z.enum(['on', 'off']).default('off'),
    CORS_ORIGINS: list.transform(readBy(readOrigins)),
    TRUSTED_PROXIES: cidrList,
    FORWARDED_HEADER: z
      .string()
      .toLowerCase()
      .pipe(z.enum(['x-forwarded-for', 'forwarded'], { error: 'must be x-forwarded-for or forwarded' }))
      .optional(),
    WEBHOOK_ALLOW_NETWORKS: cidrList,
    KEEP_ALIVE_TIMEOUT: z.coerce
      .number()
      .int()
      .refine((value) => (value >= 1 && value <= 600) || (value >= 1_000 && value <= 600_000), {
        error: 'must be 1 to 600 seconds, or 1000 to 600000 milliseconds',
      })
      // The framework's own servers read the same name in milliseconds.
      .transform((value) => (value < 1_000 ? value * 1_000 : value))
      .default(75_000),
    REDIS_URL: z
      .string()
      .refine((text) => parseRedisUrl(text) !== null, {
        error:
          'must be a redis:// or rediss:// URL, its password percent-encoded; several with commas between (a cluster’s nodes); or redis+sentinel://host:26379,host:26379/master',
      })
      .optional(),
    REDIS_CA_FILE: z
      .string()
      .refine((file) => isReadable(file), { error: 'must be a file that can be read' })
      .optional(),
    RATE_LIMIT_PER_KEY: perMinute().default(600),
    RATE_LIMIT_MAX_PER_KEY: perMinute().optional(),
    RATE_LIMIT_PER_CLUB: perMinute().default(6_000),
    RATE_LIMIT_FAILURES_PER_ADDRESS: perMinute().default(20),
    RATE_LIMIT_CHANGES_PER_USER: perMinute().default(30),
    RATE_LIMIT_ENDINGS_PER_CREDENTIAL: perMinute().optional(),
    RATE_LIMIT_PER_SESSION: perMinute().optional(),
    RATE_LIMIT_GUESSES_PER_CREDENTIAL: perMinute().optional(),
    CLUB_CREATION: z.enum(['off', 'members']).default('off'),
    CLUB_CREATION_PER_DAY: z.coerce.number().int().min(1).max(1_000).default(3),
    OIDC_NAME: z.string().min(1).max(40).default('Single sign-on'),
    OIDC_ISSUER: z.url({ protocol: /^https?$/ }).optional(),
    OIDC_CLIENT_ID: z.string().optional(),
    OIDC_CLIENT_SECRET: z.string().optional(),
    OIDC_TRUSTED_FOR_EMAIL: list,
    GOOGLE_CLIENT_ID: z.string().optional(),
    GOOGLE_CLIENT_SECRET: z.string().optional(),
    SMTP_URL: z
      .url({ protocol: /^smtps?$/, error: 'must be an address such as smtp://mail.example.org:587' })
      .optional(),
    MAIL_FROM: z.string().optional(),
    LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
    METRICS_TOKEN: z
      .string()
      .regex(/^[\w.~+/=-]{16,256}$/, { error: 'must be 16 to 256 of A-Z a-z 0-9 . _ ~ + / = -' })
      .optional(),
    GITHUB_SECRET_SCANNING_KEYS: z.string().superRefine(requireKeys).optional(),
    REQUEST_LOG: z.enum(['on', 'off']).default('on'),
    CLUBKEYS_SECRET: secret.optional(),
  })
  .refine(
    ({ DATABASE_URL: url, DATABASE_DIRECT_URL: direct }) =>
      !url || !direct || schemaOf(url) === schemaOf(direct),
    { path: ['DATABASE_DIRECT_URL'], error: 'names another schema than DATABASE_URL' },
  )
  .refine(together('OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'), {
    path: ['OIDC_ISSUER'],
    error: 'needs OIDC_CLIENT_ID and OIDC_CLIENT_SECRET beside it',
  })
  .refine(together('GOOGLE_CLIENT_ID', 'GOOGLE_CLIENT_SECRET'), {
    path: ['GOOGLE_CLIENT_ID'],
    error: 'needs GOOGLE_CLIENT_SECRET beside it',
  })
  .refine(together('SMTP_URL', 'MAIL_FROM'), { path: ['SMTP_URL'], error: 'needs MAIL_FROM beside it' })
  .refine((env) => !env.NEXTAUTH_SECRET_PREVIOUS || env.NEXTAUTH_SECRET, {
    path: ['NEXTAUTH_SECRET_PREVIOUS'],
    error: 'needs NEXTAUTH_SECRET beside it',
  })
  .transform((env) => ({ ...env, NEXTAUTH_URL: env.NEXTAUTH_URL ?? `http://localhost:${env.PORT}` }))

export const ofOurApp = variables.refine((env) => !env.DATABASE_URL || env.NEXTAUTH_SECRET, {
  path: ['NEXTAUTH_SECRET'],
  error: 'is required with DATABASE_URL; `openssl rand -base64 32` makes one',
})

/** The layer has a secret of its own here; sign-ins are the other app's. */
export const ofAnotherApp = variables
  .refine((env) => env.DATABASE_URL, { path: ['DATABASE_URL'], error: 'is required' })
  .transform((env) => ({ ...env, NEXTAUTH_SECRET: env.CLUBKEYS_SECRET }))

export type Env = z.infer<typeof ofOurApp>

/** All of them or none. */
function together(...names: string[]) {
  return (given: Record<string, unknown>) =>
    new Set(names.map((name) => given[name] !== undefined)).size === 1
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK)
    return true
  } catch {
    return false
  }
}

/** Where keys are read from later: a list and a file now, so that a wrong one stops the start. */
function requireKeys(from: string, context: z.RefinementCtx): void {
  const refuse = (message: string) => context.addIssue({ code: 'custom', message })
  if (/^https:\/\//.test(from) || /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/.test(from)) return
  if (/^http:/.test(from))
    return refuse('must be an https:// address: whoever answers decides who may report')
  if (!from.startsWith('{') && !isReadable(from))
    return refuse('must be an https:// address, a file that can be read, or the list itself as JSON')
  try {
    if (readSigningKeys(from.startsWith('{') ? from : readFileSync(from, 'utf8')).size === 0)
      refuse('names no current key of the curve P-256')
  } catch (error) {
    refuse((error as Error).message)
  }
}

/** An IPv6 address has brackets in a URL, but not where one listens. */
function isHost(text: string): boolean {
  return isIP(text) !== 0 || /^[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_])?$/i.test(text)
}

function isCidr(text: string): boolean {
  const [address = '', bits = '', ...rest] = text.split('/')
  const family = isIP(address)
  return (
    family !== 0 && rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128)
  )
}
