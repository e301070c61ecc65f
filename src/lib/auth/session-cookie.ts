import { env } from '../env'

export const isSecure = () => env().NEXTAUTH_URL.startsWith('https:')

/** As next-auth names it: under `__Secure-` no plain-HTTP page can set it. */
export const sessionCookieName = () => `${isSecure() ? '__Secure-' : ''}next-auth.session-token`
