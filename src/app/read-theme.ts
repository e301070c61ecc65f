import { cookies } from 'next/headers'
import { isTheme, THEME_COOKIE, type Theme } from '@/components/theme/themes'

/** The theme that this browser chose. Anything else in the cookie means nothing. */
export async function readTheme(): Promise<Theme> {
  const kept = (await cookies()).get(THEME_COOKIE)?.value
  return isTheme(kept) ? kept : 'system'
}
