import type { InvitedMember, Member } from '@/contracts/member'
import type { Role } from '@/contracts/permissions'
import type { Outcome } from '../outcome'

/** What an admin can do on the members page, in the page's own club. */
export type MemberActions = {
  invite: (input: { email: string; name?: string; roles: Role[] }) => Promise<Outcome<InvitedMember>>
  update: (input: { id: string; roles?: Role[]; status?: 'ACTIVE' | 'SUSPENDED' }) => Promise<Outcome<Member>>
  remove: (input: { id: string }) => Promise<Outcome<Member>>
}

/** `keys`: how many live keys the person has in this club; null for those who may not know. */
export type ListedMember = Member & { keys: number | null }
