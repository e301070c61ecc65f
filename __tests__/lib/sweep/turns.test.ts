import { Client } from 'pg'
import { endAllLines } from '@/lib/auth/end-line'
import { db } from '@/lib/db/client'
import { sweepEverySoOften } from '@/lib/sweep/schedule'
import { sweepSoon } from '@/lib/process/sweep-soon'
import { makeClub, makeMember, useDatabase, type Member } from '../../support/club'
import { makeManyKeys } from '../../support/many-keys'
import { membershipOf } from '../../support/sign-in'

const database = useDatabase()

const newMember = async () => makeMember((await makeClub()).id, ['COACH'])

/** A key that was revoked and made so many, which still work: what `revoke` leaves of a line that is too long. */
async function leaveLine(owner: Member, count: number): Promise<{ id: string; made: string[] }> {
  const [root = ''] = await makeManyKeys(owner, 1, { revoked: true })
  const made = await makeManyKeys(owner, count, { madeBy: root })
  const { id } = await db().lineToEnd.create({
    data: { clubId: owner.clubId, keyIds: [root], reason: 'The key that made it was revoked.' },
  })
  return { id, made }
}

const live = ({ clubId, userId }: Member) => db().apiKey.count({ where: { clubId, userId, revokedAt: null } })

describe('G13: keys of a line that still work', () => {
  it('do not wait until those of somebody who left, which work no more, are marked as revoked', async () => {
    const [leaver, victim] = [await newMember(), await newMember()]
    await makeManyKeys(leaver, 3_000)
    const client = new Client(database.directUrl())
    await client.connect()
    // A hundred of them take half a second.
    await client.query(`
      CREATE FUNCTION pause() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.005); RETURN NEW; END';
      CREATE TRIGGER pause BEFORE UPDATE ON "ApiKey" FOR EACH ROW WHEN (OLD."userId" = '${leaver.userId}') EXECUTE FUNCTION pause()`)
    const { id } = await membershipOf(leaver)
    await db().membership.update({ where: { id }, data: { status: 'REMOVED' } })
    sweepEverySoOften()
    sweepSoon()
    try {
      const before = await live(leaver)
      while ((await live(leaver)) === before) await new Promise((resolve) => setTimeout(resolve, 50))
      await leaveLine(victim, 150)
      sweepSoon()
      while ((await live(victim)) > 0) await new Promise((resolve) => setTimeout(resolve, 50))
      expect(await live(leaver)).toBeGreaterThan(0)
    } finally {
      await client.query('DROP TRIGGER pause ON "ApiKey"; DROP FUNCTION pause()')
      await client.end()
    }
    while ((await live(leaver)) > 0) await new Promise((resolve) => setTimeout(resolve, 50))
  }, 60_000)

  it('do not wait for the whole of another’s line', async () => {
    const [long, short] = [await leaveLine(await newMember(), 3_000), await leaveLine(await newMember(), 1)]
    await endAllLines()
    const at = async (ids: string[]) => {
      const rows = await db().auditEvent.findMany({
        where: { action: 'api-key.revoke', targetId: { in: ids } },
        select: { at: true },
        orderBy: { at: 'asc' },
      })
      expect(rows).toHaveLength(ids.length)
      return rows.map(({ at }) => at.getTime())
    }
    const [other, all] = [await at(short.made), await at(long.made)]
    expect(other[0]).toBeLessThan(all.at(-1)!)
    expect(await db().lineToEnd.count({ where: { id: { in: [long.id, short.id] } } })).toBe(0)
  }, 60_000)
})
