import { randomUUID } from 'node:crypto'
import { listAuditEventsQuery } from '@/contracts/audit-event'
import { listAuditEvents } from '@/lib/audit/list'
import type { Actor } from '@/lib/actor'
import { operatorActor } from '@/lib/auth/actor'
import { createApiKey, revokeApiKey } from '@/lib/auth/api-key'
import { db } from '@/lib/db/client'
import { inviteMember } from '@/lib/members/invite'
import { createPractice } from '@/lib/practices/create'
import { makeKey, twoClubs, useDatabase } from '../../support/club'
import { sessionOf } from '../../support/sign-in'

useDatabase()

const query = (given: Record<string, string> = {}) => listAuditEventsQuery.parse(given)

async function setup() {
  const { home, rival } = await twoClubs()
  const admin = await sessionOf(home.admin)
  const list = async (given: Record<string, string> = {}, actor: Actor = admin) =>
    (await listAuditEvents(actor, query(given))).data
  return { home, rival, admin, list }
}

describe('listAuditEvents', () => {
  it('tells who did what to what, newest first', async () => {
    const { home, admin, list } = await setup()
    const trace = { requestId: randomUUID(), address: '192.0.2.7', userAgent: 'curl/8' }
    const made = await createApiKey({ ...admin, trace }, { name: 'lights', scopes: ['practices:read'] })
    await revokeApiKey(operatorActor(home.clubId, null, 'operator:kim'), { id: made.id, reason: 'lost' })
    const practice = await createPractice(home.keys.coach.actor, {
      title: 'Hills',
      startsAt: new Date('2027-01-01T10:00:00Z'),
    })
    const [third, second, first] = await list()
    expect(first).toEqual({
      id: expect.any(String),
      at: expect.any(String),
      action: 'api-key.create',
      actor: {
        kind: 'session',
        user: { id: home.admin.userId, name: 'The CLUB_ADMIN' },
        keyId: null,
        label: null,
      },
      target: { type: 'ApiKey', id: made.id },
      changes: {
        name: { from: null, to: 'lights' },
        scopes: { from: null, to: ['practices:read'] },
        ownerId: { from: null, to: home.admin.userId },
        expiresAt: { from: null, to: made.expiresAt },
        allowedCidrs: { from: null, to: null },
        rateLimit: { from: null, to: null },
      },
      ...trace,
    })
    expect(second).toMatchObject({
      action: 'api-key.revoke',
      actor: { kind: 'operator', user: null, keyId: null, label: 'operator:kim' },
      changes: { reason: { from: null, to: 'lost' } },
    })
    expect(third).toMatchObject({
      action: 'practice.create',
      actor: {
        kind: 'api_key',
        user: { id: home.coach.userId },
        keyId: home.keys.coach.id,
        label: 'test key',
      },
      target: { type: 'Practice', id: practice.id },
    })
  })

  it('names people as the club does', async () => {
    const { rival, admin, list } = await setup()
    await inviteMember(admin, { email: rival.coach.email, name: 'Our Rolf', roles: ['COACH'] })
    const { id } = await db().membership.findFirstOrThrow({
      where: { clubId: admin.clubId, userId: rival.coach.userId },
    })
    await makeKey({ ...rival.coach, clubId: admin.clubId })
    const guest = await sessionOf({ clubId: admin.clubId, userId: rival.coach.userId })
    await createPractice(guest, { title: 'Hills', startsAt: new Date() })
    expect((await list())[0]!.actor.user).toEqual({ id: rival.coach.userId, name: 'Our Rolf' })
    expect(await list({ targetId: id })).toHaveLength(1)
  })

  it('filters by action, actor, key, target and half-open time, together', async () => {
    const { home, list } = await setup()
    const { actor, id: keyId } = home.keys.coach
    const practices = [1, 2, 3].map((day) =>
      createPractice(actor, { title: `day ${day}`, startsAt: new Date() }),
    )
    const [one] = await Promise.all(practices)
    const ids = async (given: Record<string, string>) => (await list(given)).map(({ target }) => target.id)
    expect(await ids({ targetId: one!.id })).toEqual([one!.id])
    expect(await ids({ action: 'practice.create' })).toHaveLength(3)
    expect(await ids({ action: 'practice.delete' })).toEqual([])
    expect(await ids({ actorUserId: home.coach.userId })).toHaveLength(3)
    expect(await ids({ actorKeyId: keyId })).toHaveLength(3)
    expect(await ids({ actorKeyId: keyId, targetType: 'ApiKey' })).toEqual([])
    expect(await ids({ targetType: 'ApiKey' })).toHaveLength(3)
    const { at } = (await list({ targetId: one!.id }))[0]!
    const next = new Date(Date.parse(at) + 1).toISOString()
    expect(await ids({ targetId: one!.id, from: at, to: next })).toEqual([one!.id])
    expect(await ids({ targetId: one!.id, to: at })).toEqual([])
    expect(await ids({ targetId: one!.id, from: next })).toEqual([])
  })

  it('G3: finds nothing by a foreign id, whatever stands on record elsewhere', async () => {
    const { rival, list } = await setup()
    const foreign = rival.keys.admin
    for (const given of [
      { actorUserId: rival.admin.userId },
      { actorKeyId: foreign.id },
      { targetId: foreign.id },
      { targetId: randomUUID() },
    ]) {
      expect(await list(given as Record<string, string>)).toEqual([])
    }
    expect(await list()).toHaveLength(3)
  })

  it('shows nothing to coaches and athletes', async () => {
    const { home, list } = await setup()
    for (const actor of [home.keys.coach.actor, home.keys.athlete.actor, await sessionOf(home.coach)])
      expect(await list({}, actor)).toEqual([])
    expect(await list({}, home.keys.admin.actor)).toHaveLength(3)
  })

  it('pages through acts of the same instant exactly once', async () => {
    const { home, admin } = await setup()
    const at = new Date()
    const act = {
      clubId: home.clubId,
      at,
      actorKind: 'system',
      action: 'club.policy',
      targetType: 'Club',
      targetId: home.clubId,
    } as const
    await db().auditEvent.createMany({ data: Array.from({ length: 8 }, () => act) })
    const seen: string[] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: Awaited<ReturnType<typeof listAuditEvents>> = await listAuditEvents(
        admin,
        query({ action: 'club.policy', limit: '3', ...(cursor && { cursor }) }),
      )
      seen.push(...page.data.map(({ id }) => id))
      cursor = page.nextCursor
    }
    expect(seen).toHaveLength(8)
    expect(new Set(seen).size).toBe(8)
  })
})

describe('the changes of an act', () => {
  it('of two roles given at once are what was given, not a before and an after', async () => {
    const { admin, list } = await setup()
    const { id } = await inviteMember(admin, {
      email: `${randomUUID()}@example.test`,
      roles: ['CLUB_ADMIN', 'COACH'],
    })
    expect((await list({ targetId: id }))[0]).toMatchObject({
      changes: {
        roles: { from: null, to: ['CLUB_ADMIN', 'COACH'] },
        status: { from: null, to: 'ACTIVE' },
      },
    })
  })

  it('of a newer release are shown, whatever it calls them; a name that nobody knows is refused as a filter', async () => {
    const { home, list } = await setup()
    await db().auditEvent.create({
      data: {
        clubId: home.clubId,
        at: new Date(),
        actorKind: 'system',
        action: 'member.brand-new',
        targetType: 'Membership',
        targetId: home.clubId,
        changes: { name: 'x' },
      },
    })
    expect(await list({ targetId: home.clubId, targetType: 'Membership' })).toMatchObject([
      { action: 'member.brand-new', changes: { name: { from: null, to: 'x' } } },
    ])
    expect(() => query({ action: 'practice' })).toThrow()
  })
})
