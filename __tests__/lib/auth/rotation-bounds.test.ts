import { deleteApiKey, getApiKey, listApiKeys, revokeApiKey, rotateApiKey } from '@/lib/auth/api-key'
import { operatorActor } from '@/lib/auth/actor'
import { db } from '@/lib/db/client'
import {
  actorOf,
  makeClub,
  makeKey,
  makeMember,
  makeServiceAccount,
  twoClubs,
  useDatabase,
} from '../../support/club'
import { sessionOf } from '../../support/sign-in'

useDatabase()

const inDays = (days: number) => new Date(Date.now() + days * 24 * 3600_000)

async function setup() {
  const club = await makeClub()
  const coach = await makeMember(club.id, ['COACH'])
  return { club, coach, key: await makeKey(coach) }
}

describe('G11: the database itself', () => {
  it('takes no second successor, no other link, and no longer grace', async () => {
    const { home, rival } = await twoClubs()
    const { id, actor } = home.keys.coach
    const next = await rotateApiKey(actor, { id })
    const data = {
      clubId: home.clubId,
      userId: home.coach.userId,
      name: 'x',
      start: 's',
      last4: 'l',
      scopes: [],
    }
    const digest = Buffer.alloc(32, 1)
    await expect(db().apiKey.create({ data: { ...data, digest, rotatedFromId: id } })).rejects.toMatchObject({
      code: 'P2002',
    })
    await expect(
      db().apiKey.create({ data: { ...data, digest, rotatedFromId: rival.keys.coach.id } }),
    ).rejects.toThrow()
    await expect(
      db().apiKey.update({ where: { id: rival.keys.coach.id }, data: { replacedById: next.id } }),
    ).rejects.toThrow()
    await expect(
      db().apiKey.update({ where: { id }, data: { replacedById: home.keys.admin.id } }),
    ).rejects.toThrow()
    await expect(db().apiKey.update({ where: { id }, data: { replacedById: null } })).rejects.toThrow()
    await expect(
      db().apiKey.update({ where: { id: next.id }, data: { rotatedFromId: null } }),
    ).rejects.toThrow()
    await expect(
      db().apiKey.update({ where: { id: next.id }, data: { createdByKeyId: null } }),
    ).rejects.toThrow()
    for (const expiresAt of [inDays(2), null])
      await expect(db().apiKey.update({ where: { id }, data: { expiresAt } })).rejects.toThrow()
    await db().apiKey.update({ where: { id }, data: { expiresAt: new Date() } })
  })

  it('keeps the links when one of the two is deleted', async () => {
    const { coach, key } = await setup()
    const old = await makeKey(coach)
    const { id } = await rotateApiKey(key.actor, { id: old.id, graceSeconds: 0 })
    await deleteApiKey(key.actor, { id: old.id })
    expect(await getApiKey(key.actor, { id })).toMatchObject({ rotatedFromId: old.id })
  })
})

describe('no rotation gives what its caller does not hold', () => {
  it('a key does not rotate a stronger key of its own owner', async () => {
    const { coach } = await setup()
    const strong = await makeKey(coach, { scopes: ['practices:write'] })
    const weak = await makeKey(coach, { scopes: ['api-keys:write', 'practices:read'] })
    await expect(rotateApiKey(weak.actor, { id: strong.id })).rejects.toMatchObject({
      code: 'insufficient_scope',
      scope: ['practices:write'],
    })
  })

  it('an admin, signed in, does not receive a coach’s key, nor through a key of their own', async () => {
    const { home } = await twoClubs()
    await expect(rotateApiKey(await sessionOf(home.admin), { id: home.keys.coach.id })).rejects.toMatchObject(
      { code: 'forbidden' },
    )
    await expect(rotateApiKey(home.keys.admin.actor, { id: home.keys.coach.id })).rejects.toMatchObject({
      code: 'not_found',
    })
    expect((await listApiKeys(home.keys.coach.actor, { limit: 100 })).data).toHaveLength(1)
  })

  it('nobody reaches another club’s key', async () => {
    const { home, rival } = await twoClubs()
    for (const actor of [home.keys.coach.actor, await sessionOf(home.admin)]) {
      await expect(rotateApiKey(actor, { id: rival.keys.coach.id })).rejects.toMatchObject({
        code: 'not_found',
      })
    }
  })

  it('a key takes its addresses along, and does not rotate a key that answers elsewhere', async () => {
    const { coach, key } = await setup()
    const here = await makeKey(coach, { allowedCidrs: ['10.0.0.0/8'] })
    const there = await makeKey(coach, { allowedCidrs: ['192.0.2.0/24'] })
    for (const { id } of [there, key])
      await expect(rotateApiKey(here.actor, { id })).rejects.toMatchObject({ code: 'forbidden' })
    expect(await rotateApiKey(here.actor, { id: here.id })).toMatchObject({ allowedCidrs: ['10.0.0.0/8'] })
    expect(await rotateApiKey(await sessionOf(coach), { id: there.id })).toMatchObject({
      allowedCidrs: ['192.0.2.0/24'],
    })
  })

  it('a service account’s key is an admin’s to rotate, who is signed in and holds its scopes, or the key’s own', async () => {
    const { home } = await twoClubs()
    const robot = await makeServiceAccount(home.clubId, ['COACH'])
    const key = await makeKey(robot, { scopes: ['practices:read', 'api-keys:write'] })
    const writer = await makeKey(robot, { scopes: ['practices:write'] })
    const admin = await sessionOf(home.admin)
    await expect(rotateApiKey(admin, { id: writer.id })).rejects.toMatchObject({
      code: 'forbidden',
      scope: ['practices:write'],
    })
    await expect(rotateApiKey(home.keys.admin.actor, { id: key.id })).rejects.toMatchObject({
      code: 'not_found',
    })
    await expect(rotateApiKey(await sessionOf(home.coach), { id: key.id })).rejects.toMatchObject({
      code: 'not_found',
    })
    const next = await rotateApiKey(admin, { id: key.id })
    expect(next).toMatchObject({ owner: { id: robot.userId, kind: 'service' } })
    expect(await rotateApiKey(await actorOf(next.key), { id: next.id })).toMatchObject({
      owner: { id: robot.userId },
    })
  })

  it('a demoted owner does not hand on what they have lost, nor does an operator', async () => {
    const { club, coach } = await setup()
    const { id } = await makeKey(coach, { scopes: ['practices:read', 'practices:write'] })
    const where = { clubId_userId: { clubId: club.id, userId: coach.userId } }
    await db().membership.update({ where, data: { roles: ['ATHLETE'] } })
    const refused = { code: 'forbidden', scope: ['practices:write'] }
    await expect(rotateApiKey(await sessionOf(coach), { id })).rejects.toMatchObject(refused)
    await expect(rotateApiKey(operatorActor(club.id, null, 'test'), { id })).rejects.toMatchObject(refused)
  })

  it('a key that was revoked after its request was verified rotates nothing, not even another one', async () => {
    const { coach, key } = await setup()
    const other = await makeKey(coach)
    await revokeApiKey(key.actor, { id: key.id })
    await expect(rotateApiKey(key.actor, { id: other.id })).rejects.toMatchObject({ code: 'invalid_token' })
  })

  it('a session that is not fresh is asked to sign in again', async () => {
    const { coach, key } = await setup()
    const stale = await sessionOf(coach, 60)
    await expect(rotateApiKey(stale, { id: key.id })).rejects.toMatchObject({
      code: 'reauthentication_required',
    })
  })
})
