import type { AuditEvent } from '@/contracts/audit-event'
import { ADA, LONG_NAME } from './people'
import { ago, idOf } from './time'

type NamedEvent = AuditEvent & { targetName: string | undefined }

const event = (n: number, given: Partial<NamedEvent>): NamedEvent => ({
  id: idOf(200 + n),
  at: ago(n * n * 4),
  action: 'api-key.create',
  actor: { kind: 'session', user: { id: ADA.id, name: ADA.name }, keyId: null, label: null },
  target: { type: 'ApiKey', id: idOf(50) },
  changes: {},
  requestId: `req-${n}`,
  address: '203.0.113.7',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/147.0.0.0 Safari/537.36',
  targetName: 'ci-bot',
  ...given,
})

export const EVENTS: NamedEvent[] = [
  event(1, { changes: { scopes: { from: null, to: ['practices:read'] } } }),
  event(2, {
    action: 'api-key.update',
    actor: { kind: 'api_key', user: { id: ADA.id, name: ADA.name }, keyId: idOf(51), label: 'deploy' },
    changes: { name: { from: 'ci', to: 'ci-bot' }, expiresAt: { from: null, to: ago(-900) } },
  }),
  event(3, {
    action: 'api-key.revoke',
    targetName: LONG_NAME,
    changes: { revokedReason: { from: null, to: 'Laptop lost.' } },
  }),
  event(4, {
    action: 'member.invite',
    actor: { kind: 'operator', user: null, keyId: null, label: 'ops' },
    target: { type: 'Membership', id: idOf(23) },
    targetName: 'Ines Invited',
    changes: { roles: { from: null, to: ['ATHLETE', 'COACH'] } },
    address: null,
    userAgent: null,
  }),
  // Of a newer release, which this one does not know.
  event(5, { action: 'trophy.award', target: { type: 'Trophy', id: idOf(99) }, targetName: undefined }),
]
