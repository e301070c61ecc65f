import { z } from 'zod'

/** The process answers; it says nothing of what it depends on. */
export const liveness = z.strictObject({ status: z.literal('ok') }).meta({ id: 'Liveness' })
export type Liveness = z.infer<typeof liveness>

const checks = z.strictObject({
  database: z.enum(['ok', 'unreachable']),
  migrations: z.enum(['ok', 'pending', 'unknown']),
  keys: z.enum(['ok', 'unreadable', 'unknown']),
  rules: z.enum(['ok', 'outrun', 'unknown']),
  cache: z.enum(['ok', 'off']).meta({ description: '`off`: it asks the database about each key.' }),
  redis: z
    .enum(['ok', 'unreachable'])
    .optional()
    .meta({ description: 'Where there is one. Without it the process counts limits by itself.' }),
})

/** Whether the process can serve, and what is missing where it cannot. */
export const readiness = z
  .strictObject({
    status: z.enum(['ok', 'unavailable', 'stopping']).meta({
      description: '`stopping`: it was told to end, and still serves what comes.',
    }),
    reason: z.string().optional(),
    checks: checks.optional(),
  })
  .meta({ id: 'Readiness' })
export type Readiness = z.infer<typeof readiness>
