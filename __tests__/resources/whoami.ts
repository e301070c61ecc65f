import { caller } from '@/contracts/whoami'
import type { Fixture } from '../support/fixtures'

export const fixture: Fixture = {
  resource: caller,
  caller: ['COACH'],
  bodies: { revokeOwnKey: { reason: 'good' } },
}
