import { definition, type Definition } from '@/contracts/definition'
import type { Metadata } from '@/contracts/metadata'
import { NOWHERE, type Actor, type Trace } from '../actor'
import { defineAbility } from '../permissions/ability'
import { effectiveScopes } from '../permissions/scopes'
import type { VerifiedKey } from './verification'

/** The actor behind a verified key: its scopes, cut down to its owner's live roles (G4). */
export function keyActor(key: VerifiedKey, trace: Trace): Actor {
  const { clubId, userId, roles } = key
  const via = {
    kind: 'api_key',
    keyId: key.id,
    keyName: key.name,
    expiresAt: key.expiresAt,
    get metadata() {
      return JSON.parse(key.metadata) as Metadata
    },
  } as const
  const { scopes, ability } = rightsOf(key)
  return { clubId, userId, roles, scopes, ability, via, trace }
}

type Rights = Pick<Actor, 'scopes' | 'ability'>

/** Rights follow from the key and the definition, and one remembered key serves many requests. */
const rights = new WeakMap<VerifiedKey, Rights & { by: Definition }>()

function rightsOf(key: VerifiedKey): Rights {
  const by = definition()
  const known = rights.get(key)
  if (known?.by === by) return known
  const { clubId, userId, roles } = key
  const scopes = effectiveScopes(key.scopes, roles)
  const made = { by, scopes, ability: defineAbility({ clubId, userId, roles, scopes, throughKey: true }) }
  rights.set(key, made)
  return made
}

/**
 * An operator at the command line. `userId` names the member whose keys are made; that member's own roles
 * still limit them.
 */
export const operatorActor = (clubId: string, userId: string | null, label: string): Actor => ({
  ...unbound(clubId, userId),
  via: { kind: 'operator', label },
  trace: NOWHERE,
})

/** The system itself, for what a report from outside sets off. @param label who reported, in our own words */
export const systemActor = (clubId: string, label: string, trace: Trace): Actor => ({
  ...unbound(clubId, null),
  via: { kind: 'system', label },
  trace,
})

function unbound(clubId: string, userId: string | null): Omit<Actor, 'via' | 'trace'> {
  const [roles, scopes] = [[...definition().roles.keys()], [...definition().scopes.keys()]]
  const ability = defineAbility({ clubId, userId: userId ?? '', roles, scopes, throughKey: false })
  return { clubId, userId, roles, scopes, ability }
}
