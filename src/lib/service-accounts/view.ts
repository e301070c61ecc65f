import type { ServiceAccount } from '@/contracts/service-accounts'
import type { MemberRow } from '../members/member-view'

export function showServiceAccount({ id, user, roles, status, joinedAt }: MemberRow): ServiceAccount {
  return {
    id,
    user: { id: user.id, name: user.name, kind: 'service' },
    roles,
    status,
    createdAt: joinedAt.toISOString(),
  }
}
