import { setTimeout as sleep } from 'node:timers/promises'
import { listMembersQuery } from '@/contracts/member'
import type { Actor } from '@/lib/actor'
import { operatorActor } from '@/lib/auth/actor'
import { validateApiKey } from '@/lib/auth/api-key'
import { db } from '@/lib/db/client'
import { Refusal } from '@/lib/errors'
import { getMember } from '@/lib/members/get'
import { listMembers } from '@/lib/members/list'
import { removeMember } from '@/lib/members/remove'
import { updateMember } from '@/lib/members/update'
import { atOnce } from '../../support/at-once'
import { makeClub, makeKey, makeMember, twoClubs, useDatabase, type Member } from '../../support/club'
import { sessionOf } from '../../support/sign-in'

useDatabase()

async function setup() {
  const { home, rival } = await twoClubs()
  const admin = await sessionOf(home.admin)
  return { home, rival, admin, operator: operatorActor(home.clubId, null, 'operator:test') }
}

const membershipOf = ({ clubId, userId }: Pick<Member, 'clubId' | 'userId'>) =>
  db().membership.findUniqueOrThrow({ where: { clubId_userId: { clubId, userId } } })
const idOf = async (member: Member) => (await membershipOf(member)).id
const query = (given: Record<string, string> = {}) => listMembersQuery.parse(given)
const auditOf = (targetId: string) =>
  db().auditEvent.findMany({ where: { targetId }, orderBy: { id: 'asc' } })
const refused = (code: string) => expect.objectContaining({ name: 'Refusal', code })

async function serviceAccount(clubId: string) {
  const { id: userId } = await db().user.create({ data: { kind: 'service', name: 'robot' } })
  await db().membership.create({ data: { clubId, userId, roles: ['CLUB_ADMIN'] } })
  return membershipOf({ clubId, userId })
}

describe('listMembers', () => {
  it('shows an admin and a coach the club’s people, an athlete only themselves, and nobody a service account', async () => {
    const { home, admin } = await setup()
    await serviceAccount(home.clubId)
    const people = [home.admin, home.coach, home.athlete].map(({ email }) => email)
    const seen = async (actor: Actor) =>
      (await listMembers(actor, query())).data.map(({ user }) => user.email)
    expect(await seen(admin)).toEqual(people)
    expect(await seen(home.keys.coach.actor)).toEqual(people)
    expect(await seen(home.keys.athlete.actor)).toEqual([home.athlete.email])
  })

  it('filters by role and status, and shows who has left only where asked', async () => {
    const { home, admin } = await setup()
    await updateMember(admin, { id: await idOf(home.athlete), status: 'SUSPENDED' })
    await removeMember(admin, { id: await idOf(home.coach) })
    const seen = async (given: Record<string, string>) =>
      (await listMembers(admin, query(given))).data.map(({ user }) => user.email)
    expect(await seen({})).toEqual([home.admin.email, home.athlete.email])
    expect(await seen({ status: 'REMOVED' })).toEqual([home.coach.email])
    expect(await seen({ status: 'SUSPENDED' })).toEqual([home.athlete.email])
    expect(await seen({ role: 'CLUB_ADMIN' })).toEqual([home.admin.email])
    expect(await seen({ role: 'COACH' })).toEqual([])
  })

  it('pages through people who joined at the same instant exactly once', async () => {
    const { home, admin } = await setup()
    for (let i = 0; i < 4; i++) await makeMember(home.clubId, ['ATHLETE'])
    await db().membership.updateMany({ where: { clubId: home.clubId }, data: { joinedAt: new Date() } })
    const seen: string[] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: Awaited<ReturnType<typeof listMembers>> = await listMembers(
        admin,
        query({ limit: '3', ...(cursor && { cursor }) }),
      )
      seen.push(...page.data.map(({ id }) => id))
      cursor = page.nextCursor
    }
    expect(seen).toHaveLength(7)
    expect(new Set(seen).size).toBe(7)
  })
})

describe('getMember', () => {
  it('answers a foreign member, another one of an athlete’s, a service account and no member alike', async () => {
    const { home, rival, admin } = await setup()
    const ids = [await idOf(rival.coach), (await serviceAccount(home.clubId)).id, home.coach.userId]
    for (const id of ids) await expect(getMember(admin, { id })).rejects.toEqual(refused('not_found'))
    await expect(getMember(home.keys.athlete.actor, { id: await idOf(home.coach) })).rejects.toEqual(
      refused('not_found'),
    )
    const own = await idOf(home.athlete)
    expect(await getMember(home.keys.athlete.actor, { id: own })).toMatchObject({
      id: own,
      user: { id: home.athlete.userId, email: home.athlete.email },
    })
  })
})

