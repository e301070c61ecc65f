import { isUtf8 } from 'node:buffer'
import { authCookieNames } from '@/lib/sign-in/session-cookie'
import { csrfUnderCurrentSecret, isSame, openCookie, sealCookie } from '@/lib/sign-in/sealed-cookie'
import { configuredProviders } from '@/lib/sign-in/providers'
import type { AuthAsked } from '@/lib/sign-in/next-auth'
import { env } from '@/lib/env'
import { notFound, Refusal } from '@/lib/errors'
import { MAX_BODY_BYTES, readBytes, refuseCoded } from '@/http/body'
import { parseJson } from '@/http/json'
import { readPairs, readQuery } from '@/http/pairs'

// If next-auth gets something unexpected, it answers 500, prints it, and renders pages without a content
// security policy. So it gets only values that were checked here: odd ones are left out or refused.

const PASSWORD_PROVIDER = 'password'
const ALONE = {
  GET: ['providers', 'session', 'csrf', 'error', 'signin', 'signout'],
  POST: ['session', 'signout'],
}

/** RFC 6749 §4.1.2, RFC 9207, OpenID Connect Session Management. */
const ANSWER_OF_PROVIDER = [
  'code',
  'state',
  'iss',
  'session_state',
  'error',
  'error_description',
  'error_uri',
]
/** The longest parameter, in characters. Some providers use long codes. */
const LONGEST = 4096

/**
 * What a request to `/api/auth/*` asks of next-auth.
 * @param nextauth the path's parts after it
 * @throws Refusal `not_found`, `method_not_allowed`, `unsupported_media_type`, `payload_too_large`,
 *   `validation_failed`
 */
export async function readAuthRequest(request: Request, nextauth: readonly string[]): Promise<AuthAsked> {
  const method = request.method === 'HEAD' ? 'GET' : request.method
  const [action = '', provider = null, ...rest] = nextauth
  if (rest.length > 0 || !isServed(action, provider)) throw notFound()
  if ((method !== 'GET' && method !== 'POST') || !takes(method, action, provider))
    throw new Refusal('method_not_allowed', 'This path does not take that method.')
  refuseCoded(request.headers.get('content-encoding'))
  const cookies = cookiesOf(request)
  const body = method === 'POST' ? await readForm(request) : {}
  const query = queryOf(request, action, provider)
  return { method, action, provider, query, body, cookies: await soundCookies(cookies) }
}

const isOpenId = (provider: string | null) => configuredProviders().some(({ id }) => id === provider)

function isServed(action: string, provider: string | null): boolean {
  if (provider === null) return ALONE.GET.includes(action)
  if (action === 'callback') return provider === PASSWORD_PROVIDER || isOpenId(provider)
  return action === 'signin' && (provider === PASSWORD_PROVIDER || isOpenId(provider))
}

function takes(method: 'GET' | 'POST', action: string, provider: string | null): boolean {
  if (provider === null) return ALONE[method].includes(action)
  if (action === 'callback') return method === (provider === PASSWORD_PROVIDER ? 'POST' : 'GET')
  return method === 'GET' || provider !== PASSWORD_PROVIDER
}

function queryOf(request: Request, action: string, provider: string | null): Record<string, string> {
  // Of a parameter that stands twice (RFC 6749 §3.1), the provider and we might each believe another one.
  const given = readQuery(request)
  const isAnswer = action === 'callback' && isOpenId(provider)
  // next-auth would pass these on to the provider: the client must not choose them.
  const named = isAnswer ? ANSWER_OF_PROVIDER : request.method === 'POST' ? [] : ['error']
  const known = named.flatMap((name) => {
    const value = given.get(name)
    return value === undefined || value.length > LONGEST ? [] : [[name, value] as const]
  })
  const callbackUrl = isAnswer ? undefined : ownAddress(given.get('callbackUrl'))
  const query: Record<string, string> = Object.fromEntries(known)
  if (callbackUrl !== undefined) query.callbackUrl = callbackUrl
  // It goes into the address of the sign-in page as it is.
  return isAnswer || query.error === undefined || /^[\w.-]{1,64}$/.test(query.error)
    ? query
    : { ...query, error: 'Default' }
}

