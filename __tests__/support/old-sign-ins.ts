import { readFileSync } from 'node:fs'
import path from 'node:path'
import { db } from '@/lib/db/client'
import { makeMember } from './club'
import { membershipOf } from './sign-in'

const PAGE = readFileSync(path.resolve(__dirname, '../../docs/security.md'), 'utf8')
const TABLE = PAGE.split('## What a sign-in may do that is not fresh')[1]!.split('\n## ')[0]!

/** The table of what a sign-in may do that is not fresh, as docs/security.md has it. */
export const ROWS = TABLE.split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| act'))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, act = '', signIn = '']) => ({ act, signIn }))

/** `METHOD /path` of a row, if it is about an operation of the API. */
export const operationOf = (act: string) => /^`([A-Z]+ \/[^`]*)`/.exec(act)?.[1]

/** Ids of what the requests are about. */
export type Targets = {
  key: string
  coachKey: string
  member: string
  /** A member who has not come yet. */
  invited: string
  account: string
  practice: string
  webhook: string
  delivery: string
}

/** The body of a row's request, by how the row begins. */
export const BODIES: Record<string, (on: Targets) => unknown> = {
  '`POST /api/v1/practices`': () => ({ title: 'x', startsAt: '2027-01-01T10:00:00Z' }),
  '`PATCH /api/v1/practices/{id}`': () => ({ title: 'y' }),
  '`DELETE /api/v1/practices/{id}`': () => undefined,
  '`PATCH /api/v1/api-keys/{id}` with `name`': () => ({ name: 'y' }),
  '`PATCH /api/v1/api-keys/{id}` with `disabled: true`': () => ({ disabled: true }),
  '`PATCH /api/v1/api-keys/{id}` with `disabled: true`, the sixth key': () => ({ disabled: true }),
  '`PATCH /api/v1/api-keys/{id}` with `disabled: false`': () => ({ disabled: false }),
  '`PATCH /api/v1/api-keys/{id}` with fewer `scopes`': () => ({ scopes: ['practices:read'] }),
  '`PATCH /api/v1/api-keys/{id}` with `allowedCidrs`': () => ({ allowedCidrs: ['192.0.2.0/24'] }),
  '`PATCH /api/v1/api-keys/{id}` with `rateLimit`': () => ({
    rateLimit: { limit: 1, windowSeconds: 86_400 },
  }),
  '`PATCH /api/v1/api-keys/{id}` with `metadata`': () => ({ metadata: {} }),
  '`POST /api/v1/api-keys`': () => ({ name: 'x', scopes: ['practices:read'] }),
  '`POST /api/v1/honeykeys`': () => ({ name: 'x' }),
  '`POST /api/v1/introspect`': () => new URLSearchParams({ token: 'one-that-nobody-knows' }),
  '`POST /api/v1/api-keys/{id}/rotate`': () => undefined,
  '`POST /api/v1/api-keys/{id}/revoke`': () => undefined,
  '`DELETE /api/v1/api-keys/{id}`': () => undefined,
  '`POST /api/v1/api-keys/revoke`': ({ key }) => ({ ids: [key] }),
  '`POST /api/v1/api-keys/revoke` with `preview`': ({ key }) => ({ ids: [key], preview: true }),
  '`POST /api/v1/members`': () => ({ email: 'new@example.test', roles: ['COACH'] }),
  '`POST /api/v1/members/{id}/invitation`': () => undefined,
  '`POST /api/v1/members/{id}/invitation/link`': () => undefined,
  '`DELETE /api/v1/members/{id}/invitation`': () => undefined,
  '`POST /api/v1/members/{id}/password-link`': () => undefined,
  '`PATCH /api/v1/members/{id}`': () => ({ roles: ['COACH'] }),
  '`POST /api/v1/members/{id}/remove`': () => undefined,
  '`POST /api/v1/members/{id}/hand-over`': ({ coachKey, account }) => ({
    keyIds: [coachKey],
    serviceAccountId: account,
  }),
  '`POST /api/v1/service-accounts`': () => ({ name: 'android', roles: ['COACH'] }),
  '`PATCH /api/v1/service-accounts/{id}`': () => ({ name: 'android' }),
  '`POST /api/v1/service-accounts/{id}/remove`': () => undefined,
  '`POST /api/v1/webhooks`': () => ({ url: 'https://hooks.example.test/', types: ['webhook.disabled'] }),
  '`PATCH /api/v1/webhooks/{id}` with `url`': () => ({ url: 'https://elsewhere.example.test/' }),
  '`PATCH /api/v1/webhooks/{id}` with `disabled: true`': () => ({ disabled: true }),
  '`DELETE /api/v1/webhooks/{id}`': () => undefined,
  '`POST /api/v1/webhooks/{id}/rotate-secret`': () => undefined,
  '`POST /api/v1/webhooks/{id}/test`': () => undefined,
  '`POST /api/v1/webhooks/{id}/deliveries/{deliveryId}/retry`': () => undefined,
  '`POST /api/v1/webhooks/{id}/replay`': () => ({ since: '2026-01-01T00:00:00Z' }),
  '`PATCH /api/v1/club`': () => ({ name: 'y' }),
  '`PATCH /api/v1/club/policy`': () => ({ maxKeyDays: 100 }),
  '`PATCH /api/v1/club/policy` with `preview`': () => ({ maxKeyDays: 100, preview: true }),
}
const IDS: Record<string, keyof Targets> = {
  practices: 'practice',
  'api-keys': 'key',
  members: 'member',
  'service-accounts': 'account',
  webhooks: 'webhook',
}

/** A row's request below `/api/v1/`; the id in the path is one of the fitting kind. */
export function requestOf(act: string, on: Targets): { method: string; target: string; body: unknown } {
  const [method = '', full = ''] = operationOf(act)!.split(' ')
  return { method, target: targetIn(full, on), body: BODIES[act]!(on) }
}

/** A path of the API with an id of the fitting kind. */
function targetIn(full: string, on: Targets): string {
  const below = full.replace('/api/v1/', '').replace('{deliveryId}', on.delivery)
  if (below.includes('/invitation')) return below.replace('{id}', on.invited)
  return below.replace('{id}', on[IDS[below.split('/')[0]!] ?? 'key'])
}

/** Somebody who was asked into the club and has not come yet: the id of their membership. */
export async function inviteSomebody(clubId: string): Promise<string> {
  const invited = await makeMember(clubId, ['ATHLETE'])
  const expiresAt = new Date(Date.now() + 3_600_000)
  await db().invitation.create({ data: { clubId, userId: invited.userId, expiresAt } })
  return (await membershipOf(invited)).id
}