describe('updateMember', () => {
  it('changes roles and status, on record with what they were', async () => {
    const { home, admin } = await setup()
    const id = await idOf(home.coach)
    expect(await updateMember(admin, { id, roles: ['COACH', 'ATHLETE'], status: 'SUSPENDED' })).toMatchObject(
      {
        roles: ['COACH', 'ATHLETE'],
        status: 'SUSPENDED',
      },
    )
    await updateMember(admin, { id, status: 'SUSPENDED' })
    const rows = await auditOf(id)
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({
      action: 'member.update',
      actorKind: 'session',
      actorUserId: home.admin.userId,
      changes: {
        userId: { from: null, to: home.coach.userId },
        roles: { from: ['COACH'], to: ['COACH', 'ATHLETE'] },
        status: { from: 'ACTIVE', to: 'SUSPENDED' },
      },
    })
  })

  it('G4: takes a key’s rights away at once, in this process', async () => {
    const { home, admin } = await setup()
    const { token } = home.keys.coach
    expect(await validateApiKey(token)).toMatchObject({ ok: true })
    await updateMember(admin, { id: await idOf(home.coach), status: 'SUSPENDED' })
    expect(await validateApiKey(token)).toMatchObject({ ok: false })
    await updateMember(admin, { id: await idOf(home.coach), status: 'ACTIVE' })
    expect(await validateApiKey(token)).toMatchObject({ ok: true, key: { roles: ['COACH'] } })
    await updateMember(admin, { id: await idOf(home.coach), roles: ['ATHLETE'] })
    expect(await validateApiKey(token)).toMatchObject({ ok: true, key: { roles: ['ATHLETE'] } })
  })

  it('wants a sign-in of the last 15 minutes', async () => {
    const { home } = await setup()
    const id = await idOf(home.coach)
    await updateMember(await sessionOf(home.admin, 14.9), { id, roles: ['ATHLETE'] })
    for (const act of [
      async (actor: Actor) => updateMember(actor, { id, roles: ['COACH'] }),
      async (actor: Actor) => updateMember(actor, { id, status: 'SUSPENDED' }),
      async (actor: Actor) => removeMember(actor, { id }),
    ]) {
      await expect(act(await sessionOf(home.admin, 15.1))).rejects.toEqual(
        refused('reauthentication_required'),
      )
    }
    expect(await membershipOf(home.coach)).toMatchObject({ roles: ['ATHLETE'], status: 'ACTIVE' })
  })

  it('is not for coaches, athletes or keys, an admin’s among them; a foreign member is a missing one', async () => {
    const { home, rival, admin } = await setup()
    const id = await idOf(home.coach)
    for (const actor of [
      await sessionOf(home.coach),
      await sessionOf(home.athlete),
      home.keys.admin.actor,
      rival.keys.admin.actor,
    ]) {
      await expect(updateMember(actor, { id, roles: ['CLUB_ADMIN'] })).rejects.toEqual(refused('not_found'))
      await expect(removeMember(actor, { id })).rejects.toEqual(refused('not_found'))
    }
    for (const other of [
      await idOf(rival.coach),
      (await serviceAccount(home.clubId)).id,
      home.coach.userId,
    ]) {
      await expect(updateMember(admin, { id: other, roles: ['ATHLETE'] })).rejects.toEqual(
        refused('not_found'),
      )
      await expect(removeMember(admin, { id: other })).rejects.toEqual(refused('not_found'))
    }
  })

  it('brings nobody back who has left', async () => {
    const { home, admin } = await setup()
    const id = await idOf(home.coach)
    await removeMember(admin, { id })
    await expect(updateMember(admin, { id, status: 'ACTIVE' })).rejects.toEqual(refused('conflict'))
  })

  it('makes changes of one member follow one another: the record is a chain', async () => {
    const { home, admin } = await setup()
    const id = await idOf(home.coach)
    const wanted = [['ATHLETE'], ['COACH'], ['COACH', 'ATHLETE']] as const
    await atOnce(9, (i) => updateMember(admin, { id, roles: [...wanted[i % 3]!] }))
    // What is left one time more often than it is reached was the first; the other way round, the last.
    const balance = new Map([['COACH', 1]])
    const count = (roles: unknown, by: number) =>
      balance.set(String(roles), (balance.get(String(roles)) ?? 0) + by)
    for (const { changes } of await auditOf(id)) {
      const { roles } = changes as { roles: { from: unknown; to: unknown } }
      count(roles.from, -1)
      count(roles.to, 1)
    }
    const left = [...balance].filter(([, times]) => times !== 0)
    expect(left).toEqual([[String((await membershipOf(home.coach)).roles), 1]])
  })
})

