import { z } from 'zod'
import { byId } from './operation'
import { page, pageQuery } from './page'
import { resource } from './resource'
import { id, instant, line, prose, timestamp } from './text'

const PRACTICE_STATUSES = ['DRAFT', 'PUBLISHED'] as const
const status = z.enum(PRACTICE_STATUSES)

/** A training session: the example resource. */
export const practice = z
  .strictObject({
    id,
    title: z.string(),
    startsAt: timestamp,
    endsAt: timestamp.nullable(),
    location: z.string().nullable(),
    notes: z.string().nullable(),
    status,
    createdById: id,
  })
  .meta({ id: 'Practice' })
export type Practice = z.infer<typeof practice>

const fields = {
  title: line(200),
  startsAt: instant,
  endsAt: instant.nullable().optional(),
  location: line(200).nullable().optional(),
  notes: prose(5000).nullable().optional(),
  status: status.optional(),
}

const ENDS_AFTER_START = { path: ['endsAt'], error: 'must be later than startsAt' }

export const createPracticeBody = z
  .strictObject(fields)
  .refine((body) => !body.endsAt || body.endsAt > body.startsAt, ENDS_AFTER_START)
  .meta({ id: 'CreatePractice' })
export type CreatePracticeBody = z.infer<typeof createPracticeBody>

export const updatePracticeBody = z
  .strictObject({ ...fields, title: fields.title.optional(), startsAt: instant.optional() })
  .refine((body) => Object.keys(body).length > 0, { error: 'must change something' })
  .refine((body) => !body.endsAt || !body.startsAt || body.endsAt > body.startsAt, ENDS_AFTER_START)
  .meta({ id: 'UpdatePractice' })
export type UpdatePracticeBody = z.infer<typeof updatePracticeBody>

export const listPracticesQuery = z.strictObject({
  ...pageQuery,
  status: status.optional(),
  from: instant.optional().meta({ description: 'Only those that start at this instant or later.' }),
  to: instant.optional().meta({ description: 'Only those that start before this instant.' }),
})
export type ListPracticesQuery = z.infer<typeof listPracticesQuery>
const practicePage = page(practice).meta({ id: 'PracticePage' })

const EVERY_PRACTICE = { COACH: 'all' } as const

export const practices = resource({
  model: 'Practice',
  title: 'Practices',
  about: 'Training sessions: the example resource.',
  called: 'title',
  idTitle: 'Practice id',
  scopes: {
    'practices:read': {
      text: 'List and read training sessions.',
      can: { read: { CLUB_ADMIN: 'all', COACH: 'all', ATHLETE: { status: 'PUBLISHED' } } },
    },
    'practices:write': {
      text: 'Create, change and delete them.',
      can: { create: EVERY_PRACTICE, update: EVERY_PRACTICE, delete: EVERY_PRACTICE },
    },
  },
  audit: {
    'practice.create': { title: 'Practice created', verb: 'created', thing: 'practice' },
    'practice.update': { title: 'Practice changed', verb: 'changed', tells: 'changes', thing: 'practice' },
    'practice.delete': { title: 'Practice deleted', verb: 'deleted', thing: 'practice' },
  },
  operations: {
    listPractices: {
      method: 'GET',
      path: '/api/v1/practices',
      summary: 'List practices by start',
      scope: 'practices:read',
      can: ['read', 'Practice'],
      query: listPracticesQuery,
      status: 200,
      response: practicePage,
    },
    createPractice: {
      method: 'POST',
      path: '/api/v1/practices',
      summary: 'Plan a practice',
      scope: 'practices:write',
      can: ['create', 'Practice'],
      body: createPracticeBody,
      status: 201,
      response: practice,
    },
    getPractice: {
      method: 'GET',
      path: '/api/v1/practices/{id}',
      summary: 'Read a practice',
      scope: 'practices:read',
      can: ['read', 'Practice'],
      params: byId,
      status: 200,
      response: practice,
    },
    updatePractice: {
      method: 'PATCH',
      path: '/api/v1/practices/{id}',
      summary: 'Change a practice',
      scope: 'practices:write',
      can: ['update', 'Practice'],
      params: byId,
      body: updatePracticeBody,
      status: 200,
      response: practice,
    },
    deletePractice: {
      method: 'DELETE',
      path: '/api/v1/practices/{id}',
      summary: 'Delete a practice',
      scope: 'practices:write',
      can: ['delete', 'Practice'],
      params: byId,
      status: 204,
      response: null,
    },
  },
})
