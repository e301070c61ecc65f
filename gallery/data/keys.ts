import type { ApiKey, CreatedApiKey } from '@/contracts/api-key'
import type { ExpiryPolicy, KeyActions, KeyOwner, Viewer } from '@/components/keys/actions'
import type { KeyMaking } from '@/components/keys/create-key-dialog'
import { answered } from '../answers'
import { ago, ahead, DAY_HOURS, idOf } from './time'
import { SCOPES } from './words'

export const LONG_WORD = 'a-name-as-long-as-it-may-be-with-a-word-that-does-not-end-0123456'

export const aKey = (given: Partial<ApiKey> = {}): ApiKey => ({
  id: idOf(50),
  name: 'ci-bot',
  start: 'sk_club_4fQ2',
  last4: 'x9Tz',
  imported: false,
  status: 'active',
  scopes: ['practices:read', 'api-keys:read'],
  unusedScopes: [],
  owner: { id: idOf(1), name: 'Ada Admin', kind: 'user' },
  createdAt: ago(49 * DAY_HOURS),
  expiresAt: ahead(41.5 * DAY_HOURS),
  lastUsedAt: ago(3),
  lastUsedFrom: null,
  revokedAt: null,
  revokedReason: null,
  createdByKeyId: null,
  rotatedFromId: null,
  replacedById: null,
  rateLimit: null,
  allowedCidrs: null,
  metadata: {},
  leaked: null,
  honey: null,
  ...given,
})

export const createdKey = (given: Partial<ApiKey> = {}): CreatedApiKey => ({
  ...aKey({ name: 'Scoreboard', lastUsedAt: null, createdAt: ago(0), ...given }),
  key: 'sk_club_4fQ2RmTzW8LpXnVbKdHs7GyJc3EaU9x9Tz',
})

export const KEYS: ApiKey[] = [
  aKey(),
  aKey({
    id: idOf(51),
    name: LONG_WORD,
    scopes: SCOPES,
    owner: { id: idOf(41), name: 'Stadium scoreboard', kind: 'service' },
    expiresAt: null,
    lastUsedAt: null,
  }),
  aKey({ id: idOf(52), name: 'Backup', status: 'expiring', expiresAt: ahead(30) }),
  aKey({
    id: idOf(53),
    name: 'Old website',
    status: 'expiring',
    replacedById: idOf(50),
    expiresAt: ahead(9),
  }),
  aKey({ id: idOf(54), name: 'Weekly report', status: 'disabled', imported: true, start: null, last4: null }),
  aKey({ id: idOf(55), name: 'Trial', status: 'expired', expiresAt: ago(50) }),
  aKey({
    id: idOf(56),
    name: 'Lost laptop',
    status: 'revoked',
    revokedAt: ago(200),
    revokedReason: 'Laptop lost in the train.',
  }),
]

const owner = (id: string, name: string, scopes: readonly string[], withheld: KeyOwner['withheld']) => ({
  id,
  name,
  scopes,
  withheld,
  live: 12,
  most: 100,
})

export const OWNERS: KeyOwner[] = [
  owner(idOf(1), 'You', SCOPES.slice(0, 7), { 'tokens:introspect': 'policy' }),
  owner(idOf(41), 'Stadium scoreboard', ['practices:read'], {
    'practices:write': 'owner',
    'members:read': 'owner',
    'audit:read': 'maker',
  }),
]

const POLICY: ExpiryPolicy = {
  defaultKeyDays: 90,
  minKeyDays: 0,
  maxKeyDays: 366,
  allowNonExpiringKeys: true,
  timeZone: 'Europe/Berlin',
}

export const STRICT_POLICY: ExpiryPolicy = {
  defaultKeyDays: 1,
  minKeyDays: 1,
  maxKeyDays: 30,
  allowNonExpiringKeys: false,
  timeZone: 'America/Argentina/Buenos_Aires',
}

export const ADMIN: Viewer = { scopes: SCOPES, seesEveryone: true, club: 'demo', seesAudit: true }

export const MAKING: KeyMaking = {
  makers: null,
  owners: OWNERS,
  policy: POLICY,
  origin: 'https://keys.example.com',
  create: answered(createdKey()),
  createHoney: answered(createdKey({ honey: { usedAt: null }, scopes: [], status: 'disabled' })),
}

const revoked = { ...aKey({ status: 'revoked' }), alsoRevoked: [], alsoRevokedCount: 0, complete: true }

export const KEY_ACTIONS: Omit<KeyActions, 'create' | 'createHoney'> = {
  update: answered(aKey()),
  rotate: answered(createdKey()),
  revoke: answered(revoked),
  revokeMany: answered({ count: 12, alsoRevoked: 3, preview: true, complete: true }),
  revocable: answered([]),
  remove: answered(undefined),
}
