import { randomUUID } from 'node:crypto'
import { clubs } from '@/contracts/club-policy'
import type { Fixture } from '../support/fixtures'

export const fixture: Fixture = {
  resource: clubs,
  caller: ['CLUB_ADMIN'],
  bodies: {
    updateClub: () => ({ name: `Renamed ${randomUUID()}` }),
    updateClubPolicy: () => ({ maxKeyDays: 100 + Math.floor(Math.random() * 200) }),
  },
}
