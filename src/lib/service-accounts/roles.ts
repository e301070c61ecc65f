import type { Role } from '@/contracts/permissions'
import type { Actor } from '../actor'
import { forbidden } from '../errors'

/**
 * Nobody gives an account more than they have: through its keys they would get the rest.
 * @throws Refusal `forbidden`
 */
export function requireRoles(actor: Actor, wanted: readonly Role[]): void {
  const missing = wanted.filter((role) => !actor.roles.includes(role))
  if (missing.length > 0)
    throw forbidden(`A service account’s roles stay within your own: you are not ${missing.join(', ')}.`)
}
