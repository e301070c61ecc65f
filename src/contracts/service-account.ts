import { z } from 'zod'
import { keysLeft, MEMBER_STATUSES } from './member'
import { page, pageQuery } from './page'
import { role, roles } from './permissions'
import { id, line, timestamp } from './text'

/** The club's own user: no login, roles of its own, keys that outlive whoever made them. */
export const serviceAccount = z
  .strictObject({
    id,
    user: z.strictObject({
      id: id.meta({ description: 'Give this as `ownerId` to make a key for the account.' }),
      name: z.string(),
      kind: z.literal('service'),
    }),
    roles: z.array(role),
    status: z.enum(MEMBER_STATUSES).meta({
      description: '`SUSPENDED`: its keys are refused until it is reinstated. `REMOVED`: for good.',
    }),
    createdAt: timestamp,
  })
  .meta({ id: 'ServiceAccount' })
export type ServiceAccount = z.infer<typeof serviceAccount>

export const removedServiceAccount = serviceAccount.extend({ keysLeft }).meta({ id: 'RemovedServiceAccount' })
export type RemovedServiceAccount = z.infer<typeof removedServiceAccount>

const name = line(100).meta({ description: 'Two accounts of a club never share a name.' })

export const createServiceAccountBody = z
  .strictObject({ name, roles: roles.meta({ description: 'Roles that you hold yourself.' }) })
  .meta({ id: 'CreateServiceAccount' })
export type CreateServiceAccountBody = z.infer<typeof createServiceAccountBody>

export const updateServiceAccountBody = z
  .strictObject({
    name: name.optional(),
    roles: roles.optional().meta({ description: 'To add one, you must hold every resulting role yourself.' }),
    status: z.enum(['ACTIVE', 'SUSPENDED']).optional(),
  })
  .refine((body) => Object.keys(body).length > 0, { error: 'must change something' })
  .meta({ id: 'UpdateServiceAccount' })
export type UpdateServiceAccountBody = z.infer<typeof updateServiceAccountBody>

export const listServiceAccountsQuery = z.strictObject({
  ...pageQuery,
  status: z.enum(MEMBER_STATUSES).optional().meta({ description: 'Omitted: all that are not removed.' }),
})
export type ListServiceAccountsQuery = z.infer<typeof listServiceAccountsQuery>
export const serviceAccountPage = page(serviceAccount).meta({ id: 'ServiceAccountPage' })
