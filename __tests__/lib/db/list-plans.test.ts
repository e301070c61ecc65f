import { Client } from 'pg'
import { listApiKeysQuery } from '@/contracts/api-key'
import type { Cursors } from '@/contracts/page'
import { listAuditEventsQuery } from '@/contracts/audit-event'
import { listMembersQuery } from '@/contracts/member'
import { listPracticesQuery } from '@/contracts/practices'
import { listServiceAccountsQuery } from '@/contracts/service-accounts'
import { API_KEY_SORTS, API_KEY_STATUSES, ORDERS } from '@/contracts/api-key-filter'
import { listAuditEvents } from '@/lib/audit/list'
import type { Actor } from '@/lib/actor'
import { operatorActor } from '@/lib/auth/actor'
import { countByStatus, listApiKeys } from '@/lib/auth/api-key'
import { listMembers } from '@/lib/members/list'
import { listPractices } from '@/lib/practices/list'
import { listServiceAccounts } from '@/lib/service-accounts/list'
import { makeClub, makeMember, useDatabase, type Member } from '../../support/club'
import { dearNodes, plansOf } from '../../support/plans'

const database = useDatabase()

type Given = Record<string, string>

let actor: Actor
let admin: Member
/** Of the key and the member that hardly any event is about. */
const RARE = '01a00000-0000-7000-8000-000000000001'

/** A club with 30,000 events, 20,000 keys, 5,000 members and as many practices, beside a small one. */
beforeAll(async () => {
  const { id: clubId } = await makeClub()
  admin = await makeMember(clubId, ['CLUB_ADMIN', 'COACH'])
  actor = operatorActor(clubId, null, 'test')
  await makeMember((await makeClub()).id, ['COACH'])
  const client = new Client(database.directUrl())
  await client.connect()
  await client.query(`
    INSERT INTO "AuditEvent" ("id", "clubId", "at", "actorKind", "actorUserId", "actorKeyId", "action", "targetType", "targetId")
    SELECT gen_random_uuid(), '${clubId}', now() - n * interval '1 minute', 'session', CASE WHEN n % 10000 = 0 THEN '${RARE}' ELSE '${admin.userId}' END,
      CASE WHEN n % 10000 = 0 THEN '${RARE}' ELSE '${admin.userId}' END::uuid, CASE WHEN n % 10000 = 0 THEN 'club.policy' ELSE 'practice.update' END,
      CASE WHEN n % 10000 = 0 THEN 'Club' ELSE 'Practice' END, gen_random_uuid() FROM generate_series(1, 30000) n;
    INSERT INTO "ApiKey" ("id", "clubId", "userId", "name", "digest", "start", "last4", "scopes", "updatedAt", "createdAt", "expiresAt", "revokedAt")
    SELECT g, '${clubId}', '${admin.userId}', 'key ' || n, sha256(g::text::bytea), 'sk', 'last', CASE WHEN n % 5000 = 0 THEN '{audit:read}' ELSE '{practices:read}' END::text[],
      now(), now() - n * interval '1 minute', CASE WHEN n % 3 = 0 THEN now() + (n - 2000) * interval '1 minute' END, CASE WHEN n % 2 = 0 THEN now() END
    FROM (SELECT n, gen_random_uuid() AS g FROM generate_series(1, 20000) n) s;
    INSERT INTO "ApiKeyUse" ("apiKeyId", "clubId", "lastUsedAt") SELECT "id", "clubId", "createdAt" FROM "ApiKey" WHERE "name" LIKE 'key %1';
    INSERT INTO "ApiKeyUsage" ("apiKeyId", "clubId", "hour", "requests", "denied")
    SELECT k."id", '${clubId}', date_trunc('hour', now()) - h * interval '1 hour', 5, CASE WHEN right(k."name", 3) = '100' THEN 1 ELSE 0 END
    FROM "ApiKey" k, generate_series(1, 5) h WHERE k."name" LIKE 'key %0';
    INSERT INTO "User" ("id", "kind", "name", "email", "updatedAt")
    SELECT md5('u' || n)::uuid, CASE WHEN n % 10 = 0 THEN 'service' ELSE 'user' END::"UserKind", 'U', CASE WHEN n % 10 > 0 THEN n || '@plans.test' END, now() FROM generate_series(1, 5000) n;
    INSERT INTO "Membership" ("id", "clubId", "userId", "roles", "status", "joinedAt", "updatedAt")
    SELECT gen_random_uuid(), '${clubId}', md5('u' || n)::uuid, '{ATHLETE}', CASE WHEN n % 2 = 0 THEN 'REMOVED' WHEN n % 501 = 0 THEN 'SUSPENDED' ELSE 'ACTIVE' END::"MembershipStatus",
      now() - n * interval '1 minute', now() FROM generate_series(1, 5000) n;
    INSERT INTO "Practice" ("id", "clubId", "title", "startsAt", "status", "createdById", "updatedAt")
    SELECT gen_random_uuid(), '${clubId}', 'P', now() - n * interval '1 minute', CASE WHEN n % 1000 = 0 THEN 'DRAFT' ELSE 'PUBLISHED' END::"PracticeStatus", '${admin.userId}', now()
    FROM generate_series(1, 5000) n`)
  await client.query('VACUUM ANALYZE')
  await client.end()
}, 120_000)

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()

