/** Where clients of imported keys send their token, besides the places that every key has. */
export type OldHeaders = {
  /** Schemes of `Authorization` other than Bearer, in lower case. */
  readonly schemes: ReadonlySet<string>
  /** Whether `Authorization` may hold a token and nothing else. */
  readonly raw: boolean
  /** Headers of the client's own, in lower case. */
  readonly names: readonly string[]
}

export const NO_OLD_HEADERS: OldHeaders = { schemes: new Set(), raw: false, names: [] }

/** Every request looks at each of them. */
const MOST = 8
/** RFC 9110 §5.6.2. */
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{5,64}$/
const AUTHORIZATION = /^authorization(?:[ \t]*:[ \t]*([!#$%&'*+.^_`|~0-9A-Za-z-]{2,32}))?$/i

/** These hold something other than a token, or a token that is bound to more than its text. */
const TAKEN_SCHEMES =
  /^(?:aws4-.*|basic|bearer|concealed|digest|dpop|gnap|hoba|kerberos|mutual|negotiate|ntlm|privatetoken|scram-.*|vapid)$/

/**
 * What means something to this layer, to HTTP, to browsers, to proxies or to the framework: its value is not
 * always the client's own word, is dropped, or is no secret.
 */
const TAKEN_NAMES = new RegExp(
  `^(?:${[
    'authorization|authentication-info|x-api-key|x-api-key-.*|x-auth-type|x-club|x-clubkeys-.*|x-request-id|idempotency-key',
    'accept|accept-.*|age|allow|alt-.*|cache-.*|connection|content-.*|cookie2?|set-cookie2?|date|depth|digest|dnt|early-data|etag',
    'expect|expires|from|host|http2-settings|if-.*|keep-alive|last-modified|link|location|max-forwards|origin|pragma|prefer|priority',
    'proxy-.*|purpose|x-purpose|range|referer|referrer|retry-after|save-data|server|signature|signature-.*|te|trailers?|transfer-.*',
    'upgrade|upgrade-.*|user-agent|vary|via|want-.*|warning|www-authenticate|dpop',
    'access-control-.*|sec-.*|service-worker|x-requested-with|x-csrf-token|x-xsrf-token|origin-agent-cluster',
    'forwarded|forwarded-.*|x-forwarded|x-forwarded-.*|x-real-.*|x-client-.*|x-cluster-.*|x-original-.*|x-host|x-rewrite-.*',
    'x-http-method|x-http-method-override|x-method-override|client-ip|true-client-ip|cf-.*|cdn-loop|fastly-.*|x-amzn?-.*|x-azure-.*',
    'x-envoy-.*|x-vercel-.*|x-correlation-id|x-trace-.*|x-b3-.*|b3|traceparent|tracestate|baggage',
    'next-.*|rsc|x-action-.*|x-invocation-id|x-invoke-.*|x-matched-path|x-middleware-.*|x-next-.*|x-nextjs-.*|x-now-.*|x-prerender-.*',
  ].join('|')})$`,
)

/**
 * Reads where old tokens are sent, each place as a client writes it: `Authorization: Token`, `Authorization`
 * alone (the token and nothing else), or the name of a header of the client's own, such as `X-My-App-Token`.
 * @throws TypeError that says which one cannot be used, and why; by its number, since somebody may have
 *   written a token there
 */
export function readOldHeaders(written: readonly string[]): OldHeaders {
  if (written.length > MOST) throw new TypeError(`names more than ${MOST} places`)
  const schemes = new Set<string>()
  const names = new Set<string>()
  let raw = false
  for (const [at, one] of written.entries()) {
    const authorization = AUTHORIZATION.exec(one)
    const scheme = authorization?.[1]?.toLowerCase()
    const fault = authorization ? scheme && faultOfScheme(scheme) : faultOfName(one)
    if (fault) throw new TypeError(`place ${at + 1} ${fault}`)
    if (!authorization) names.add(one.toLowerCase())
    else if (scheme === undefined) raw = true
    else schemes.add(scheme)
  }
  return { schemes, raw, names: [...names] }
}

function faultOfScheme(scheme: string): string | null {
  if (scheme === 'bearer') return 'is Authorization: Bearer, where every token is read anyway'
  return TAKEN_SCHEMES.test(scheme)
    ? 'is a scheme of Authorization that holds something other than a token'
    : null
}

function faultOfName(name: unknown): string | null {
  if (typeof name !== 'string' || !NAME.test(name))
    return 'is none: write "Authorization: Token" with its scheme, "Authorization" alone, or the name of a header of 5 to 64 characters such as "X-My-App-Token"'
  // Some servers before this one take the two characters for one.
  return TAKEN_NAMES.test(name.toLowerCase().replaceAll('_', '-'))
    ? 'is a header that means something else to this layer, to HTTP or to proxies'
    : null
}
