import { handedOver, handOverBody } from './hand-over'
import { memberImpact, memberImpactQuery } from './offboarding'
import { byId, define } from './operation'

/** Joined into `operations`. */
export const offboardingOperations = {
  memberImpact: define({
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
  }),
  handOverKeys: define({
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
  }),
}
