import { MAX_KEY_DAYS, MAX_KEYS_PER_MEMBER, MAX_RATE, MAX_REVOKED_AT_ONCE } from '@/contracts/bounds'
import type { Attack } from '../attack'
import { enter } from '../callers'
import { checks } from '../checks'

// A refusal names the field and the bound that was broken.

type Case = [method: string, path: string, body: unknown, field: string, says: (string | number)[]]
const TOO_DEEP = Array.from({ length: 40 }).reduce<object>((inner) => ({ a: inner }), {})
const KEY = { name: 'x', scopes: ['practices:read'] }
const PLAN = { title: 'x', startsAt: '2027-05-01T10:00:00Z' }

const cases = (id: string, account: string): Case[] => [
  ['PATCH', 'club/policy', { maxKeyDays: 5_000 }, 'maxKeyDays', [MAX_KEY_DAYS]],
  ['PATCH', 'club/policy', { maxKeyDays: 0 }, 'maxKeyDays', [1]],
  ['PATCH', 'club/policy', { maxKeyDays: 1.5 }, 'maxKeyDays', ['whole']],
  ['PATCH', 'club/policy', { defaultKeyDays: 5_000 }, 'defaultKeyDays', [MAX_KEY_DAYS]],
  ['PATCH', 'club/policy', { defaultKeyDays: 20, maxKeyDays: 10 }, 'defaultKeyDays', ['maxKeyDays']],
  [
    'PATCH',
    'club/policy',
    { maxLiveKeysPerMember: MAX_KEYS_PER_MEMBER + 1 },
    'maxLiveKeysPerMember',
    [MAX_KEYS_PER_MEMBER],
  ],
  [
    'PATCH',
    'club/policy',
    { rateLimit: { limit: 1, windowSeconds: 86_401 } },
    'rateLimit.windowSeconds',
    [86_400],
  ],
  [
    'PATCH',
    'club/policy',
    { rateLimit: { limit: MAX_RATE + 1, windowSeconds: 1 } },
    'rateLimit.limit',
    [MAX_RATE],
  ],
  ['POST', 'api-keys', { ...KEY, metadata: TOO_DEEP }, 'metadata.a', [32]],
  ['POST', 'api-keys', { ...KEY, metadata: { a: 'x'.repeat(5_000) } }, 'metadata', [4_096]],
  ['POST', 'api-keys', { ...KEY, metadata: { ['k'.repeat(65)]: 1 } }, `metadata.${'k'.repeat(65)}`, [64]],
  ['POST', 'api-keys', { ...KEY, name: 'x'.repeat(65) }, 'name', [64]],
  ['POST', 'api-keys', { ...KEY, name: '' }, 'name', ['empty']],
  ['POST', 'api-keys', { ...KEY, scopes: [] }, 'scopes', ['empty']],
  ['POST', 'api-keys', { ...KEY, scopes: ['nothing:read'] }, 'scopes.0', ['practices:read']],
  [
    'POST',
    'api-keys',
    { ...KEY, allowedCidrs: Array.from({ length: 51 }, (_, i) => `10.0.0.${i}`) },
    'allowedCidrs',
    [50],
  ],
  ['POST', 'api-keys', { ...KEY, expiresAt: '2027-01-01' }, 'expiresAt', ['2026-01-31T18:00:00Z']],
  ['POST', 'api-keys', { ...KEY, expiresAt: '9999-01-01T00:00:00Z' }, 'expiresAt', [366]],
  ['POST', `api-keys/${id}/rotate`, { graceSeconds: 604_801 }, 'graceSeconds', [604_800]],
  ['POST', `api-keys/${id}/revoke`, { reason: 'x'.repeat(201) }, 'reason', [200]],
  [
    'POST',
    'api-keys/revoke',
    { ids: Array.from({ length: MAX_REVOKED_AT_ONCE + 1 }, () => id) },
    'ids',
    [MAX_REVOKED_AT_ONCE],
  ],
  ['POST', 'api-keys/revoke', { ids: [id, id] }, 'ids', ['twice']],
  ['POST', 'members', { email: 'x', roles: ['COACH'] }, 'email', ['mail']],
  ['POST', 'members', { email: 'x@example.test', roles: [], name: 'x' }, 'roles', ['empty']],
  ['POST', 'service-accounts', { name: 'x'.repeat(101), roles: ['COACH'] }, 'name', [100]],
  ['PATCH', `service-accounts/${account}`, {}, '', ['change']],
  ['POST', 'practices', { ...PLAN, title: 'x'.repeat(201) }, 'title', [200]],
  ['POST', 'practices', { ...PLAN, notes: 'x'.repeat(5_001) }, 'notes', [5_000]],
  ['POST', 'practices', { ...PLAN, endsAt: '2027-05-01T09:00:00Z' }, 'endsAt', ['startsAt']],
  ['POST', 'practices', { ...PLAN, startsAt: '1899-05-01T09:00:00Z' }, 'startsAt', [1900, 9999]],
  ['POST', 'practices', { ...PLAN, startsAt: 5 }, 'startsAt', ['2026-01-31T18:00:00Z']],
  ['GET', 'practices?limit=101', undefined, 'limit', [1, 100]],
  ['GET', 'practices?limit=0', undefined, 'limit', [1]],
  ['GET', 'practices?status=x', undefined, 'status', ['DRAFT', 'PUBLISHED']],
  ['GET', `api-keys?q=${'x'.repeat(65)}`, undefined, 'q', [64]],
  ['GET', 'api-keys?sort=x', undefined, 'sort', ['lastUsedAt']],
  ['GET', `api-keys?cursor=${'x'.repeat(1_025)}`, undefined, 'cursor', [1_024]],
  ['GET', `members/${id}/impact?act=x`, undefined, 'act', ['remove']],
  ['GET', 'audit-events?action=x', undefined, 'action', ['api-key.create']],
]

export const wordings: Attack[] = [
  {
    kind: 'refusal',
    tried: 'values past each bound, to read in the answer which bound it is',
    run: async (stage) => {
      const { must, done } = checks()
      const admin = await enter(stage.server)
      const coach = await enter(stage.server, 'coach')
      const { id } = (
        await admin.asks('POST', 'service-accounts', { name: 'robot', roles: ['CLUB_ADMIN'] })
      ).json() as { id: string }
      for (const [method, path, body, field, says] of cases(admin.home.keys.admin.id, id)) {
        const who = path.startsWith('practices') ? coach : admin
        const answer = await who.asks(method, path, body)
        const what = `${method} ${path.slice(0, 40)} ${JSON.stringify(body)?.slice(0, 80) ?? ''}`
        const { errors = [] } = answer.json() as { errors?: { path: string; message: string }[] }
        const said = errors.find((one) => one.path === field)?.message
        must(`${what}: the status`, answer.status, 422)
        must(
          `${what}: says ${says.join()}`,
          [errors.map((one) => one.path), said, says.every((word) => said?.includes(String(word)))],
          [errors.map((one) => one.path), said, true],
        )
        must(`${what}: is plain`, /invalid input|expected|\$|too_big/i.test(said ?? 'Invalid input'), false)
      }
      return done()
    },
  },
]
