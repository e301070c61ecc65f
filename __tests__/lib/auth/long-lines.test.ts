import { Client } from 'pg'
import { revokeApiKey, validateApiKey } from '@/lib/auth/api-key'
import { endAllLines } from '@/lib/auth/end-line'
import { db } from '@/lib/db/client'
import { makeClub, makeKey, makeMember, useDatabase } from '../../support/club'
import { makeManyKeys } from '../../support/many-keys'
import { sessionOf } from '../../support/sign-in'

const database = useDatabase()

/** SQL as the owner of the tables. */
async function asOwner(sql: string): Promise<void> {
  const client = new Client(database.directUrl())
  await client.connect()
  await client.query(sql)
  await client.end()
}

async function setup() {
  const coach = await makeMember((await makeClub()).id, ['COACH'])
  return { coach, session: await sessionOf(coach), leaked: await makeKey(coach) }
}
const alive = async ({ token }: { token: string }) => (await validateApiKey(token)).ok

describe('revoking a key that made more than end in one moment', () => {
  it('answers in time, says that there is more, and leaves it to the sweep', async () => {
    const { coach, session, leaked } = await setup()
    const made = await makeManyKeys(coach, 3_000, { madeBy: leaked.id })
    const { status, alsoRevokedCount, complete } = await revokeApiKey(session, {
      id: leaked.id,
      patienceMs: 0,
    })
    // One batch, whatever the time: each call gets further.
    expect([status, alsoRevokedCount, complete]).toEqual(['revoked', 100, false])
    const live = () => db().apiKey.count({ where: { id: { in: made }, revokedAt: null } })
    expect(await live()).toBeGreaterThanOrEqual(2_900)
    await endAllLines()
    expect(await live()).toBe(0)
    expect(await db().lineToEnd.count({ where: { clubId: coach.clubId } })).toBe(0)
    const where = { clubId: coach.clubId, action: 'api-key.revoke', targetId: made[2_999]! }
    expect(await db().auditEvent.findMany({ where })).toMatchObject([
      {
        actorKind: 'system',
        changes: {
          reason: { from: null, to: 'The key that made it was revoked.' },
          madeBy: { from: null, to: leaked.id },
        },
      },
    ])
  })

  it('ends the named key even where nothing else can be ended in time, and the sweep the rest', async () => {
    const { coach, session, leaked } = await setup()
    const made = await makeManyKeys(coach, 40, { madeBy: leaked.id })
    // Each key takes so long that few fit into a statement's time.
    await asOwner(`
      CREATE FUNCTION pause() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.05); RETURN NEW; END';
      CREATE TRIGGER pause BEFORE UPDATE ON "ApiKey" FOR EACH ROW EXECUTE FUNCTION pause()`)
    const { status } = await revokeApiKey(session, { id: leaked.id, patienceMs: 0 })
    expect([status, await alive(leaked)]).toEqual(['revoked', false])
    await endAllLines()
    await asOwner('DROP TRIGGER pause ON "ApiKey"; DROP FUNCTION pause()')
    expect(await db().apiKey.count({ where: { id: { in: made }, revokedAt: null } })).toBe(0)
    const where = { targetId: { in: made }, action: 'api-key.revoke' }
    expect(await db().auditEvent.count({ where })).toBe(40)
  })

  it('the sweep ends no key that whoever revoked could not have', async () => {
    const { coach, session, leaked } = await setup()
    const mate = await makeMember(coach.clubId, ['COACH'])
    const [theirs] = await makeManyKeys(mate, 1, { madeBy: leaked.id })
    await makeManyKeys(coach, 1_200, { madeBy: leaked.id })
    expect(await revokeApiKey(session, { id: leaked.id, patienceMs: 0 })).toMatchObject({ complete: false })
    await endAllLines()
    const left = await db().apiKey.findMany({
      where: { clubId: coach.clubId, createdByKeyId: { not: null }, revokedAt: null },
    })
    expect(left.map(({ id }) => id)).toEqual([theirs])
    // An admin could: it is theirs as well to end what is left.
    const admin = await sessionOf(await makeMember(coach.clubId, ['CLUB_ADMIN']))
    await revokeApiKey(admin, { id: leaked.id, patienceMs: 0 })
    await endAllLines()
    expect(await db().apiKey.findUnique({ where: { id: theirs! } })).toMatchObject({
      revokedAt: expect.any(Date),
    })
  })
})
