import { Client } from 'pg'
import { validateApiKey } from '@/lib/auth/api-key'
import { db } from '@/lib/db/client'
import { endAllLeaversKeys, endLeaversKeys } from '@/lib/auth/end-leavers-keys'
import { foreseeImpact } from '@/lib/members/impact'
import { inviteMember } from '@/lib/members/invite'
import { removeMember } from '@/lib/members/remove'
import { updateMember } from '@/lib/members/update'
import { sweep } from '@/lib/sweep/sweep'
import { removeServiceAccount } from '@/lib/service-accounts/remove'
import {
  makeClub,
  makeKey,
  makeMember,
  makeServiceAccount,
  useDatabase,
  type Member,
} from '../../support/club'
import { makeManyKeys } from '../../support/many-keys'
import { membershipOf, sessionOf } from '../../support/sign-in'
import { demand } from '../../support/policy'

const database = useDatabase()

/** More keys than are revoked at once, in three parts. */
const MANY = 350

async function setup(count = MANY) {
  const { id: clubId } = await makeClub()
  await demand(clubId, { maxLiveKeysPerMember: 1_000_000 })
  const admin = await makeMember(clubId, ['CLUB_ADMIN', 'COACH'])
  const leaver = await makeMember(clubId, ['COACH'])
  const key = await makeKey(leaver)
  await makeManyKeys(leaver, count - 1)
  const { id } = await membershipOf(leaver)
  return { clubId, admin: await sessionOf(admin), leaver, key, id }
}

const unrevoked = (userId: string) => db().apiKey.count({ where: { userId, revokedAt: null } })
const holder = ({ clubId, userId }: Member) =>
  db().holder.findUniqueOrThrow({ where: { clubId_userId: { clubId, userId } } })

