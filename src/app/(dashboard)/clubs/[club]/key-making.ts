import type { KeyMaking } from '@/components/keys/create-key-dialog'
import { getClub } from '@/lib/clubs/get-club'
import { env } from '@/lib/env'
import type { Role } from '@/contracts/permissions'
import type { Actor } from '@/lib/actor'
import { barred, keptMaking, mayMake } from '@/lib/auth/making-policy'
import { effectiveScopes } from '@/lib/permissions/scopes'
import { listServiceAccounts } from '@/lib/service-accounts/list'
import { createKey } from './keys/actions'

/** More than any club has: whose key it is must be choosable from one list. */
const ALL = 1_000

/** What making a key takes: for whom this person may make one, with which scopes, within which policy. */
export async function keyMaking(club: string, actor: Actor): Promise<KeyMaking> {
  const [{ data }, policy] = await Promise.all([
    listServiceAccounts(actor, { limit: ALL, status: 'ACTIVE' }),
    getClub(actor),
  ])
  const making = keptMaking(policy)
  /** The scopes that this person may put into a key of somebody with these roles. */
  const offered = (roles: readonly Role[]) => {
    const scopes = effectiveScopes(actor.scopes, roles)
    const kept = [actor.roles, roles].flatMap((held) => barred(making, held, scopes))
    return scopes.filter((scope) => !kept.includes(scope))
  }
  const accounts = data.map(({ user, roles }) => ({ id: user.id, name: user.name, scopes: offered(roles) }))
  const owners = [{ id: actor.userId ?? '', name: 'Me', scopes: offered(actor.roles) }, ...accounts]
  return {
    owners: mayMake(making, actor.roles) ? owners.filter(({ scopes }) => scopes.length > 0) : [],
    policy,
    origin: new URL(env().NEXTAUTH_URL).origin,
    create: createKey.bind(null, club),
  }
}
