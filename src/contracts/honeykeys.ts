import { z } from 'zod'
import { createdApiKey } from './api-key'
import { resource } from './resource'
import { hostId, line } from './text'

const createHoneykeyBody = z
  .strictObject({
    name: line(64),
    ownerId: hostId.optional().meta({
      description:
        'With whom it ends: the caller when omitted; or the `user.id` of a service account, if it is to outlast them.',
    }),
  })
  .meta({ id: 'CreateHoneykey' })
export type CreateHoneykeyBody = z.infer<typeof createHoneykeyBody>

/** The layer’s own, in every app. */
export const honeykeys = resource({
  model: 'ApiKey',
  title: 'Honeykeys',
  about: 'Keys that can do nothing, left where only a thief looks: their use raises the alarm.',
  session: { 'create-honey': { $admins: 'all' } },
  operations: {
    createHoneykey: {
      method: 'POST',
      path: '/api/v1/honeykeys',
      summary: 'Create a honeykey; the answer holds its token, this once',
      scope: null,
      can: ['create-honey', 'ApiKey'],
      sessionOnly: true,
      act: 'making',
      body: createHoneykeyBody,
      status: 201,
      response: createdApiKey,
      shownOnce: ['key'],
      refuses: ['conflict', 'reauthentication_required'],
    },
  },
})
