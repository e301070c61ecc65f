import { clubs } from '@/contracts/club-policy'
import { members } from '@/contracts/members'
import { practices } from '@/contracts/practices'
import { resource } from '@/contracts/resource'
import { serviceAccounts } from '@/contracts/service-accounts'
import { defineKeys } from '@/http/define-keys'
import { ownSettings } from '@/lib/env'

// An app with other roles and scopes than the club app's. Suites run under it, too: what passes under both
// names, the layer does not know by name.

const EVERY_PROJECT = { EDITOR: 'all' } as const
const { listPractices, createPractice, getPractice, updatePractice, deletePractice } = practices.operations
const [reads, writes] = [{ scope: 'projects:read' }, { scope: 'projects:write' }] as const

const projects = resource({
  ...practices,
  title: 'Projects',
  scopes: {
    'projects:read': {
      text: 'List and read projects.',
      can: { read: { OWNER: 'all', EDITOR: 'all', VIEWER: { status: 'PUBLISHED' } } },
    },
    'projects:write': {
      text: 'Create, change and delete them.',
      can: { create: EVERY_PROJECT, update: EVERY_PROJECT, delete: EVERY_PROJECT },
    },
  },
  operations: {
    listPractices: { ...listPractices, ...reads },
    createPractice: { ...createPractice, ...writes },
    getPractice: { ...getPractice, ...reads },
    updatePractice: { ...updatePractice, ...writes },
    deletePractice: { ...deletePractice, ...writes },
  },
})

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
