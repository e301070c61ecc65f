import { definition } from '@/contracts/definition'
import type { Role, Scope } from '@/contracts/permissions'
import type { Prisma, Transaction } from '../db/client'
import { forbidden } from '../errors'
import { rolesOf } from '../people/member'
import type { Actor } from '../actor'
import { keptPolicyOf, lockPolicy, type KeptPolicy } from '../policy-row'
import { ownerNow, type ApiKeyRow } from './api-key-view'
import type { Owner } from './receiver'

/**
 * Who may make keys, and which scopes a role may put into one; null, and a role that is not named: no bound.
 */
export type MakingPolicy = {
  keyMakers: Role[] | null
  keyScopes: Partial<Record<Role, Scope[]>> | null
}
type Kept = Pick<KeptPolicy, 'keyMakers' | 'keyScopes'>

/**
 * Out of what is stored. What this release does not know is left out, and so lets nobody do anything; a role
 * that is named stays bound, whatever stands there.
 */
export function keptMaking({ keyMakers, keyScopes }: Kept): MakingPolicy {
  return {
    keyMakers: keyMakers === null ? null : known([...definition().roles.keys()], keyMakers),
    keyScopes:
      typeof keyScopes === 'object' && keyScopes !== null && !Array.isArray(keyScopes)
        ? sorted(keyScopes)
        : null,
  }
}

/** In the order in which the app defines roles and scopes: the same policy is always the same text. */
export function sorted(keyScopes: Readonly<Record<string, unknown>>): Record<Role, Scope[]> {
  const { roles, scopes } = definition()
  const named = [...roles.keys()].filter((role) => Object.hasOwn(keyScopes, role))
  return Object.fromEntries(named.map((role) => [role, known([...scopes.keys()], keyScopes[role])]))
}

const known = (all: readonly string[], stored: unknown): string[] =>
  all.filter((one) => Array.isArray(stored) && stored.includes(one))

/** Whether one of these roles may make keys. */
export const mayMake = ({ keyMakers }: MakingPolicy, roles: readonly Role[]): boolean =>
  keyMakers === null || roles.some((role) => keyMakers.includes(role))

const grants = (role: Role, scope: Scope): boolean => definition().grants.get(role)?.includes(scope) ?? false

function gives({ keyScopes }: MakingPolicy, role: Role, scope: Scope): boolean {
  if (!grants(role, scope)) return false
  if (keyScopes === null || !Object.hasOwn(keyScopes, role)) return true
  return keyScopes[role]?.includes(scope) ?? false
}

/** Those of the scopes that the roles grant, but may not put into a key. */
export const barred = (policy: MakingPolicy, roles: readonly Role[], scopes: readonly Scope[]): Scope[] =>
  scopes.filter(
    (scope) => roles.some((role) => grants(role, scope)) && !roles.some((role) => gives(policy, role, scope)),
  )

/**
 * The club's policy as it counts for a key until the commit: a stricter one waits for this key, and finds it;
 * or this one waits, and follows it. Lock the owner and the key before.
 */
export async function holdPolicy(tx: Transaction, { clubId }: Actor): Promise<KeptPolicy> {
  await lockPolicy(tx, clubId, 'FOR SHARE')
  return keptPolicyOf(tx, clubId)
}

/**
 * A person makes a key, or lets one do more, only within the club's policy: by their own roles, and for
 * the key by its owner's. A key acts for its owner; an operator for the person who will own it.
 * @param owner with the roles that they have at this moment
 * @throws Refusal `forbidden`
 */
export function requireMaking(
  club: Kept,
  { via, roles }: Actor,
  owner: Pick<Owner, 'kind' | 'roles'>,
  scopes: readonly Scope[],
): void {
  const policy = keptMaking(club)
  const makers = via.kind === 'session' ? roles : owner.roles
  const isBound = via.kind !== 'operator' || owner.kind === 'user'
  if (isBound && !mayMake(policy, makers))
    throw forbidden(
      `The club’s policy lets ${makersInWords(policy)} make keys, or let a key do more. Ask an admin of the club.`,
    )
  const missing = [...new Set([makers, owner.roles].flatMap((held) => barred(policy, held, scopes)))]
  if (missing.length > 0)
    throw forbidden(
      `The club’s policy does not let ${owner.roles.join(', ')} give a key ${missing.join(', ')}. Ask an admin of the club.`,
      missing,
    )
}

const makersInWords = ({ keyMakers }: MakingPolicy): string =>
  keyMakers?.length ? `only ${keyMakers.join(', ')}` : 'nobody'

/** The same for a key that there is, held by `lockKey`. */
export async function requireMakingOf(
  tx: Transaction,
  actor: Actor,
  key: ApiKeyRow,
  scopes: readonly Scope[],
): Promise<void> {
  const { userId, kind } = ownerNow(key)
  const roles = await rolesOf(tx, { clubId: actor.clubId, userId })
  requireMaking(await holdPolicy(tx, actor), actor, { kind, roles }, scopes)
}

/**
 * Keys that hold what their owner's roles may not put into one now, or whose owner may make none. As filters.
 */
export function beyondMaking(policy: MakingPolicy): Prisma.ApiKeyWhereInput[] {
  const { roles, scopes } = definition()
  const has = (some: readonly Role[]) => ({ roles: { hasSome: [...some] } })
  const holding = [...scopes.keys()].flatMap((scope) => {
    const granting = [...roles.keys()].filter((role) => grants(role, scope))
    const giving = granting.filter((role) => gives(policy, role, scope))
    if (giving.length === granting.length) return []
    return [{ scopes: { has: scope }, owner: { live: { AND: [has(granting), { NOT: has(giving) }] } } }]
  })
  const { keyMakers } = policy
  if (keyMakers === null) return holding
  return [...holding, { owner: { live: { kind: 'user' as const, NOT: has(keyMakers) } } }]
}
