import { invitedMember, inviteMemberBody } from './member'
import { byId, define } from './operation'

/** Joined into `operations`. */
export const invitationOperations = {
  inviteMember: define({
    method: 'POST',
    path: '/api/v1/members',
    summary: 'Invite a person by email; someone who has left comes back',
    scope: null,
    can: ['create', 'Membership'],
    act: 'making',
    sessionOnly: true,
    body: inviteMemberBody,
    status: 201,
    response: invitedMember,
  }),
  resendInvitation: define({
    method: 'POST',
    path: '/api/v1/members/{id}/invitation',
    summary: 'Send a member the invitation again; older links are void',
    scope: null,
    can: ['create', 'Membership'],
    act: 'making',
    sessionOnly: true,
    params: byId,
    status: 200,
    response: invitedMember,
  }),
}
