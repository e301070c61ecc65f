import { honeykeys } from '@/contracts/honeykeys'
import type { Fixture } from '../support/fixtures'

export const fixture: Fixture = {
  resource: honeykeys,
  caller: ['CLUB_ADMIN'],
  owner: 'userId',
  bodies: { createHoneykey: { name: 'good' } },
}