describe('removeMember', () => {
  it('ends the membership and every key of it, on record with their number, and once', async () => {
    const { home, rival, admin } = await setup()
    await makeKey(home.coach)
    const elsewhere = await makeKey(await joinAlso(home.coach, rival.clubId))
    const id = await idOf(home.coach)
    expect(await removeMember(admin, { id })).toMatchObject({ id, status: 'REMOVED' })
    expect(await removeMember(admin, { id })).toMatchObject({ id, status: 'REMOVED' })
    expect(
      await db().apiKey.count({ where: { clubId: home.clubId, userId: home.coach.userId, revokedAt: null } }),
    ).toBe(0)
    expect(await validateApiKey(home.keys.coach.token)).toMatchObject({ ok: false })
    expect(await validateApiKey(elsewhere.token)).toMatchObject({ ok: true })
    const rows = await auditOf(id)
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({
      action: 'member.remove',
      changes: {
        userId: { from: null, to: home.coach.userId },
        roles: { from: ['COACH'], to: null },
        keysRevoked: { from: null, to: 2 },
        status: { from: 'ACTIVE', to: 'REMOVED' },
      },
    })
  })
})

async function joinAlso({ userId, email }: Member, clubId: string): Promise<Member> {
  await db().membership.create({ data: { clubId, userId, roles: ['COACH'] } })
  return { clubId, userId, email, roles: ['COACH'] }
}

describe('the last active admin', () => {
  it.each<[string, (actor: Actor, id: string) => Promise<unknown>]>([
    ['demoted', (actor, id) => updateMember(actor, { id, roles: ['COACH'] })],
    ['suspended', (actor, id) => updateMember(actor, { id, status: 'SUSPENDED' })],
    ['removed', (actor, id) => removeMember(actor, { id })],
  ])('cannot be %s, by themselves or by an operator', async (_, act) => {
    const { home, admin, operator } = await setup()
    // Neither a suspended admin nor a service account runs a club.
    await serviceAccount(home.clubId)
    const other = await makeMember(home.clubId, ['CLUB_ADMIN'])
    await updateMember(admin, { id: await idOf(other), status: 'SUSPENDED' })
    const id = await idOf(home.admin)
    for (const actor of [admin, operator]) await expect(act(actor, id)).rejects.toEqual(refused('conflict'))
    expect(await membershipOf(home.admin)).toMatchObject({ roles: ['CLUB_ADMIN'], status: 'ACTIVE' })
    expect(await auditOf(id)).toEqual([])
  })

  it('is left by 100 concurrent demotions of the last two', async () => {
    const { id: clubId } = await makeClub()
    const two = [await makeMember(clubId, ['CLUB_ADMIN']), await makeMember(clubId, ['CLUB_ADMIN'])]
    const actors = await Promise.all(two.map((member) => sessionOf(member)))
    const ids = await Promise.all(two.map(idOf))
    const codes = await atOnce(100, async (i) => {
      await sleep(Math.random() * 20)
      const demotion = updateMember(actors[i % 2]!, { id: ids[(i >> 1) % 2]!, roles: ['ATHLETE'] })
      return demotion.then(
        () => 'done',
        (error: unknown) => (error instanceof Refusal ? error.code : Promise.reject(error as Error)),
      )
    })
    const admins = await db().membership.findMany({ where: { clubId, roles: { has: 'CLUB_ADMIN' } } })
    expect(admins).toHaveLength(1)
    // Forbidden: whoever is no admin any more by the time it is their turn.
    expect([...new Set(codes)].filter((code) => code !== 'forbidden').sort()).toEqual(['conflict', 'done'])
    expect(await auditOf(ids.find((id) => id !== admins[0]!.id)!)).toHaveLength(1)
  })
})
