import { randomUUID } from 'node:crypto'
import { ownClub, updateClubBody } from '@/contracts/club'
import { NOWHERE } from '@/lib/actor'
import { createOwnClub } from '@/lib/clubs/create-own-club'
import { updateClub } from '@/lib/clubs/update-club'
import { db } from '@/lib/db/client'
import { env } from '@/lib/env'
import { createLoginSession } from '@/lib/sign-in/login-session'
import { findSignedIn, type SignedIn } from '@/lib/sign-in/session-actor'
import { makeClub, makeMember, twoClubs, useDatabase } from '../../support/club'
import { ageSession, enters, forgetAttempts, sessionOf } from '../../support/sign-in'

useDatabase()
beforeEach(async () => {
  await forgetAttempts()
  env().CLUB_CREATION = 'members'
  env().CLUB_CREATION_PER_DAY = 3
})

const refused = (code: string) => expect.objectContaining({ name: 'Refusal', code })
const newSlug = () => `mine-${randomUUID().slice(0, 8)}`

async function somebody(minutes = 0): Promise<SignedIn> {
  const { userId } = await makeMember((await makeClub()).id, ['ATHLETE'])
  const sessionId = await createLoginSession(userId, NOWHERE)
  await ageSession(sessionId, minutes)
  return (await findSignedIn({ userId, sessionId }))!
}

describe('a club that a person creates', () => {
  it('is theirs as its admin, on record, though their address is unproven', async () => {
    const person = await somebody()
    await db().user.update({ where: { id: person.userId }, data: { emailVerified: null } })
    const slug = newSlug()
    expect(await createOwnClub(person, { slug, name: 'Mine' }, NOWHERE)).toEqual({ slug })
    expect(await enters(person.userId, slug)).toBe(true)
    const club = await db().club.findUniqueOrThrow({ where: { slug }, include: { memberships: true } })
    expect(club.memberships).toMatchObject([{ userId: person.userId, roles: ['CLUB_ADMIN'] }])
    expect(await db().auditEvent.findMany({ where: { clubId: club.id } })).toMatchObject([
      { action: 'club.create', actorKind: 'session', actorUserId: person.userId, targetId: club.id },
    ])
  })

  it('is refused unless the operator lets people: as if there were no such thing', async () => {
    env().CLUB_CREATION = 'off'
    const person = await somebody()
    await expect(createOwnClub(person, { slug: newSlug(), name: 'Mine' }, NOWHERE)).rejects.toEqual(
      refused('not_found'),
    )
  })

  it('takes a fresh sign-in, and one that goes on', async () => {
    const stale = await somebody(15.1)
    await expect(createOwnClub(stale, { slug: newSlug(), name: 'Mine' }, NOWHERE)).rejects.toEqual(
      refused('reauthentication_required'),
    )
    const person = await somebody()
    await db().loginSession.update({ where: { id: person.sessionId }, data: { revokedAt: new Date() } })
    await expect(createOwnClub(person, { slug: newSlug(), name: 'Mine' }, NOWHERE)).rejects.toEqual(
      refused('missing_credentials'),
    )
  })

  it('is one of so many a day: of twenty at once exactly three', async () => {
    const person = await somebody()
    const all = await Promise.allSettled(
      Array.from({ length: 20 }, () => createOwnClub(person, { slug: newSlug(), name: 'Mine' }, NOWHERE)),
    )
    const made = all.filter(({ status }) => status === 'fulfilled')
    expect(made).toHaveLength(3)
    for (const one of all) if (one.status === 'rejected') expect(one.reason).toEqual(refused('forbidden'))
    const other = await somebody()
    await expect(createOwnClub(other, { slug: newSlug(), name: 'Other' }, NOWHERE)).resolves.toBeDefined()
  })

  it('is there once, however often its answer is asked for, and for nobody else', async () => {
    const person = await somebody()
    const slug = newSlug()
    const ask = (who: SignedIn, name = 'Mine') => createOwnClub(who, { slug, name }, NOWHERE)
    const all = await Promise.all([ask(person), ask(person)])
    for (let n = 0; n < 3; n++) all.push(await ask(person))
    expect(new Set(all.map((answer) => answer.slug))).toEqual(new Set([slug]))
    const { id: clubId } = await db().club.findUniqueOrThrow({ where: { slug } })
    expect(await db().auditEvent.count({ where: { clubId } })).toBe(1)
    const taken = { code: 'validation_failed', errors: [{ path: 'slug' }] }
    await expect(ask(person, 'Another')).rejects.toMatchObject(taken)
    await expect(ask(await somebody())).rejects.toMatchObject(taken)
    await db().club.update({ where: { slug }, data: { createdAt: new Date(Date.now() - 11 * 60_000) } })
    await expect(ask(person)).rejects.toMatchObject(taken)
  })

  it('says that an address is taken, which counts for nothing', async () => {
    const person = await somebody()
    const { slug } = await makeClub()
    for (let n = 0; n < 5; n++)
      await expect(createOwnClub(person, { slug, name: 'Mine' }, NOWHERE)).rejects.toMatchObject({
        code: 'validation_failed',
        errors: [{ path: 'slug', message: expect.stringContaining('taken') }],
      })
    await expect(createOwnClub(person, { slug: newSlug(), name: 'Mine' }, NOWHERE)).resolves.toBeDefined()
  })

  it.each(['A', 'a', '-a', 'a--b', 'ab-', 'ä-b', 'a b', '../x', 'x'.repeat(41)])(
    'has no address like %j',
    (slug) => {
      expect(ownClub.safeParse({ slug, name: 'Mine' }).success).toBe(false)
    },
  )
})

describe('the club’s name and time zone', () => {
  it('are changed by its admins, on record, and nobody else’s', async () => {
    const { home, rival } = await twoClubs()
    const admin = await sessionOf(home.admin)
    const after = await updateClub(admin, { name: 'נבחרת 🏃', timeZone: 'Europe/Berlin' })
    expect(after).toEqual({ slug: home.slug, name: 'נבחרת 🏃', timeZone: 'Europe/Berlin' })
    expect(
      await db().auditEvent.findFirst({ where: { clubId: home.clubId, action: 'club.update' } }),
    ).toMatchObject({
      changes: { name: { to: 'נבחרת 🏃' }, timeZone: { from: 'UTC', to: 'Europe/Berlin' } },
    })
    await updateClub(admin, { name: 'נבחרת 🏃' })
    expect(await db().auditEvent.count({ where: { clubId: home.clubId, action: 'club.update' } })).toBe(1)
    expect(await db().club.findUnique({ where: { id: rival.clubId } })).toMatchObject({ timeZone: 'UTC' })
    await expect(updateClub(await sessionOf(home.coach), { name: 'x' })).rejects.toEqual(refused('forbidden'))
    await expect(updateClub(await sessionOf(home.admin, 15.1), { name: 'x' })).rejects.toEqual(
      refused('reauthentication_required'),
    )
  })

  it.each(['Europe/Nowhere', 'europe/berlin', '', '+02:00', 'UTC\n', 'x'.repeat(65)])(
    'is no zone: %j',
    (timeZone) => {
      expect(updateClubBody.safeParse({ timeZone }).success).toBe(false)
    },
  )

  it.each(['UTC', 'Asia/Kolkata', 'America/Argentina/Buenos_Aires'])('is one: %s', (timeZone) => {
    expect(updateClubBody.safeParse({ timeZone }).success).toBe(true)
  })
})
