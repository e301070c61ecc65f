import { z } from 'zod'
import { apiKey, apiKeyPage, createApiKeyBody, createdApiKey, listApiKeysQuery, revokeApiKeyBody, updateApiKeyBody } from './api-key'
import { auditEventPage, listAuditEventsQuery } from './audit-event'
import { inviteMemberBody, invitedMember, listMembersQuery, member, memberPage, updateMemberBody } from './member'
import type { Action, Scope, SubjectName } from './permissions'
import { createPracticeBody, listPracticesQuery, practice, practicePage, updatePracticeBody } from './practice'
import { id } from './text'
import { whoami } from './whoami'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** One operation of the API: what its route takes, answers and needs. Routes, the OpenAPI document and the cross-tenant tests are all made from these. */
export type Operation = {
  method: Method
  path: string
  summary: string
  /** The scope a key must hold; null: any good credential. */
  scope: Scope | null
  /** What CASL is asked before the handler runs. */
  can: readonly [Action, SubjectName] | null
  /** For people who are signed in; no key can be given the right. */
  sessionOnly?: true
  params?: z.ZodType
  query?: z.ZodType
  body?: z.ZodType
  /** The body may be left out. */
  bodyOptional?: true
  status: 200 | 201 | 204
  response: z.ZodType | null
}

const byId = z.strictObject({ id })
const define = <const Op extends Operation>(operation: Op) => operation

export const operations = {
  whoami: define({ method: 'GET', path: '/api/v1/whoami', summary: 'Who am I?', scope: null, can: null, status: 200, response: whoami }),

  listApiKeys: define({
    method: 'GET',
    path: '/api/v1/api-keys',
    summary: 'List API keys, newest first',
    scope: 'api-keys:read',
    can: ['read', 'ApiKey'],
    query: listApiKeysQuery,
    status: 200,
    response: apiKeyPage,
  }),
  createApiKey: define({
    method: 'POST',
    path: '/api/v1/api-keys',
    summary: 'Create an API key; the answer holds its token, this once',
    scope: 'api-keys:write',
    can: ['create', 'ApiKey'],
    body: createApiKeyBody,
    status: 201,
    response: createdApiKey,
  }),
  getApiKey: define({
    method: 'GET',
    path: '/api/v1/api-keys/{id}',
    summary: 'Read an API key',
    scope: 'api-keys:read',
    can: ['read', 'ApiKey'],
    params: byId,
    status: 200,
    response: apiKey,
  }),
  updateApiKey: define({
    method: 'PATCH',
    path: '/api/v1/api-keys/{id}',
    summary: 'Rename an API key, change its metadata, disable or enable it',
    scope: 'api-keys:write',
    can: ['update', 'ApiKey'],
    params: byId,
    body: updateApiKeyBody,
    status: 200,
    response: apiKey,
  }),
  deleteApiKey: define({
    method: 'DELETE',
    path: '/api/v1/api-keys/{id}',
    summary: 'Delete a revoked or expired API key',
    scope: 'api-keys:write',
    can: ['delete', 'ApiKey'],
    params: byId,
    status: 204,
    response: null,
  }),
  revokeApiKey: define({
    method: 'POST',
    path: '/api/v1/api-keys/{id}/revoke',
    summary: 'Revoke an API key for good',
    scope: 'api-keys:write',
    can: ['revoke', 'ApiKey'],
    params: byId,
    body: revokeApiKeyBody,
    bodyOptional: true,
    status: 200,
    response: apiKey,
  }),

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

  listMembers: define({
    method: 'GET',
    path: '/api/v1/members',
    summary: 'List members, the longest-standing first',
    scope: 'members:read',
    can: ['read', 'Membership'],
    query: listMembersQuery,
    status: 200,
    response: memberPage,
  }),
  inviteMember: define({
    method: 'POST',
    path: '/api/v1/members',
    summary: 'Invite a person by email; someone who has left comes back',
    scope: null,
    can: ['create', 'Membership'],
    sessionOnly: true,
    body: inviteMemberBody,
    status: 201,
    response: invitedMember,
  }),
  getMember: define({
    method: 'GET',
    path: '/api/v1/members/{id}',
    summary: 'Read a member',
    scope: 'members:read',
    can: ['read', 'Membership'],
    params: byId,
    status: 200,
    response: member,
  }),
  updateMember: define({
    method: 'PATCH',
    path: '/api/v1/members/{id}',
    summary: 'Change a member’s roles, suspend or reinstate him',
    scope: null,
    can: ['update', 'Membership'],
    sessionOnly: true,
    params: byId,
    body: updateMemberBody,
    status: 200,
    response: member,
  }),
  removeMember: define({
    method: 'POST',
    path: '/api/v1/members/{id}/remove',
    summary: 'Remove a member; his keys are revoked',
    scope: null,
    can: ['update', 'Membership'],
    sessionOnly: true,
    params: byId,
    status: 200,
    response: member,
  }),

  listAuditEvents: define({
    method: 'GET',
    path: '/api/v1/audit-events',
    summary: 'List what was done in the club, newest first',
    scope: 'audit:read',
    can: ['read', 'AuditEvent'],
    query: listAuditEventsQuery,
    status: 200,
    response: auditEventPage,
  }),
} satisfies Record<string, Operation>
