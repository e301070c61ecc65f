import { operatorActor } from '@/lib/auth/actor'
import {
  createHoneykey,
  deleteApiKey,
  getApiKey,
  introspectToken,
  listApiKeys,
  revokeApiKey,
  revokeApiKeys,
  rotateApiKey,
  updateApiKey,
  validateApiKey,
} from '@/lib/auth/api-key'
import { watchHoneykeys } from '@/lib/auth/honeykey-alarm'
import { mintToken } from '@/lib/auth/token'
import { db } from '@/lib/db/client'
import type { Refusal } from '@/lib/errors'
import { getApiKeyUsage } from '@/lib/usage/read-usage'
import { getClubPolicy } from '@/lib/policy/get-policy'
import { systemActor } from '@/lib/auth/actor'
import { reportLeaks } from '@/lib/leaks/report-leaks'
import { Announced } from '../../support/announced'
import { makeKey, makeServiceAccount, twoClubs, useDatabase } from '../../support/club'
import { sessionOf } from '../../support/sign-in'
import { demand } from '../../support/policy'

const database = useDatabase()

const TRACE = { requestId: 'r-9', address: '203.0.113.66', userAgent: 'thief/1' }

async function setup() {
  const { home, rival } = await twoClubs()
  const admin = await sessionOf(home.admin)
  const honey = await createHoneykey(admin, { name: 'in the old wiki' })
  return { home, rival, admin, honey }
}
const alarmsOf = (id: string) =>
  db().auditEvent.findMany({ where: { targetId: id, action: 'api-key.honey-used' } })
const rowOf = (id: string) => db().apiKey.findUniqueOrThrow({ where: { id } })

/** As the door does with every token that it refuses. */
async function use(token: string) {
  const verification = await validateApiKey(token)
  watchHoneykeys(verification, () => TRACE)
  return verification
}

