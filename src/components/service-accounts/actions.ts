import type { Role } from '@/contracts/permissions'
import type { ServiceAccount } from '@/contracts/service-accounts'
import type { PageAct } from '../outcome'

type Change = { id: string; name?: string; roles?: Role[]; status?: 'ACTIVE' | 'SUSPENDED' }

/** What an admin can do on the service accounts page, in the page's own club. */
export type ServiceAccountActions = {
  create: PageAct<{ name: string; roles: Role[] }, ServiceAccount>
  update: PageAct<Change, ServiceAccount>
  remove: PageAct<{ id: string }, ServiceAccount>
}

/** `keys`: how many live keys the account has. */
export type ListedAccount = ServiceAccount & { keys: number }
