import { practices } from '@/contracts/practices'
import { makePractice } from '../support/club'
import type { Fixture } from '../support/fixtures'

export const fixture: Fixture = {
  resource: practices,
  caller: ['COACH'],
  owner: 'createdById',
  bodies: {
    createPractice: { title: 'good', startsAt: '2027-01-01T10:00:00Z' },
    updatePractice: { title: 'good' },
  },
  make: (owner) => makePractice(owner),
}