/** The alarm comes after the answer. */
async function eventually<Found>(find: () => Promise<Found[]>): Promise<Found[]> {
  for (let n = 0; n < 200; n++) {
    const found = await find()
    if (found.length > 0) return found
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return []
}

describe('a honeykey', () => {
  it('is made by an admin who is signed in or an operator, with its token this once, and holds nothing', async () => {
    const { home, honey } = await setup()
    expect(honey).toMatchObject({
      key: expect.stringMatching(/^sk_club_/),
      honey: { usedAt: null },
      scopes: [],
      status: 'disabled',
      expiresAt: null,
    })
    const operators = await createHoneykey(operatorActor(home.clubId, home.coach.userId, 'operator:test'), {
      name: 'of a coach',
    })
    expect(operators.owner.id).toBe(home.coach.userId)
    for (const actor of [await sessionOf(home.coach), home.keys.admin.actor])
      await expect(createHoneykey(actor, { name: 'x' })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(createHoneykey(await sessionOf(home.admin, 20), { name: 'x' })).rejects.toMatchObject({
      code: 'reauthentication_required',
    })
  })

  it('may be a service account’s, which nobody’s leaving ends', async () => {
    const { home, admin } = await setup()
    const robot = await makeServiceAccount(home.clubId, ['COACH'])
    const made = await createHoneykey(admin, { name: 'robot’s', ownerId: robot.userId })
    expect(made.owner).toMatchObject({ id: robot.userId, kind: 'service' })
  })

  it('raises the alarm when it is used, by whom and from where, once a minute', async () => {
    const { honey } = await setup()
    expect(await use(honey.key)).toEqual({ ok: false, reason: 'honey', keyId: honey.id })
    const alarms = await eventually(() => alarmsOf(honey.id))
    expect(alarms).toMatchObject([
      {
        ...TRACE,
        actorKind: 'system',
        changes: { address: { to: TRACE.address }, userAgent: { to: TRACE.userAgent } },
      },
    ])
    expect((await rowOf(honey.id)).honeyUsedAt).not.toBeNull()
    for (let n = 0; n < 5; n++) await use(honey.key)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(await alarmsOf(honey.id)).toHaveLength(1)
  })

  it('voids nothing in memory by its alarm: the next answer is as soon as an unknown token’s', async () => {
    const { honey } = await setup()
    const announced = await new Announced(database.directUrl()).open()
    await announced.since()
    await use(honey.key)
    expect(await eventually(() => alarmsOf(honey.id))).toHaveLength(1)
    const told = await announced.since()
    await announced.close()
    // Of events, which void nothing.
    expect(told.filter((payload) => payload !== 'outbox')).toEqual([])
  })

  it('is used, too, where a service asks about its token', async () => {
    const { home, honey } = await setup()
    const asked = introspectToken(
      home.keys.admin.actor,
      { token: honey.key, client_address: '203.0.113.9' },
      () => Promise.resolve(),
    )
    expect(await asked).toEqual({ active: false })
    expect(await eventually(() => alarmsOf(honey.id))).toMatchObject([{ address: '203.0.113.9' }])
  })

  it('raises none once it is revoked, and none for any other dead key', async () => {
    const { home, admin, honey } = await setup()
    const dead = await makeKey(home.coach)
    await updateApiKey(dead.actor, { id: dead.id, disabled: true })
    await revokeApiKey(admin, { id: honey.id })
    for (const token of [honey.key, dead.token]) expect(await use(token)).toMatchObject({ ok: false })
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect([await alarmsOf(honey.id), await alarmsOf(dead.id)]).toEqual([[], []])
  })

  it('cannot be enabled, given a scope, or rotated; it can be renamed', async () => {
    const { admin, honey } = await setup()
    const on = { id: honey.id }
    for (const change of [{ disabled: false }, { scopes: ['practices:read'] as const }, { expiresAt: null }])
      await expect(updateApiKey(admin, { ...on, ...change } as never)).rejects.toMatchObject({
        code: 'conflict',
      })
    await expect(rotateApiKey(admin, on)).rejects.toMatchObject({ code: 'conflict' })
    expect(await updateApiKey(admin, { ...on, name: 'renamed' })).toMatchObject({ name: 'renamed' })
    for (const data of [{ disabledAt: null }, { scopes: ['practices:read'] }])
      await expect(db().apiKey.update({ where: { id: honey.id }, data })).rejects.toThrow()
  })

  it('is seen by people, and by no key: whoever stole one must not learn which others are traps', async () => {
    const { home, admin, honey } = await setup()
    const stolen = home.keys.admin.actor
    const ids = async (actor: typeof admin) =>
      (await listApiKeys(actor, { limit: 100 })).data.map(({ id }) => id)
    expect(await ids(admin)).toContain(honey.id)
    expect(await ids(stolen)).not.toContain(honey.id)
    await expect(getApiKey(stolen, { id: honey.id })).rejects.toMatchObject({ code: 'not_found' })
    expect(await getApiKey(admin, { id: honey.id })).toMatchObject({ honey: { usedAt: null } })
  })

  it('is ended by no key: its token is an unknown one there, too, and raises the alarm', async () => {
    const { home, honey } = await setup()
    const stolen = home.keys.admin.actor
    const errorsOf = (token: string) =>
      revokeApiKeys(stolen, { token, descendants: true, preview: true }).then(
        () => [],
        (error: unknown) => (error as Refusal).errors,
      )
    const unknown = await errorsOf(mintToken().secret.reveal())
    expect(unknown).toMatchObject([{ path: 'token' }])
    expect(await errorsOf(honey.key)).toEqual(unknown)
    expect(await eventually(() => alarmsOf(honey.id))).toHaveLength(1)
    const id = honey.id
    for (const act of [revokeApiKey, rotateApiKey, deleteApiKey, getApiKeyUsage])
      await expect(act(stolen, { id })).rejects.toMatchObject({ code: 'not_found' })
    expect((await rowOf(id)).revokedAt).toBeNull()
  })

  it('lies outside no policy, and goes on after it was reported as leaked', async () => {
    const { home, admin, honey } = await setup()
    await demand(home.clubId, { allowNonExpiringKeys: false })
    expect((await getClubPolicy(admin)).outside.keys.count).toBe(0)
    const actorIn = (clubId: string) => systemActor(clubId, 'A scanner', TRACE)
    expect(await reportLeaks([{ token: honey.key }], { label: 'A scanner', actorIn })).toMatchObject([
      { acted: true },
    ])
    expect(await rowOf(honey.id)).toMatchObject({ revokedAt: null, leakedAt: expect.any(Date) })
    expect(await use(honey.key)).toMatchObject({ reason: 'honey' })
  })
})
