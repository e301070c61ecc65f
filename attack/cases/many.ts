import { randomUUID } from 'node:crypto'
import { db } from '@/lib/db/client'
import { makeKey, makeServiceAccount, type Member } from '../../__tests__/support/club'
import { makeManyKeys } from '../../__tests__/support/many-keys'
import { membershipOf } from '../../__tests__/support/sign-in'
import type { RawResponse } from '../../__tests__/support/raw-http'
import type { Attack } from '../attack'
import { enter, withKey } from '../callers'
import { checks } from '../checks'
import type { Stage } from '../stage'

// Somebody made so many keys, or did so much, that nothing can be done about them any more.

/** No act takes longer before it answers, in milliseconds: twice what it waits for what follows from it. */
const BOUND_MS = 6_000
const AT_ONCE = 500

async function manyKeys({ postgres }: Stage, owner: Member, count: number, madeBy?: string): Promise<void> {
  for (let made = 0; made < count; made += AT_ONCE)
    await makeManyKeys(owner, Math.min(AT_ONCE, count - made), madeBy === undefined ? {} : { madeBy })
  // As the database does by itself some time after so many rows.
  await postgres.ask('ANALYZE "ApiKey"')
}

async function timed(call: () => Promise<RawResponse>): Promise<{ answer: RawResponse; ms: number }> {
  const started = performance.now()
  const answer = await call()
  return { answer, ms: performance.now() - started }
}

async function setup(stage: Stage, short: boolean) {
  const { server } = stage
  const scene = await enter(server)
  const owner = scene.home.coach
  const { id, token } = await makeKey(owner)
  const count = short ? 3_000 : 100_000
  const isAlive = async () => (await withKey(server, token)('GET', 'whoami')).status === 200
  return { ...scene, server, owner, id, count, isAlive, member: (await membershipOf(owner)).id }
}

