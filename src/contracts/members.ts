import { memberInEvent } from './events'
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

/** For whoever may invite: what it makes is a way in, which is shown once where no mail takes it along. */
const GIVES_LINK = {
  scope: null,
  can: ['create', 'Membership'],
  act: 'making',
  sessionOnly: true,
  response: invitedMember,
  shownOnce: ['setPasswordLink'],
  refuses: ['conflict', 'reauthentication_required'],
} as const

const ENDS_MEMBERSHIP = {
  scope: null,
  can: ['update', 'Membership'],
  act: 'ending',
  sessionOnly: true,
  params: byId,
  status: 200,
  response: removedMember,
  refuses: ['conflict', 'reauthentication_required'],
} as const

/** The people of a club. Only people manage people: no key can. */
export const members = resource({
  model: 'Membership',
  title: 'Members',
  about: 'The people of the club and their roles. People who are signed in manage them; no key can.',
  idTitle: 'Member id',
  scopes: {
    'members:read': {
      text: 'List the members you can see.',
      can: { read: { CLUB_ADMIN: 'all', COACH: 'all', ATHLETE: OWN } },
    },
  },
  session: { create: BY_ADMINS, update: BY_ADMINS },
  audit: {
    'member.invite': {
      title: 'Member invited',
      verb: 'invited',
      tells: 'roles',
      event: 'member.invited',
      ...OF_MEMBER,
    },
    'member.update': {
      title: 'Member changed',
      verb: 'changed',
      tells: 'changes',
      event: 'member.updated',
      ...OF_MEMBER,
      finer: [
        { field: 'status', to: 'SUSPENDED', verb: 'suspended', event: 'member.suspended' },
        { field: 'status', to: 'ACTIVE', verb: 'reinstated', event: 'member.reinstated' },
        { field: 'roles', verb: 'changed the roles of' },
      ],
    },
    'member.remove': { title: 'Member removed', verb: 'removed', event: 'member.removed', ...OF_MEMBER },
    'member.invite-again': {
      title: 'Invitation sent again',
      verb: 'sent the invitation again to',
      ...OF_MEMBER,
    },
    'member.invitation-link': { title: 'Invitation link made', verb: 'made a new link for', ...OF_MEMBER },
    'member.withdraw-invitation': {
      title: 'Invitation withdrawn',
      verb: 'withdrew the invitation of',
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
    'member.sign-in-end': { title: 'Sign-in ended', verb: 'ended a sign-in of', ...OF_MEMBER },
    'member.sign-in-end-others': {
      title: 'Other sign-ins ended',
      verb: 'ended every other sign-in of',
      ...OF_MEMBER,
    },
    'member.sign-out-everywhere': {
      title: 'Signed out everywhere',
      verb: 'ended every sign-in of',
      ...OF_MEMBER,
    },
  },
  events: {
    about: { as: 'member', shape: memberInEvent },
    types: {
      'member.invited': { text: 'A person was invited, or came back.' },
      'member.updated': { text: 'A member’s roles changed.' },
      'member.suspended': { text: 'A member was suspended: their keys sleep.' },
      'member.reinstated': { text: 'A member may act again.' },
      'member.removed': { text: 'A member was removed, and their keys with them.' },
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
      ...GIVES_LINK,
      body: inviteMemberBody,
      status: 201,
    },
    resendInvitation: {
      method: 'POST',
      path: '/api/v1/members/{id}/invitation',
      summary: 'Send a member the invitation again; older links are void',
      ...GIVES_LINK,
      params: byId,
      status: 200,
    },
    withdrawInvitation: {
      method: 'DELETE',
      path: '/api/v1/members/{id}/invitation',
      summary: 'Withdraw an invitation; its link is dead at once',
      ...ENDS_MEMBERSHIP,
    },
    makeInvitationLink: {
      method: 'POST',
      path: '/api/v1/members/{id}/invitation/link',
      summary: 'Make a link for somebody who is invited, to hand over; older links are void',
      ...GIVES_LINK,
      params: byId,
      status: 200,
    },
    givePasswordLink: {
      method: 'POST',
      path: '/api/v1/members/{id}/password-link',
      summary: 'Make a link by which a member sets a new password; mailed, where mail is sent',
      ...GIVES_LINK,
      params: byId,
      status: 200,
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
      ...ENDS_MEMBERSHIP,
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
      shownOnce: ['keys.key'],
      refuses: ['conflict', 'reauthentication_required'],
    },
  },
})
