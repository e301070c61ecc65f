import { clubs } from '@/contracts/club-policy'
import { members } from '@/contracts/members'
import { resource } from '@/contracts/resource'
import { serviceAccounts } from '@/contracts/service-accounts'
import { defineKeys } from '@/http/define-keys'
import { ownSettings } from '@/lib/env'
import { practices as projects } from './projects'

// An app with other roles and scopes than the club app's. Suites run under it, too: what passes under both
// names, the layer does not know by name.

const people = resource({
  ...members,
  scopes: {
    'members:read': {
      text: 'List the members you can see.',
      can: { read: { $admins: 'all', EDITOR: 'all', $everyone: { userId: '$user' } } },
    },
  },
})

const OWN_KEYS = ['api-keys:read', 'api-keys:write', 'usage:read'] as const

export const keys = defineKeys({
  resources: [projects, people, serviceAccounts, clubs],
  roles: {
    OWNER: { name: 'Owner', text: 'Manages everything.' },
    EDITOR: ['projects:read', 'projects:write', 'members:read', ...OWN_KEYS],
    VIEWER: { scopes: ['projects:read', 'members:read', ...OWN_KEYS] },
  },
  admins: ['OWNER'],
  settings: ownSettings,
})
