import { z } from 'zod'
import { apiKey } from './api-key'
import { MAX_AFFECTED_SHOWN, MAX_ENDPOINTS } from './bounds'
import { roles, scope } from './permissions'
import { webhook } from './webhook'

export const IMPACT_ACTS = ['remove', 'suspend', 'roles'] as const

const listed = z
  .string()
  .transform((text) => text.split(','))
  .pipe(roles)
  .meta({
    type: 'string',
    description: 'With `act=roles`: the roles that would be left, such as `COACH,ATHLETE`.',
  })

/** What is thought of doing to a member. */
export const memberImpactQuery = z
  .strictObject({ act: z.enum(IMPACT_ACTS), roles: listed.optional() })
  .refine(({ act, roles: left }) => (act === 'roles') === (left !== undefined), {
    path: ['roles'],
    error: 'is given with act=roles, and with no other',
  })
export type MemberImpactQuery = z.infer<typeof memberImpactQuery>

const affectedKey = apiKey
  .pick({
    id: true,
    name: true,
    start: true,
    last4: true,
    status: true,
    scopes: true,
    expiresAt: true,
    lastUsedAt: true,
    replacedById: true,
  })
  .extend({
    requests30d: z
      .number()
      .int()
      .meta({ description: 'How many of its requests were accepted within the last 30 days.' }),
    scopesLost: z.array(scope).meta({ description: 'The scopes that it would lose.' }),
    scopesInUse: z.array(scope).meta({
      description: 'Those of `scopesLost` that it needed within the last 30 days: what would break.',
    }),
  })
export type AffectedKey = z.infer<typeof affectedKey>

export const memberImpact = z
  .strictObject({
    count: z.number().int().meta({ description: 'How many live keys would lose something.' }),
    keys: z
      .array(affectedKey)
      .max(MAX_AFFECTED_SHOWN)
      .meta({
        description: `Up to ${MAX_AFFECTED_SHOWN} of them, the last used first.`,
      }),
    webhooks: z
      .array(webhook.pick({ id: true, url: true, status: true }))
      .max(MAX_ENDPOINTS)
      .meta({
        description:
          'Webhooks that they added, where they would be no admin any more. They go on: they are the club’s. Of their addresses the beginning.',
      }),
  })
  .meta({ id: 'MemberImpact' })
export type MemberImpact = z.infer<typeof memberImpact>
