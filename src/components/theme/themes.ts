/** What people can choose; `system`: as their device is set. */
const THEMES = ['light', 'dark', 'system'] as const
export type Theme = (typeof THEMES)[number]

export const THEME_COOKIE = 'clubkeys-theme'
const YEAR_SECONDS = 365 * 86_400

export const isTheme = (value: unknown): value is Theme => THEMES.some((theme) => theme === value)

/** The cookie that keeps the choice, as `Set-Cookie` and `document.cookie` take it. */
export function themeCookie(theme: Theme, isSecure: boolean): string {
  const age = theme === 'system' ? 0 : YEAR_SECONDS
  return `${THEME_COOKIE}=${theme}; Path=/; Max-Age=${age}; SameSite=Lax${isSecure ? '; Secure' : ''}`
}
