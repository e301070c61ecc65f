import type { Role } from '@/contracts/permissions'
import type { ServiceAccount } from '@/contracts/service-accounts'
import type { Outcome } from '../outcome'

type Change = { id: string; name?: string; roles?: Role[]; status?: 'ACTIVE' | 'SUSPENDED' }

/** What an admin can do on the service accounts page, in the page's own club. */
export type ServiceAccountActions = {
  create: (input: { name: string; roles: Role[] }) => Promise<Outcome<ServiceAccount>>
  update: (input: Change) => Promise<Outcome<ServiceAccount>>
  remove: (input: { id: string }) => Promise<Outcome<ServiceAccount>>
}

/** `keys`: how many live keys the account has. */
export type ListedAccount = ServiceAccount & { keys: number }
