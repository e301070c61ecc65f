import { byId, define } from './operation'
import {
  createPracticeBody,
  listPracticesQuery,
  practice,
  practicePage,
  updatePracticeBody,
} from './practice'

/** Joined into `operations`. */
export const practiceOperations = {
  listPractices: define({
    method: 'GET',
    path: '/api/v1/practices',
    summary: 'List practices by start',
    scope: 'practices:read',
    can: ['read', 'Practice'],
    query: listPracticesQuery,
    status: 200,
    response: practicePage,
  }),
  createPractice: define({
    method: 'POST',
    path: '/api/v1/practices',
    summary: 'Plan a practice',
    scope: 'practices:write',
    can: ['create', 'Practice'],
    body: createPracticeBody,
    status: 201,
    response: practice,
  }),
  getPractice: define({
    method: 'GET',
    path: '/api/v1/practices/{id}',
    summary: 'Read a practice',
    scope: 'practices:read',
    can: ['read', 'Practice'],
    params: byId,
    status: 200,
    response: practice,
  }),
  updatePractice: define({
    method: 'PATCH',
    path: '/api/v1/practices/{id}',
    summary: 'Change a practice',
    scope: 'practices:write',
    can: ['update', 'Practice'],
    params: byId,
    body: updatePracticeBody,
    status: 200,
    response: practice,
  }),
  deletePractice: define({
    method: 'DELETE',
    path: '/api/v1/practices/{id}',
    summary: 'Delete a practice',
    scope: 'practices:write',
    can: ['delete', 'Practice'],
    params: byId,
    status: 204,
    response: null,
  }),
}
