import { definition } from '@/contracts/definition'
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
  if (scope === null) throw forbidden('The roles behind this credential do not allow it.')
  throw scopesOf(actor.roles).includes(scope) ? insufficientScope([scope]) : notInRoles(scope)
}

/** Says which roles would do: who reads it has to ask one of their holders. */
function notInRoles(scope: string): Error {
  const granting = [...definition().grants].flatMap(([role, scopes]) =>
    scopes.includes(scope) ? [role] : [],
  )
  const whose = granting.length > 0 ? ` These do: ${granting.join(', ')}.` : ''
  return forbidden(`This needs ${scope}, which the roles behind this credential do not grant.${whose}`, [
    scope,
  ])
}
