import { definition } from '@/contracts/definition'
import type { Role, Scope } from '@/contracts/permissions'

/** The scopes that these roles grant together. None inherits another: an admin who coaches holds both. */
export function scopesOf(roles: readonly Role[]): Scope[] {
  const { scopes, grants } = definition()
  return [...scopes.keys()].filter((scope) => roles.some((role) => grants.get(role)?.includes(scope)))
}

/** A key's scopes from its row, without those that only another release knows. */
export const keptScopes = (stored: readonly string[]): Scope[] =>
  [...definition().scopes.keys()].filter((scope) => stored.includes(scope))

/** Effective scopes = the key's ∩ its owner's live roles (G4). */
export function effectiveScopes(scopes: readonly Scope[], roles: readonly Role[]): Scope[] {
  return scopesOf(roles).filter((scope) => scopes.includes(scope))
}

/** Whether one of these roles manages people, keys and settings. */
export const isAdmin = (roles: readonly Role[]): boolean =>
  definition().admins.some((role) => roles.includes(role))
