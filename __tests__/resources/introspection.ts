import { introspecting } from '@/contracts/introspection'
import type { Fixture } from '../support/fixtures'

export const fixture: Fixture = {
  resource: introspecting,
  caller: ['CLUB_ADMIN'],
  bodies: { introspectToken: new URLSearchParams({ token: 'one-that-nobody-knows' }) },
}
