import { env } from '../env'

export const isSecure = () => env().NEXTAUTH_URL.startsWith('https:')

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
