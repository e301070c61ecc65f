import { randomUUID } from 'node:crypto'
import { serviceAccounts } from '@/contracts/service-accounts'
import { makeServiceAccount } from '../support/club'
import type { Fixture } from '../support/fixtures'

const newName = () => `robot ${randomUUID()}`

export const fixture: Fixture = {
  resource: serviceAccounts,
  caller: ['CLUB_ADMIN', 'COACH'],
  owner: 'userId',
  bodies: {
    createServiceAccount: () => ({ name: newName(), roles: ['COACH'] }),
    updateServiceAccount: () => ({ name: newName() }),
  },
  make: ({ clubId }) => makeServiceAccount(clubId, ['COACH']),
}
