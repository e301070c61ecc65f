import { z } from 'zod'
import { MAX_ENDPOINTS, MAX_REPLAYED } from './bounds'
import { byId } from './operation'
import { page } from './page'
import { resource } from './resource'
import { id, timestamp } from './text'
import {
  createWebhookBody,
  listWebhookDeliveriesQuery,
  listWebhooksQuery,
  ofDelivery,
  replayedWebhook,
  replayWebhookBody,
  rotateWebhookSecretBody,
  updateWebhookBody,
  webhook,
  webhookDelivery,
  webhookWithSecret,
} from './webhook'

const SESSION = { scope: null, sessionOnly: true } as const
const ONE = '/api/v1/webhooks/{id}'
const BY_ADMINS = { $admins: 'all' } as const
const shownUrl = z.string().meta({
  description: 'The host, and at most a first word of the path: the rest may be a secret.',
  examples: ['https://hooks.example.org/services/…'],
})
const THING = { thing: 'webhook' } as const

/** The layer's own, in every app. A key can do none of it: an endpoint would outlive the key that added it. */
export const webhooks = resource({
  model: 'WebhookEndpoint',
  title: 'Webhooks',
  about: 'Addresses to which the club’s events are sent, signed as Standard Webhooks says.',
  called: 'url',
  idTitle: 'Webhook id',
  session: { read: BY_ADMINS, create: BY_ADMINS, update: BY_ADMINS, delete: BY_ADMINS },
  audit: {
    'webhook.create': { title: 'Webhook added', verb: 'added', ...THING },
    'webhook.update': {
      title: 'Webhook changed',
      verb: 'changed',
      tells: 'changes',
      ...THING,
      finer: [
        { field: 'disabled', to: true, verb: 'disabled', event: 'webhook.disabled' },
        { field: 'disabled', to: false, verb: 'enabled' },
      ],
    },
    'webhook.disable': {
      title: 'Webhook disabled',
      verb: 'gave up the',
      event: 'webhook.disabled',
      ...THING,
    },
    'webhook.delete': { title: 'Webhook deleted', verb: 'deleted', event: 'webhook.deleted', ...THING },
    'webhook.test': { title: 'Test event sent', verb: 'sent a test event to', ...THING },
    'webhook.retry': { title: 'Delivery retried', verb: 'sent an event again to', ...THING },
    'webhook.replay': { title: 'Events replayed', verb: 'replayed events to', ...THING },
    'webhook.rotate-secret': {
      title: 'Webhook secret rotated',
      verb: 'rotated the secret of',
      ...THING,
    },
  },
  events: {
    about: {
      as: 'webhook',
      shape: z
        .strictObject({
          ...{ id, url: shownUrl, description: z.string().nullable(), types: z.array(z.string()) },
          disabledAt: timestamp.nullable(),
          disabledReason: z.string().nullable(),
        })
        .meta({ id: 'WebhookInEvent' }),
    },
    types: {
      'webhook.disabled': {
        text: 'Another endpoint was disabled: by an admin, or because it is gone or nothing arrived for five days.',
      },
      'webhook.deleted': { text: 'Another endpoint was deleted.' },
    },
  },
  operations: {
    listWebhooks: {
      method: 'GET',
      path: '/api/v1/webhooks',
      summary: 'List webhooks, the oldest first',
      ...SESSION,
      can: ['read', 'WebhookEndpoint'],
      query: listWebhooksQuery,
      status: 200,
      response: page(webhook).meta({ id: 'WebhookPage' }),
    },
    createWebhook: {
      method: 'POST',
      path: '/api/v1/webhooks',
      summary: `Add a webhook, of at most ${MAX_ENDPOINTS}; the answer holds its secret, this once`,
      ...SESSION,
      can: ['create', 'WebhookEndpoint'],
      act: 'making',
      body: createWebhookBody,
      status: 201,
      response: webhookWithSecret,
      shownOnce: ['secret'],
      refuses: ['conflict', 'reauthentication_required'],
    },
    getWebhook: {
      method: 'GET',
      path: ONE,
      summary: 'Read a webhook',
      ...SESSION,
      can: ['read', 'WebhookEndpoint'],
      params: byId,
      status: 200,
      response: webhook,
    },
    updateWebhook: {
      method: 'PATCH',
      path: ONE,
      summary: 'Change where a webhook leads or what is sent there; disable or enable it',
      ...SESSION,
      can: ['update', 'WebhookEndpoint'],
      act: 'either',
      params: byId,
      body: updateWebhookBody,
      status: 200,
      response: webhook,
      refuses: ['reauthentication_required'],
    },
    deleteWebhook: {
      method: 'DELETE',
      path: ONE,
      summary: 'Delete a webhook, and the record of what was sent there',
      ...SESSION,
      can: ['delete', 'WebhookEndpoint'],
      act: 'ending',
      params: byId,
      status: 204,
      response: null,
      refuses: ['reauthentication_required'],
    },
    rotateWebhookSecret: {
      method: 'POST',
      path: `${ONE}/rotate-secret`,
      summary: 'Make a new secret; the old one signs beside it for a while',
      ...SESSION,
      can: ['update', 'WebhookEndpoint'],
      act: 'making',
      params: byId,
      body: rotateWebhookSecretBody,
      bodyOptional: true,
      status: 200,
      response: webhookWithSecret,
      shownOnce: ['secret'],
      refuses: ['reauthentication_required'],
    },
    testWebhook: {
      method: 'POST',
      path: `${ONE}/test`,
      summary: 'Send an event of the type `webhook.test` there',
      ...SESSION,
      can: ['update', 'WebhookEndpoint'],
      act: 'making',
      params: byId,
      status: 201,
      response: webhookDelivery,
      rowIn: 'webhookId',
      refuses: ['conflict'],
    },
    listWebhookDeliveries: {
      method: 'GET',
      path: `${ONE}/deliveries`,
      summary: 'List what was sent to a webhook in the last 30 days, the newest first',
      ...SESSION,
      can: ['read', 'WebhookEndpoint'],
      params: byId,
      query: listWebhookDeliveriesQuery,
      status: 200,
      response: page(webhookDelivery).meta({ id: 'WebhookDeliveryPage' }),
    },
    retryWebhookDelivery: {
      method: 'POST',
      path: `${ONE}/deliveries/{deliveryId}/retry`,
      summary: 'Send an event again, now',
      ...SESSION,
      can: ['update', 'WebhookEndpoint'],
      act: 'making',
      params: ofDelivery,
      status: 200,
      response: webhookDelivery,
      rowIn: 'webhookId',
      refuses: ['conflict'],
    },
    replayWebhook: {
      method: 'POST',
      path: `${ONE}/replay`,
      summary: `Send the events since a time again, at most ${MAX_REPLAYED} of them`,
      ...SESSION,
      can: ['update', 'WebhookEndpoint'],
      act: 'making',
      params: byId,
      body: replayWebhookBody,
      status: 200,
      response: replayedWebhook,
      refuses: ['conflict'],
    },
  },
})
