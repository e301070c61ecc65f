import { ROLES, type Role } from '@/contracts/permissions'

export const ROLE_NAMES: Record<Role, string> = { CLUB_ADMIN: 'Admin', COACH: 'Coach', ATHLETE: 'Athlete' }

/** "Admin and coach": the strongest first. */
export function roleNames(roles: readonly Role[]): string {
  const names = ROLES.filter((role) => roles.includes(role)).map((role) => ROLE_NAMES[role].toLowerCase())
  const text = names.length > 2 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : names.join(' and ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}
