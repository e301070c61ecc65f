import { z } from 'zod'
import { definition } from './definition'

// Which roles and scopes there are, the app defines: the schemas ask when they are first used.

const known = {
  roles: () => [...definition().roles.keys()],
  scopes: () => [...definition().scopes.keys()],
}

/** The name of one that the app defines. */
export type Role = string
/** The name of one that a resource of the app or of the layer defines. */
export type Scope = string
/** What CASL is asked about, on a model. */
export type Action = string

export const role = z.lazy(() => z.enum(known.roles()))
export const scope = z.lazy(() => z.enum(known.scopes()))

/** A set of roles: at least one, none twice, kept in the order in which they are defined. */
export const roles = z
  .array(role)
  .min(1)
  .refine((given) => new Set(given).size === given.length, { error: 'must not name a role twice' })
  .transform((given) => known.roles().filter((one) => given.includes(one)))

/** A set of scopes: at least one, none twice, kept in the order in which they are defined. */
export const scopes = z
  .array(scope)
  .min(1)
  .refine((given) => new Set(given).size === given.length, { error: 'must not name a scope twice' })
  .transform((given) => known.scopes().filter((one) => given.includes(one)))
