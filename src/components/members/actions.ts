import type { InvitedMember, Member, RemovedMember } from '@/contracts/member'
import type { HandedOver } from '@/contracts/hand-over'
import type { MemberImpact } from '@/contracts/offboarding'
import type { Role, Scope } from '@/contracts/permissions'
import type { Outcome } from '../outcome'

/** What is about to be done to a member, and can be thought over. */
export type Leaving = { act: 'suspend' } | { act: 'remove' } | { act: 'roles'; roles: Role[] }

/** What an admin can do on the members page, in the page's own club. */
export type MemberActions = {
  invite: (input: { email: string; name?: string; roles: Role[] }) => Promise<Outcome<InvitedMember>>
  inviteAgain: (input: { id: string }) => Promise<Outcome<InvitedMember>>
  invitationLink: (input: { id: string }) => Promise<Outcome<InvitedMember>>
  withdraw: (input: { id: string }) => Promise<Outcome<RemovedMember>>
  passwordLink: (input: { id: string }) => Promise<Outcome<InvitedMember>>
  update: (input: { id: string; roles?: Role[]; status?: 'ACTIVE' | 'SUSPENDED' }) => Promise<Outcome<Member>>
  remove: (input: { id: string }) => Promise<Outcome<RemovedMember>>
  impact: (input: { id: string } & Leaving) => Promise<Outcome<MemberImpact>>
  handOver: (input: {
    id: string
    keyIds: string[]
    serviceAccountId: string
    graceSeconds: number
  }) => Promise<Outcome<HandedOver>>
}

/** `keys`: how many live keys the person has in this club; null for viewers who may not know. */
export type ListedMember = Member & { keys: number | null }

/** An account that can take keys over, with the scopes that both it and the viewer have. */
export type Heir = { id: string; name: string; scopes: readonly Scope[] }
