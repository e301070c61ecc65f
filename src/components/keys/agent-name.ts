/** Those that browsers call themselves by last: most pretend to be others first. */
const BROWSERS = [
  ['Edg/', 'Edge'],
  ['OPR/', 'Opera'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const
const SYSTEMS = [
  ['Android', 'Android'],
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Windows', 'Windows'],
  ['Mac OS X', 'macOS'],
  ['Linux', 'Linux'],
] as const

/** A user agent as people say it: "Firefox on Linux", "curl/8.14.1". What it says of itself need not be true. */
export function agentName(userAgent: string): string {
  const named = (list: readonly (readonly [string, string])[]) =>
    list.find(([mark]) => userAgent.includes(mark))?.[1]
  if (!userAgent.startsWith('Mozilla/')) return userAgent.split(/\s/, 1)[0] || userAgent
  const [browser, system] = [named(BROWSERS), named(SYSTEMS)]
  if (!browser) return userAgent
  return system ? `${browser} on ${system}` : browser
}
