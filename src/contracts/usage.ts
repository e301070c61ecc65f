import { z } from 'zod'
import { hostId, id, instant, timestamp } from './text'

export const USAGE_STEPS = ['hour', 'day', 'month'] as const
export type UsageStep = (typeof USAGE_STEPS)[number]

/** How long usage is kept, in whole days (UTC): by hour, and by day. */
export const HOURS_KEPT_DAYS = 90
export const DAYS_KEPT_DAYS = 731

const counts = {
  requests: z.number().int().meta({ description: 'Calls that were let in.' }),
  denied: z.number().int().meta({ description: 'Calls that were refused with 401 or 403.' }),
  limited: z.number().int().meta({ description: 'Calls that were refused with 429.' }),
  errors: z.number().int().meta({ description: 'Calls that were answered with 5xx.' }),
}
export type UsageCounts = z.infer<z.ZodObject<typeof counts>>

const step = z.strictObject({ from: timestamp, to: timestamp, ...counts })
/** Of the same as a table. */
export const USAGE_COLUMNS: readonly string[] = Object.keys(step.shape)

/** What keys did, step by step without a gap: a step in which nothing happened holds zeros. */
export const usage = z
  .strictObject({
    data: z.array(step),
    total: z.strictObject(counts),
  })
  .meta({ id: 'Usage' })
export type Usage = z.infer<typeof usage>

const span = {
  from: instant.optional().meta({
    description:
      'The first step is the one that this instant lies in, counted whole. Omitted: 24 hours, 30 days or 12 months before `to`.',
  }),
  to: instant
    .optional()
    .meta({ description: 'The last step is the one before this instant, counted whole. Omitted: now.' }),
  by: z
    .enum(USAGE_STEPS)
    .optional()
    .meta({
      description: `How long a step is, in UTC; a day unless said. Hours are kept for ${HOURS_KEPT_DAYS} days, days for 2 years.`,
    }),
}

export const keyUsageQuery = z.strictObject(span)
export type KeyUsageQuery = z.infer<typeof keyUsageQuery>

export const usageQuery = z.strictObject({
  ...span,
  keyId: id.optional().meta({ description: 'Only this key. One that the caller cannot see did nothing.' }),
  ownerId: hostId.optional().meta({ description: 'Only keys that belong to them now.' }),
})
export type UsageQuery = z.infer<typeof usageQuery>
