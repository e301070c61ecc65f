import { z } from 'zod'

/** A member holds one or more; none inherits another. */
export const ROLES = ['CLUB_ADMIN', 'COACH', 'ATHLETE'] as const
export const role = z.enum(ROLES)
export type Role = z.infer<typeof role>

/** A set of roles: at least one, none twice, kept in the order of {@link ROLES}. */
export const roles = z
  .array(role)
  .min(1)
  .refine((given) => new Set(given).size === given.length, { error: 'must not name a role twice' })
  .transform((given) => ROLES.filter((known) => given.includes(known)))

/**
 * What a key may be allowed to do. Each scope opens an operation: otherwise a key would promise what it
 * cannot do. Its effective rights are these, cut down to what its owner's live roles grant.
 */
export const SCOPES = [
  'practices:read',
  'practices:write',
  'members:read',
  'api-keys:read',
  'api-keys:write',
  'audit:read',
] as const
export const scope = z.enum(SCOPES)
export type Scope = z.infer<typeof scope>

/** A set of scopes: at least one, none twice, kept in the order of {@link SCOPES}. */
export const scopes = z
  .array(scope)
  .min(1)
  .refine((given) => new Set(given).size === given.length, { error: 'must not name a scope twice' })
  .transform((given) => SCOPES.filter((known) => given.includes(known)))

/** What CASL is asked about: an action on a Prisma model. */
export type Action = 'read' | 'create' | 'update' | 'delete' | 'revoke'
export type SubjectName = 'ApiKey' | 'Practice' | 'Membership' | 'AuditEvent' | 'Club'
