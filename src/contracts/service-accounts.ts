import { z } from 'zod'
import { memberInEvent } from './events'
import { keysLeft, MEMBER_STATUSES } from './member'
import { byId } from './operation'
import { page, pageQuery } from './page'
import { role, roles } from './permissions'
import { resource } from './resource'
import { id, line, timestamp } from './text'

/** The club's own user: no login, roles of its own, keys that stay when their maker leaves. */
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
const serviceAccountPage = page(serviceAccount).meta({ id: 'ServiceAccountPage' })

/** They are members, too: everybody who manages members manages them. */
export const serviceAccounts = resource({
  model: 'Membership',
  title: 'Service accounts',
  about: 'The club’s own users, without a login: their keys stay when the person who made them leaves.',
  audit: {
    'service-account.create': {
      title: 'Service account created',
      verb: 'created',
      tells: 'roles',
      thing: 'service account',
      event: 'service_account.created',
    },
    'service-account.update': {
      title: 'Service account changed',
      verb: 'changed',
      thing: 'service account',
      tells: 'changes',
      event: 'service_account.updated',
      finer: [
        { field: 'name', verb: 'renamed' },
        { field: 'status', to: 'SUSPENDED', verb: 'suspended', event: 'service_account.suspended' },
        { field: 'status', to: 'ACTIVE', verb: 'reinstated', event: 'service_account.reinstated' },
        { field: 'roles', verb: 'changed the roles of' },
      ],
    },
    'service-account.remove': {
      title: 'Service account removed',
      verb: 'removed',
      thing: 'service account',
      event: 'service_account.removed',
    },
  },
  events: {
    about: { as: 'serviceAccount', shape: memberInEvent },
    types: {
      'service_account.created': { text: 'A service account was made.' },
      'service_account.updated': { text: 'A service account’s name or roles changed.' },
      'service_account.suspended': { text: 'A service account was suspended: its keys sleep.' },
      'service_account.reinstated': { text: 'A service account’s keys work again.' },
      'service_account.removed': { text: 'A service account was removed, and its keys with it.' },
    },
  },
  operations: {
    listServiceAccounts: {
      method: 'GET',
      path: '/api/v1/service-accounts',
      summary: 'List service accounts, the oldest first',
      scope: null,
      can: ['update', 'Membership'],
      sessionOnly: true,
      query: listServiceAccountsQuery,
      status: 200,
      response: serviceAccountPage,
    },
    createServiceAccount: {
      method: 'POST',
      path: '/api/v1/service-accounts',
      summary: 'Create a service account: a user of the club’s own, without a login',
      scope: null,
      can: ['create', 'Membership'],
      act: 'making',
      sessionOnly: true,
      body: createServiceAccountBody,
      status: 201,
      response: serviceAccount,
      refuses: ['conflict', 'reauthentication_required'],
    },
    getServiceAccount: {
      method: 'GET',
      path: '/api/v1/service-accounts/{id}',
      summary: 'Read a service account',
      scope: null,
      can: ['update', 'Membership'],
      sessionOnly: true,
      params: byId,
      status: 200,
      response: serviceAccount,
    },
    updateServiceAccount: {
      method: 'PATCH',
      path: '/api/v1/service-accounts/{id}',
      summary: 'Rename a service account, change its roles, suspend or reinstate it',
      scope: null,
      can: ['update', 'Membership'],
      act: 'either',
      sessionOnly: true,
      params: byId,
      body: updateServiceAccountBody,
      status: 200,
      response: serviceAccount,
      refuses: ['conflict', 'reauthentication_required'],
    },
    removeServiceAccount: {
      method: 'POST',
      path: '/api/v1/service-accounts/{id}/remove',
      summary: 'Remove a service account; its keys are revoked',
      scope: null,
      can: ['update', 'Membership'],
      act: 'ending',
      sessionOnly: true,
      params: byId,
      status: 200,
      response: removedServiceAccount,
      refuses: ['conflict', 'reauthentication_required'],
    },
  },
})
