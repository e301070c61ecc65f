import { z } from 'zod'
import { page, pageQuery } from './page'
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
export const practicePage = page(practice).meta({ id: 'PracticePage' })
