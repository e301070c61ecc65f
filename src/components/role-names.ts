import type { Words } from '@/contracts/definition'
import type { Role } from '@/contracts/permissions'

/** "Admin and coach": the strongest first. */
export function roleNames(words: Words['roles'], roles: readonly Role[]): string {
  const names = words.filter(({ role }) => roles.includes(role)).map(({ name }) => name.toLowerCase())
  const text = names.length > 2 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : names.join(' and ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}