export const many: Attack[] = [
  {
    kind: 'many',
    tried: 'the owner of 100,000 keys is looked at, suspended, and removed',
    run: async (stage, short) => {
      const { must, done } = checks()
      const { asks, owner, count, isAlive, member, home } = await setup(stage, short)
      await manyKeys(stage, owner, count)
      const steps: [string, string, string, unknown, boolean][] = [
        ['what it would end', 'GET', `members/${member}/impact?act=remove`, undefined, true],
        ['what a role would end', 'GET', `members/${member}/impact?act=roles&roles=ATHLETE`, undefined, true],
        ['their keys', 'GET', `api-keys?ownerId=${owner.userId}&sort=lastUsedAt&limit=100`, undefined, true],
        ['keys by name', 'GET', 'api-keys?q=one+of&sort=name', undefined, true],
        [
          'what a policy would leave outside',
          'PATCH',
          'club/policy',
          { maxKeyDays: 90, allowNonExpiringKeys: false, preview: true },
          true,
        ],
        [
          'all by a filter, previewed',
          'POST',
          'api-keys/revoke',
          { filter: { ownerId: owner.userId }, preview: true },
          true,
        ],
        ['suspended', 'PATCH', `members/${member}`, { status: 'SUSPENDED' }, false],
        ['back', 'PATCH', `members/${member}`, { status: 'ACTIVE' }, true],
        ['removed', 'POST', `members/${member}/remove`, undefined, false],
      ]
      let slowest = 0
      for (const [what, method, path, body, alive] of steps) {
        const { answer, ms } = await timed(() => asks(method, path, body))
        slowest = Math.max(slowest, ms)
        must(`${what}: the answer after ${Math.round(ms)} ms`, answer.status, 200)
        must(`${what}: in time`, ms < BOUND_MS, true)
        must(`${what}: their key works`, await isAlive(), alive)
        if (what === 'removed') {
          const left = answer.json().keysLeft as number
          const alive = await db().apiKey.count({
            where: { clubId: home.clubId, userId: owner.userId, revokedAt: null },
          })
          must('removed: it says how many are left', left >= alive && left <= count, true)
        }
        if (what === 'what it would end') must('how many', answer.json().count, count + 2)
      }
      const many = await timed(() => asks('POST', 'api-keys/revoke', { filter: { ownerId: owner.userId } }))
      must(
        'all by a filter, once they are gone',
        [200, 409, 422].includes(many.answer.status) && many.ms < BOUND_MS,
        true,
      )
      return done(`${count} keys, ${Math.round(slowest)} ms at most`)
    },
  },
  {
    kind: 'many',
    tried: 'a service account with 10,000 is removed',
    run: async (stage, short) => {
      const { must, done } = checks()
      const { asks, home, count, server } = await setup(stage, short)
      const account = await makeServiceAccount(home.clubId, ['COACH'])
      const { token } = await makeKey(account)
      await manyKeys(stage, account, count / 10)
      const { answer, ms } = await timed(() => asks('POST', `service-accounts/${account.id}/remove`))
      must('removed', answer.status, 200)
      must('in time', ms < BOUND_MS, true)
      must('its key', (await withKey(server, token)('GET', 'whoami')).status, 401)
      return done(`${Math.round(ms)} ms`)
    },
  },
  {
    kind: 'many',
    tried: 'a leaked key that made 10,000 is deleted, then revoked',
    run: async (stage, short) => {
      const { must, done } = checks()
      const { asks, owner, id, count, isAlive, home } = await setup(stage, short)
      await manyKeys(stage, owner, count / 10, id)
      const deleted = await timed(() => asks('DELETE', `api-keys/${id}`))
      must('deleted while they live', deleted.answer.status, 409)
      must('refused in time', deleted.ms < BOUND_MS, true)
      const { answer, ms } = await timed(() => asks('POST', `api-keys/${id}/revoke`))
      must('revoked', answer.status, 200)
      must('in time', ms < BOUND_MS, true)
      must('it works', await isAlive(), false)
      must('names no more than can be read', (answer.json().alsoRevoked as string[]).length <= 1_000, true)
      const alive = () =>
        db().apiKey.count({ where: { clubId: home.clubId, createdByKeyId: id, revokedAt: null } })
      const left = await alive()
      must('it says whether that is all', answer.json().complete, left === 0)
      // The rest ends without being asked for.
      for (let i = 0; i < 100 && (await alive()) > 0; i++)
        await new Promise((resolve) => setTimeout(resolve, 200))
      must('alive in the end', await alive(), 0)
      return done(`${Math.round(ms)} ms, ${left} left`)
    },
  },
  {
    kind: 'many',
    tried: 'audit filters over a log of 100,000 acts',
    run: async (stage, short) => {
      const { must, done } = checks()
      const { asks, home, cookie, server } = await setup(stage, true)
      const target = randomUUID()
      await stage.postgres.ask(
        `INSERT INTO "AuditEvent" ("id", "clubId", "at", "actorKind", "actorUserId", "action", "targetType", "targetId")
         SELECT gen_random_uuid(), $1, now() - n * interval '1 second', 'session', $2, 'practice.update', 'Practice', $3
         FROM generate_series(1, $4::int) AS n`,
        [home.clubId, home.coach.userId, target, short ? 20_000 : 100_000],
      )
      const filters = [
        '',
        'action=practice.update',
        'action=club.policy',
        `actorUserId=${home.coach.userId}`,
        `actorUserId=${home.athlete.userId}`,
        `actorKeyId=${home.keys.coach.id}`,
        'targetType=Practice',
        'targetType=Club',
        `targetId=${target}`,
        `targetId=${randomUUID()}`,
        'from=1999-01-01T00:00:00Z&to=2000-01-01T00:00:00Z',
        `action=practice.update&actorUserId=${home.athlete.userId}`,
        `targetType=Practice&action=club.policy`,
        `actorUserId=${home.coach.userId}&targetId=${target}&action=practice.update&targetType=Practice`,
      ]
      let slowest = 0
      for (const filter of filters) {
        const { answer, ms } = await timed(() => asks('GET', `audit-events?limit=100&${filter}`))
        slowest = Math.max(slowest, ms)
        must(filter, answer.status, 200)
        const page = await server.send({
          path: `/clubs/${home.slug}/audit?${filter}`,
          headers: [['Cookie', cookie]],
        })
        must(`its page, ${filter}`, [page.status, page.body.includes('could not')], [200, false])
      }
      return done(`${Math.round(slowest)} ms at most`)
    },
  },
]
