import type { InvitedMember, Member, RemovedMember } from '@/contracts/member'
import type { HandedOver } from '@/contracts/hand-over'
import type { MemberImpact } from '@/contracts/offboarding'
import type { Role, Scope } from '@/contracts/permissions'
import type { PageAct, PageLookup } from '../outcome'

/** What is about to be done to a member, and can be thought over. */
export type Leaving = { act: 'suspend' } | { act: 'remove' } | { act: 'roles'; roles: Role[] }

/** What an admin can do on the members page, in the page's own club. */
export type MemberActions = {
  invite: PageAct<{ email: string; name?: string; roles: Role[] }, InvitedMember>
  inviteAgain: PageAct<{ id: string }, InvitedMember>
  invitationLink: PageAct<{ id: string }, InvitedMember>
  withdraw: PageAct<{ id: string }, RemovedMember>
  passwordLink: PageAct<{ id: string }, InvitedMember>
  update: PageAct<{ id: string; roles?: Role[]; status?: 'ACTIVE' | 'SUSPENDED' }, Member>
  remove: PageAct<{ id: string }, RemovedMember>
  impact: PageLookup<{ id: string } & Leaving, MemberImpact>
  handOver: PageAct<
    { id: string; keyIds: string[]; serviceAccountId: string; graceSeconds: number },
    HandedOver
  >
}

/** `keys`: how many live keys the person has in this club; null for viewers who may not know. */
export type ListedMember = Member & { keys: number | null }

/** An account that can take keys over, with the scopes that both it and the viewer have. */
export type Heir = { id: string; name: string; scopes: readonly Scope[] }
