import { SCOPES, type Role, type Scope } from '@/contracts/permissions'

/** What each role may put into a key. None inherits another: an admin who coaches holds both. */
const GRANTS: Record<Role, readonly Scope[]> = {
  CLUB_ADMIN: ['practices:read', 'members:read', 'api-keys:read', 'api-keys:write', 'audit:read'],
  COACH: ['practices:read', 'practices:write', 'members:read', 'api-keys:read', 'api-keys:write'],
  ATHLETE: ['practices:read', 'members:read', 'api-keys:read', 'api-keys:write'],
}

/** The scopes that these roles grant together. */
export function scopesOf(roles: readonly Role[]): Scope[] {
  return SCOPES.filter((scope) => roles.some((role) => GRANTS[role].includes(scope)))
}

/** A key's scopes out of its row, which may hold one that another release knows and this one does not. */
export const keptScopes = (stored: readonly string[]): Scope[] =>
  SCOPES.filter((scope) => stored.includes(scope))

/** Effective scopes = the key's ∩ its owner's live roles (G4). */
export function effectiveScopes(scopes: readonly Scope[], roles: readonly Role[]): Scope[] {
  return scopesOf(roles).filter((scope) => scopes.includes(scope))
}
