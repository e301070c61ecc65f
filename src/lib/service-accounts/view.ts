import type { ServiceAccount } from '@/contracts/service-accounts'
import type { Prisma } from '../db/client'
import type { MemberRow } from '../members/member-view'

/** The other half of the club's memberships: no person is read or changed here. */
export const SERVICE = { user: { kind: 'service' } } as const satisfies Prisma.MembershipWhereInput

export function showServiceAccount({ id, user, roles, status, joinedAt }: MemberRow): ServiceAccount {
  return {
    id,
    user: { id: user.id, name: user.name, kind: 'service' },
    roles,
    status,
    createdAt: joinedAt.toISOString(),
  }
}
