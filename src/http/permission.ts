import type { Operation } from '@/contracts/operation'
import type { Actor } from '@/lib/actor'
import { forbidden, insufficientScope } from '@/lib/errors'
import type { ModelName } from '@/lib/permissions/ability'
import { scopesOf } from '@/lib/permissions/scopes'

type Needs = Pick<Operation, 'scope' | 'can' | 'sessionOnly'>

/** Whether this caller may do the operation at all; the verb decides to which rows. */
export const isPermitted = ({ via, scopes, ability }: Actor, { scope, can, sessionOnly }: Needs): boolean =>
  !(sessionOnly && via.kind !== 'session') &&
  // Checked besides `can`: another scope may allow the same act on the same rows. It may be null.
  (scope === null || scopes.includes(scope)) &&
  (can === null || ability.can(can[0], can[1] as ModelName))

/** @throws Refusal `insufficient_scope` | `forbidden` */
export function requirePermission(actor: Actor, operation: Needs): void {
  if (isPermitted(actor, operation)) return
  const { scope, sessionOnly } = operation
  if (sessionOnly && actor.via.kind !== 'session')
    throw forbidden('This is for people who are signed in; no key can do it.')
  const inRoles = scope !== null && scopesOf(actor.roles).includes(scope)
  throw inRoles
    ? insufficientScope([scope])
    : forbidden('The roles behind this credential do not allow it.', scope ? [scope] : undefined)
}
