import type { Withheld } from '@/components/keys/actions'
import type { KeyMaking } from '@/components/keys/create-key-dialog'
import { env } from '@/lib/env'
import type { Role, Scope } from '@/contracts/permissions'
import type { Actor } from '@/lib/actor'
import { countTowardsMost } from '@/lib/auth/api-key'
import { barred, keptMaking, mayMake } from '@/lib/auth/making-policy'
import { effectiveScopes, scopesOf } from '@/lib/permissions/scopes'
import { listServiceAccounts } from '@/lib/service-accounts/list'
import { requireClub } from '../../../caller'
import { wordsOf } from '../../../words'
import { createHoney, createKey } from './keys/actions'

/** More than any club has: whose key it is must be choosable from one list. */
const ALL = 1_000

/** What making a key takes: for whom this person may make one, with which scopes, within which policy. */
export async function keyMaking(club: string, actor: Actor): Promise<KeyMaking> {
  const [{ data }, policy] = await Promise.all([
    listServiceAccounts(actor, { limit: ALL, status: 'ACTIVE' }),
    requireClub(club),
  ])
  const making = keptMaking(policy)
  const all = wordsOf().scopes.map(({ scope }) => scope)
  /** The scopes that this person may put into a key of somebody with these roles, and why not the others. */
  const offered = (roles: readonly Role[]) => {
    const held = scopesOf(roles)
    const both = effectiveScopes(actor.scopes, roles)
    const kept = [actor.roles, roles].flatMap((some) => barred(making, some, both))
    const why = (scope: Scope): Withheld[Scope] =>
      !held.includes(scope) ? 'owner' : kept.includes(scope) ? 'policy' : 'maker'
    const scopes = both.filter((scope) => !kept.includes(scope))
    const others = all.filter((scope) => !scopes.includes(scope))
    return { scopes, withheld: Object.fromEntries(others.map((scope) => [scope, why(scope)])) }
  }
  const people = [
    { id: actor.userId ?? '', name: 'You', roles: actor.roles },
    ...data.map(({ user, roles }) => ({ id: user.id, name: user.name, roles })),
  ]
  const counts = await countTowardsMost(
    actor,
    people.map(({ id }) => id),
  )
  const owners = people.map(({ id, name, roles }) => ({
    ...{ id, name, ...offered(roles) },
    live: counts.get(id) ?? 0,
    most: policy.maxLiveKeysPerMember,
  }))
  return {
    makers: mayMake(making, actor.roles) ? null : (making.keyMakers ?? []),
    owners: mayMake(making, actor.roles) ? owners.filter(({ scopes }) => scopes.length > 0) : [],
    policy,
    origin: new URL(env().NEXTAUTH_URL).origin,
    create: createKey.bind(null, club),
    createHoney: actor.ability.can('create-honey', 'ApiKey') ? createHoney.bind(null, club) : null,
  }
}
