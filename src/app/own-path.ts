import { env } from '@/lib/env'

/**
 * Where to go after signing in: a path of ours or `fallback`. An address elsewhere, which a link in an email
 * may carry, is dropped (OWASP: unvalidated redirects).
 */
export function ownPath(given: string | undefined, fallback: string): string {
  const path = given === undefined ? null : pathOfOurs(given)
  return path !== null && !path.startsWith('/sign-in') ? path : fallback
}

/** The path and query of an address of ours; null: it leads elsewhere. */
export function pathOfOurs(given: string): string | null {
  const { origin } = new URL(env().NEXTAUTH_URL)
  if (!URL.canParse(given, origin)) return null
  const url = new URL(given, origin)
  const isOurs = url.origin === origin && url.pathname.startsWith('/') && !url.pathname.startsWith('//')
  return isOurs ? `${url.pathname}${url.search}` : null
}