const FIELDS = ['csrfToken', 'email', 'password', 'json', 'intent']

async function readForm(request: Request): Promise<Record<string, string>> {
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY_BYTES)
    throw new Refusal('payload_too_large', `A body has at most ${MAX_BODY_BYTES} bytes.`)
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  const text = textOf(await readBytes(request))
  if (text === '') return {}
  const given = type === 'application/json' ? objectIn(text) : type === FORM ? readPairs(text) : null
  if (given === null) throw new Refusal('unsupported_media_type', `Send a form (${FORM}) or a JSON object.`)
  const known = FIELDS.flatMap((name) => {
    const value = given.get(name)
    return typeof value === 'string' ? [[name, value] as const] : []
  })
  const callbackUrl = ownAddress(given.get('callbackUrl'))
  return { ...Object.fromEntries(known), ...(callbackUrl !== undefined && { callbackUrl }) }
}

const FORM = 'application/x-www-form-urlencoded'

/** What is no UTF-8 would be read as something else: a password as another one. */
function textOf(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw new Refusal('validation_failed', 'The body is not UTF-8.')
  return new TextDecoder().decode(bytes)
}

function objectIn(text: string): Map<string, unknown> {
  try {
    const json = parseJson(text)
    if (typeof json === 'object' && json !== null && !Array.isArray(json))
      return new Map(Object.entries(json))
  } catch (error) {
    if (error instanceof Refusal) throw error
    // Refused below, like JSON that is not an object.
  }
  throw new Refusal('validation_failed', 'The body is not a JSON object.')
}

/** An address of ours, written as a header can carry it; undefined for any other. */
function ownAddress(given: unknown): string | undefined {
  const { origin } = new URL(env().NEXTAUTH_URL)
  if (typeof given !== 'string' || given === '' || given.length > LONGEST || !URL.canParse(given, origin))
    return undefined
  const url = new URL(given, origin)
  return url.origin === origin ? url.href : undefined
}

/** The first of each name, as {@link presentedSession} reads them. */
function cookiesOf(request: Request): Map<string, string> {
  const cookies = new Map<string, string>()
  for (const pair of request.headers.get('cookie')?.split(';') ?? []) {
    const [name = '', ...value] = pair.trim().split('=')
    if (!cookies.has(name) && value.length > 0) cookies.set(name, decoded(value.join('=')))
  }
  return cookies
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}

/**
 * The cookies that next-auth reads, if they are valid, sealed under the current secret: it knows no other.
 */
async function soundCookies(given: Map<string, string>): Promise<Record<string, string>> {
  const names = authCookieNames()
  const { session, csrf, callbackUrl, ...flow } = names
  const sound = new Map<string, string | null | undefined>([
    [session, given.get(session)?.slice(0, LONGEST)],
    [csrf, csrfUnderCurrentSecret(given.get(csrf) ?? '')],
    [callbackUrl, ownAddress(given.get(callbackUrl))],
  ])
  for (const name of Object.values(flow)) sound.set(name, await resealed(given.get(name) ?? '', name))
  return Object.fromEntries([...sound].filter((entry): entry is [string, string] => !!entry[1]))
}

async function resealed(cookie: string, name: string): Promise<string | null> {
  const claims = await openCookie(cookie, name)
  if (!claims) return null
  const { value, provider, exp } = claims
  const seconds = Number(exp) - Math.floor(Date.now() / 1000)
  return sealCookie({ value, provider }, Math.max(1, seconds), name)
}

/** Whether a provider's answer belongs to a sign-in that this browser began with it. */
export async function isAwaited({ provider, query, cookies }: AuthAsked): Promise<boolean> {
  const { state, pkce } = authCookieNames()
  const begun = await openCookie(cookies[state] ?? '', state)
  return (
    cookies[pkce] !== undefined &&
    begun?.provider === provider &&
    typeof begun?.value === 'string' &&
    isSame(begun.value, query.state ?? '') &&
    (query.code !== undefined || query.error !== undefined)
  )
}
