import { handedOver, handOverBody } from './hand-over'
import {
  invitedMember,
  inviteMemberBody,
  listMembersQuery,
  member,
  memberPage,
  removedMember,
  updateMemberBody,
} from './member'
import { memberImpact, memberImpactQuery } from './offboarding'
import { byId } from './operation'
import { resource } from './resource'

const OWN = { userId: '$user' } as const
const BY_ADMINS = { $admins: 'all' } as const
const OF_MEMBER = { thing: 'member' } as const

/** The people of a club. Only people manage people: no key can. */
export const members = resource({
  model: 'Membership',
  title: 'Members',
  idTitle: 'Member id',
  scopes: {
    'members:read': {
      text: 'List the members you can see.',
      can: { read: { CLUB_ADMIN: 'all', COACH: 'all', ATHLETE: OWN } },
    },
  },
  session: { create: BY_ADMINS, update: BY_ADMINS },
  audit: {
    'member.invite': { title: 'Member invited', verb: 'invited', ...OF_MEMBER },
    'member.update': {
      title: 'Member changed',
      verb: 'changed',
      ...OF_MEMBER,
      finer: [
        { field: 'status', to: 'SUSPENDED', verb: 'suspended' },
        { field: 'status', to: 'ACTIVE', verb: 'reinstated' },
        { field: 'roles', verb: 'changed the roles of' },
      ],
    },
    'member.remove': { title: 'Member removed', verb: 'removed', ...OF_MEMBER },
    'member.invite-again': {
      title: 'Invitation sent again',
      verb: 'sent the invitation again to',
      ...OF_MEMBER,
    },
    'member.password-link': { title: 'Password link made', verb: 'made a password link for', ...OF_MEMBER },
    'member.password-set': {
      title: 'Password set by link',
      verb: 'set a password by link for',
      ...OF_MEMBER,
    },
    'member.password-change': { title: 'Password changed', verb: 'changed the password of', ...OF_MEMBER },
    'member.identity-link': {
      title: 'Single sign-on linked',
      verb: 'linked single sign-on for',
      ...OF_MEMBER,
    },
    'member.identity-unlink': {
      title: 'Single sign-on unlinked',
      verb: 'unlinked single sign-on for',
      ...OF_MEMBER,
    },
    'member.sign-out-everywhere': {
      title: 'Signed out everywhere',
      verb: 'ended every sign-in of',
      ...OF_MEMBER,
    },
  },
  operations: {
    listMembers: {
      method: 'GET',
      path: '/api/v1/members',
      summary: 'List members, the longest-standing first',
      scope: 'members:read',
      can: ['read', 'Membership'],
      query: listMembersQuery,
      status: 200,
      response: memberPage,
    },
    inviteMember: {
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
      refuses: ['conflict', 'reauthentication_required'],
    },
    resendInvitation: {
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
      refuses: ['conflict', 'reauthentication_required'],
    },
    getMember: {
      method: 'GET',
      path: '/api/v1/members/{id}',
      summary: 'Read a member',
      scope: 'members:read',
      can: ['read', 'Membership'],
      params: byId,
      status: 200,
      response: member,
    },
    updateMember: {
      method: 'PATCH',
      path: '/api/v1/members/{id}',
      summary: 'Change a member’s roles, suspend or reinstate them',
      scope: null,
      can: ['update', 'Membership'],
      act: 'either',
      sessionOnly: true,
      params: byId,
      body: updateMemberBody,
      status: 200,
      response: member,
      refuses: ['conflict', 'reauthentication_required'],
    },
    removeMember: {
      method: 'POST',
      path: '/api/v1/members/{id}/remove',
      summary: 'Remove a member; their keys are revoked',
      scope: null,
      can: ['update', 'Membership'],
      act: 'ending',
      sessionOnly: true,
      params: byId,
      status: 200,
      response: removedMember,
      refuses: ['conflict', 'reauthentication_required'],
    },
    memberImpact: {
      method: 'GET',
      path: '/api/v1/members/{id}/impact',
      summary: 'Which keys a removal, a suspension or other roles would stop or narrow',
      scope: null,
      can: ['update', 'Membership'],
      sessionOnly: true,
      params: byId,
      query: memberImpactQuery,
      status: 200,
      response: memberImpact,
    },
    handOverKeys: {
      method: 'POST',
      path: '/api/v1/members/{id}/hand-over',
      summary:
        'Replace keys of a member by keys of a service account; the answer holds their tokens, this once',
      scope: null,
      can: ['update', 'Membership'],
      act: 'making',
      sessionOnly: true,
      params: byId,
      body: handOverBody,
      status: 201,
      response: handedOver,
      refuses: ['conflict', 'reauthentication_required'],
    },
  },
})
