import { env } from '@/lib/env'

/**
 * Where to go after signing in: a path of ours or `fallback`. An address elsewhere, which a link in an email
 * may carry, is dropped (OWASP: unvalidated redirects).
 */
export function ownPath(given: string | undefined, fallback: string): string {
  const { origin } = new URL(env().NEXTAUTH_URL)
  if (given === undefined || !URL.canParse(given, origin)) return fallback
  const url = new URL(given, origin)
  const leads =
    url.origin === origin &&
    url.pathname.startsWith('/') &&
    !url.pathname.startsWith('//') &&
    !url.pathname.startsWith('/sign-in')
  return leads ? `${url.pathname}${url.search}` : fallback
}
