import { isTheme, themeCookie } from '@/components/theme/themes'
import { isSecure } from '@/lib/own-origin'
import { pathOfOurs } from '../own-path'

/**
 * Keeps a theme for browsers without JavaScript; the others do it themselves. A page of somebody else's can
 * lead here, too, and changes nothing but colours.
 */
export function GET(request: Request): Response {
  const { searchParams } = new URL(request.url)
  const to = searchParams.get('to')
  const headers = new Headers({ location: pathOfOurs(searchParams.get('back') ?? '/') ?? '/' })
  if (isTheme(to)) headers.set('set-cookie', themeCookie(to, isSecure()))
  return new Response(null, { status: 303, headers })
}
