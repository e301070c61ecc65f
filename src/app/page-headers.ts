import { randomBytes } from 'node:crypto'
import { configuredProviders } from '@/lib/sign-in/providers'
import { env } from '@/lib/env'
import { everyAnswersHeaders } from '@/http/every-answer'
import { PATH_HEADER } from '@/http/headers'

const POLICY_HEADER = 'content-security-policy'

/** Features that no page of ours uses, so that injected code cannot use them either. */
const PERMISSIONS = ['camera', 'display-capture', 'geolocation', 'microphone', 'payment', 'usb']
  .map((name) => `${name}=()`)
  .join(', ')

/**
 * What every page is answered with, under a nonce of its own.
 * @param path with what it was asked for
 * @param inward the headers that the page itself sees: the framework takes the nonce for its scripts from the
 *   policy there
 */
export function pageHeaders(path: string, inward: Headers): { headers: Headers } {
  const policy = contentPolicy(randomBytes(16).toString('base64'))
  inward.set(POLICY_HEADER, policy)
  // Pages do not learn their own address otherwise; the sign-in page sends people back to it.
  inward.set(PATH_HEADER, path)
  const headers = new Headers({
    [POLICY_HEADER]: policy,
    ...everyAnswersHeaders(),
    'permissions-policy': PERMISSIONS,
    'cross-origin-opener-policy': 'same-origin',
    'cache-control': 'no-store',
  })
  return { headers }
}

/**
 * Content Security Policy Level 3: only scripts and styles that carry this answer's nonce, or that such a
 * script loads.
 */
function contentPolicy(nonce: string): string {
  // `next dev` evaluates modules, injects styles and talks over a socket; a built app does none of it.
  const develop = env().NODE_ENV === 'development'
  const directives = {
    'default-src': ["'self'"],
    'script-src': ["'self'", `'nonce-${nonce}'`, "'strict-dynamic'", ...(develop ? ["'unsafe-eval'"] : [])],
    'style-src': develop ? ["'self'", "'unsafe-inline'"] : ["'self'", `'nonce-${nonce}'`],
    'img-src': ["'self'", 'data:'],
    'connect-src': develop ? ["'self'", 'ws:'] : ["'self'"],
    'object-src': ["'none'"],
    'base-uri': ["'none'"],
    'form-action': ["'self'", ...configuredProviders().map(({ issuer }) => new URL(issuer).origin)],
    'frame-ancestors': ["'none'"],
  }
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources.join(' ')}`)
    .join('; ')
}
