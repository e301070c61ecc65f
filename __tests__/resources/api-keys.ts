import { apiKeys } from '@/contracts/api-keys'
import { db } from '@/lib/db/client'
import { makeKey } from '../support/club'
import type { Fixture } from '../support/fixtures'

export const fixture: Fixture = {
  resource: apiKeys,
  caller: ['COACH'],
  owner: 'userId',
  bodies: {
    createApiKey: { name: 'good', scopes: ['practices:read'] },
    updateApiKey: { name: 'good' },
    revokeApiKey: { reason: 'good' },
    rotateApiKey: { graceSeconds: 60 },
    revokeApiKeys: { filter: { q: 'good' }, preview: true },
  },
  changing: {
    revokeApiKeys: async (me) => ({ ids: [(await makeKey(me, { scopes: ['practices:read'] })).id] }),
  },
  // Within what the key that asks may change: its own owner's, with no more than it has.
  make: (owner) => makeKey(owner, { scopes: ['practices:read'] }),
  rows: {
    deleteApiKey: async (owner) => {
      const { id } = await makeKey(owner, { scopes: ['practices:read'] })
      return db().apiKey.update({ where: { id }, data: { revokedAt: new Date() } })
    },
  },
}
