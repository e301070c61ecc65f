import { isSecure } from '../own-origin'

/** As next-auth names it: under `__Secure-` no plain-HTTP page can set it. */
const nameOf = (name: string) => `${isSecure() ? '__Secure-' : ''}next-auth.${name}`

export const sessionCookieName = () => nameOf('session-token')

/** The other cookies that next-auth reads, as it names them. */
export const authCookieNames = () => ({
  session: sessionCookieName(),
  csrf: `${isSecure() ? '__Host-' : ''}next-auth.csrf-token`,
  callbackUrl: nameOf('callback-url'),
  state: nameOf('state'),
  pkce: nameOf('pkce.code_verifier'),
  nonce: nameOf('nonce'),
})

/** The value of the session cookie in a Cookie header (RFC 6265 §5.4); null without one. */
export function sessionCookieIn(header: string): string | null {
  const name = sessionCookieName()
  for (const pair of header.split(';')) {
    const [key = '', ...value] = pair.trim().split('=')
    if (key === name && value.length > 0) return value.join('=')
  }
  return null
}
