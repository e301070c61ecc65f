import { clubPolicy, updateClubPolicyBody } from './club-policy'
import { define } from './operation'

/** Joined into `operations`. */
export const clubOperations = {
  getClubPolicy: define({
    method: 'GET',
    path: '/api/v1/club/policy',
    summary: 'Read the club’s policy for keys, and what lies outside it',
    scope: null,
    can: ['read', 'Club'],
    sessionOnly: true,
    status: 200,
    response: clubPolicy,
  }),
  updateClubPolicy: define({
    method: 'PATCH',
    path: '/api/v1/club/policy',
    summary: 'Change the club’s policy for new keys; keys that exist stay as they are',
    scope: null,
    can: ['update', 'Club'],
    act: 'either',
    sessionOnly: true,
    body: updateClubPolicyBody,
    status: 200,
    response: clubPolicy,
  }),
}