describe('removing a member with more keys than end in one moment', () => {
  it('revokes every one of them, says how many, and has each on record', async () => {
    const { clubId, admin, leaver, key, id } = await setup()
    expect(await removeMember(admin, { id, patienceMs: Infinity })).toMatchObject({ keysLeft: 0 })
    expect(await unrevoked(leaver.userId)).toBe(0)
    expect(await validateApiKey(key.token)).toMatchObject({ ok: false, reason: 'revoked' })
    expect(await db().membership.findUniqueOrThrow({ where: { id } })).toMatchObject({ status: 'REMOVED' })
    expect(await holder(leaver)).toMatchObject({ keysToEnd: false })
    const act = await db().auditEvent.findFirstOrThrow({ where: { clubId, action: 'member.remove' } })
    expect(act.changes).toMatchObject({ keysRevoked: { from: null, to: MANY } })
    // Those that went with the membership itself, too.
    const rows = await db().auditEvent.findMany({ where: { clubId, action: 'api-key.revoke' } })
    expect(rows).toHaveLength(MANY)
    expect(new Set(rows.map(({ targetId }) => targetId)).size).toBe(MANY)
    expect(rows[0]).toMatchObject({
      actorKind: 'system',
      targetType: 'ApiKey',
      changes: { reason: { from: null, to: 'The owner left the club.' } },
    })
  })

  it('answers in time and says how many are left, none of them good; the sweep ends them', async () => {
    const { admin, leaver, key, id } = await setup()
    const answer = await removeMember(admin, { id, patienceMs: 0 })
    expect(answer).toMatchObject({ id, status: 'REMOVED', keysLeft: MANY - 200 })
    const one = await db().apiKey.findFirstOrThrow({
      where: { userId: leaver.userId, revokedAt: null, name: 'one of many' },
    })
    expect(await validateApiKey(one.id)).toMatchObject({ ok: false })
    expect(await validateApiKey(key.token)).toMatchObject({ ok: false })
    await sweep()
    expect(await unrevoked(leaver.userId)).toBe(0)
    expect(await removeMember(admin, { id })).toMatchObject({ keysLeft: 0 })
  })

  it('ends a service account’s the same way', async () => {
    const { clubId, admin } = await setup(1)
    const account = await makeServiceAccount(clubId, ['COACH'])
    await makeManyKeys(account, 250)
    await removeServiceAccount(admin, { id: account.id })
    expect(await unrevoked(account.userId)).toBe(0)
  })

  it('refuses all of them from the commit on, whatever became of whoever was to revoke the rest', async () => {
    const { leaver, id } = await setup()
    // By hand, or by a process that dies right after.
    await db().membership.update({ where: { id }, data: { status: 'REMOVED' } })
    expect(await holder(leaver)).toMatchObject({ keysToEnd: true })
    expect(await unrevoked(leaver.userId)).toBe(MANY - 100)
    const one = { userId: leaver.userId, revokedAt: null, name: 'one of many' }
    const left = await db().apiKey.findFirstOrThrow({ where: one })
    // Its digest is that of its id: whoever presents that, presents its token.
    expect(await validateApiKey(left.id)).toMatchObject({ ok: false, reason: 'owner_gone', keyId: left.id })
    await endAllLeaversKeys()
    expect(await unrevoked(leaver.userId)).toBe(0)
    expect(await holder(leaver)).toMatchObject({ keysToEnd: false })
  })

  it('a return revives none that is left, and ends no key made after it', async () => {
    const { admin, leaver, key, id } = await setup()
    await db().membership.update({ where: { id }, data: { status: 'REMOVED' } })
    await inviteMember(admin, { email: leaver.email, roles: ['COACH'] })
    expect(await unrevoked(leaver.userId)).toBe(0)
    expect(await validateApiKey(key.token)).toMatchObject({ ok: false, reason: 'revoked' })
    const fresh = await makeKey(leaver)
    await endLeaversKeys(leaver)
    await endAllLeaversKeys()
    expect(await validateApiKey(fresh.token)).toMatchObject({ ok: true })
  })

  it('a suspension touches no key, and lifting it brings all of them back', async () => {
    const { admin, leaver, key, id } = await setup()
    await updateMember(admin, { id, status: 'SUSPENDED' })
    expect(await validateApiKey(key.token)).toMatchObject({ ok: false, reason: 'owner_gone' })
    await updateMember(admin, { id, status: 'ACTIVE' })
    expect(await validateApiKey(key.token)).toMatchObject({ ok: true })
    expect(await unrevoked(leaver.userId)).toBe(MANY)
  })

  it('G9: leaves a key alive where its audit row cannot be written, and ends it the next time', async () => {
    const { clubId, leaver, id } = await setup(250)
    await db().membership.update({ where: { id }, data: { status: 'REMOVED' } })
    await owner(`ALTER TABLE "AuditEvent" ADD CONSTRAINT "none" CHECK ("clubId" <> '${clubId}') NOT VALID`)
    await expect(endLeaversKeys(leaver)).rejects.toThrow()
    expect(await unrevoked(leaver.userId)).toBe(150)
    await owner('ALTER TABLE "AuditEvent" DROP CONSTRAINT "none"')
    await Promise.all([endLeaversKeys(leaver), endLeaversKeys(leaver), endAllLeaversKeys()])
    expect(await unrevoked(leaver.userId)).toBe(0)
    expect(await db().auditEvent.count({ where: { clubId, action: 'api-key.revoke' } })).toBe(250)
  })

  it('G9: keeps a member whose keys cannot go on record', async () => {
    const { clubId, leaver, key, id } = await setup(2)
    await owner(`ALTER TABLE "AuditEvent" ADD CONSTRAINT "none" CHECK ("clubId" <> '${clubId}') NOT VALID`)
    try {
      await expect(db().membership.update({ where: { id }, data: { status: 'REMOVED' } })).rejects.toThrow()
    } finally {
      await owner('ALTER TABLE "AuditEvent" DROP CONSTRAINT "none"')
    }
    expect(await unrevoked(leaver.userId)).toBe(2)
    expect(await validateApiKey(key.token)).toMatchObject({ ok: true })
  })
})

/** SQL as the owner of the tables. */
async function owner(sql: string): Promise<void> {
  const client = new Client(database.directUrl())
  await client.connect()
  await client.query(sql)
  await client.end()
}

it('impact counts all and names the hundred used last', async () => {
  const { clubId, admin, leaver, id } = await setup(260)
  const keys = await db().apiKey.findMany({ where: { userId: leaver.userId }, select: { id: true } })
  const used = keys.slice(0, 120).map(({ id: apiKeyId }, i) => ({
    apiKeyId,
    clubId,
    lastUsedAt: new Date(Date.now() - i * 60_000),
  }))
  await db().apiKeyUse.createMany({ data: used })
  const impact = await foreseeImpact(admin, { id, act: 'remove' })
  expect(impact.count).toBe(260)
  expect(impact.keys.map((key) => key.id)).toEqual(used.slice(0, 100).map(({ apiKeyId }) => apiKeyId))
  const narrowed = await foreseeImpact(admin, { id, act: 'roles', roles: ['ATHLETE'] })
  // Of the many, which only read, none loses anything.
  expect(narrowed).toMatchObject({ count: 1, keys: [{ scopesLost: ['practices:write'] }] })
})
