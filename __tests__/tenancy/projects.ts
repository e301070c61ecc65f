import { practices as ours } from '../../src/contracts/practices'
import { resource } from '@/contracts/resource'

// Takes the place of the club app's contract (jest.config.ts), so that its routes ask for other scopes.

export * from '../../src/contracts/practices'

const EVERY_PROJECT = { EDITOR: 'all' } as const
const { listPractices, createPractice, getPractice, updatePractice, deletePractice } = ours.operations
const [reads, writes] = [{ scope: 'projects:read' }, { scope: 'projects:write' }] as const

export const practices = resource({
  ...ours,
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