type Case = [list: string, tables: string[], ask: (given: Given) => Promise<Cursors>, filters: () => Given[]] // prettier-ignore

const CASES: Case[] = [
  [
    'audit events',
    ['AuditEvent'],
    (given) => listAuditEvents(actor, listAuditEventsQuery.parse(given)),
    () => [
      {},
      ...['club.policy', 'practice.update', 'member.remove'].map((action) => ({ action })),
      ...[RARE, admin.userId, admin.clubId].flatMap((id) => [
        { actorUserId: id },
        { actorKeyId: id },
        { targetId: id },
      ]),
      ...['Club', 'Practice', 'ApiKey'].map((targetType) => ({ targetType })),
      { from: ago(100) },
      { to: ago(29_900) },
      { from: ago(20_100), to: ago(20_000) },
      {
        action: 'practice.update',
        targetType: 'Practice',
        actorUserId: RARE,
        from: ago(25_000),
        to: ago(100),
      },
    ],
  ],
  [
    'keys',
    ['ApiKey', 'ApiKeyUse', 'ApiKeyUsage'],
    (given) => listApiKeys(actor, listApiKeysQuery.parse(given)),
    () => [
      ...API_KEY_SORTS.flatMap((sort) => ORDERS.map((order) => ({ sort, order }))),
      ...API_KEY_STATUSES.map((status) => ({ status })),
      { ownerId: admin.userId },
      { ownerId: RARE },
      { ownerId: admin.userId, sort: 'name' },
      { q: 'key 1' },
      { scope: 'practices:read' },
      { usedSince: ago(15_000) },
      { unusedSince: ago(5_000) },
      { policy: 'outside' },
      { status: 'usable' },
      { expiresBefore: ago(-500), status: 'usable' },
      { expiresBefore: ago(-500), sort: 'expiresAt' },
      { neverExpires: 'true', status: 'usable' },
      { failedSince: ago(10_000) },
      { failedSince: ago(10_000), status: 'usable' },
    ],
  ],
  [
    'members',
    ['Membership'],
    (given) => listMembers(actor, listMembersQuery.parse(given)),
    () => [{}, { status: 'ACTIVE' }, { status: 'SUSPENDED' }, { status: 'REMOVED' }, { role: 'ATHLETE' }],
  ],
  [
    'service accounts',
    ['Membership'],
    (given) => listServiceAccounts(actor, listServiceAccountsQuery.parse(given)),
    () => [{}, { status: 'REMOVED' }],
  ],
  [
    'practices',
    ['Practice'],
    (given) => listPractices(actor, listPracticesQuery.parse(given)),
    () => [{}, { status: 'DRAFT' }, { status: 'PUBLISHED' }, { from: ago(100) }, { to: ago(4_900) }],
  ],
]

it.each(CASES)(
  'each filter and order of %s is read by an index, and no more is sorted than a page',
  async (_list, tables, ask, filters) => {
    for (const given of filters()) {
      let next: string | null = null
      const first = await plansOf(database.directUrl(), async () => ({ nextCursor: next } = await ask(given)))
      expect({ given, dear: dearNodes(first, tables) }).toEqual({ given, dear: [] })
      expect(first.length).toBeGreaterThan(0)
      if (next === null) continue
      let previous: string | undefined
      const goOn = async () => ({ previousCursor: previous } = await ask({ ...given, cursor: next! }))
      const later = await plansOf(database.directUrl(), goOn)
      expect({ given, later: dearNodes(later, tables) }).toEqual({ given, later: [] })
      const back = await plansOf(database.directUrl(), () => ask({ ...given, cursor: previous! }))
      expect({ given, back: dearNodes(back, tables) }).toEqual({ given, back: [] })
    }
  },
  120_000,
)

it('a count up to a bound sorts nothing', async () => {
  const asked = CASES.flatMap(([, , ask, filters]) =>
    filters().map((given) => () => ask({ ...given, count: 'true' })),
  )
  for (const count of [...asked, () => countByStatus(actor, {})]) {
    const plans = await plansOf(database.directUrl(), count)
    expect(plans.map((node) => node['Node Type'])).toContain('Aggregate')
    expect(dearNodes(plans, [])).toEqual([])
  }
}, 120_000)

it('would notice a sort and a table read whole', async () => {
  const { db } = await import('@/lib/db/client')
  const run = () =>
    db().auditEvent.findMany({ where: { clubId: admin.clubId }, orderBy: { requestId: 'asc' }, take: 20 })
  expect(dearNodes(await plansOf(database.directUrl(), run), ['AuditEvent'])).toEqual(
    expect.arrayContaining([expect.stringMatching(/^sorts/), 'reads all of AuditEvent']),
  )
})
