import { Client } from 'pg'
import { findKeys } from '@/lib/auth/find-keys'
import { db } from '@/lib/db/client'
import { updateClubPolicy } from '@/lib/policy/update-policy'
import { notifyBy } from '@/lib/reminders/port'
import { remind } from '@/lib/reminders/remind'
import { makeClub, makeKey, makeMember, useDatabase } from '../support/club'
import { useReceiver } from '../support/receiver'
import { deliverOnce, deliveriesTo, makeWebhook, operatorOf, tellAll } from '../support/webhooks'

// An app deletes a club: its view has no such row any more. The layer's own rows of it stay.

process.env.WEBHOOK_ALLOW_NETWORKS = '127.0.0.0/8'

const database = useDatabase()
const receiver = useReceiver()

let owner: Client
beforeAll(async () => {
  owner = new Client(database.directUrl())
  owner.on('error', () => {}) // The database may be dropped before it leaves.
  await owner.connect()
})
afterAll(async () => owner.end().catch(() => {}))

/** What `act` says while the app has no such club. */
async function whileGone<Said>(clubId: string, act: () => Promise<Said>): Promise<Said> {
  const { rows } = await owner.query<{ sql: string }>(`SELECT pg_get_viewdef('club') AS sql`)
  const sql = rows[0]!.sql.replace(/;\s*$/, '')
  const others = `SELECT * FROM (${sql}) c WHERE c."club_id" <> '${clubId}'`
  await owner.query(`CREATE OR REPLACE VIEW "club" AS ${others}`)
  try {
    return await act()
  } finally {
    await owner.query(`CREATE OR REPLACE VIEW "club" AS ${sql}`)
  }
}

describe('the webhooks of a club that is gone', () => {
  const setup = async () => {
    const { id: clubId } = await makeClub()
    const hook = await makeWebhook(clubId, receiver.url(), ['policy.updated'])
    const happen = (maxKeyDays: number) => updateClubPolicy(operatorOf(clubId), { maxKeyDays })
    return { clubId, hook, happen }
  }

  it('get nothing of what waits, until it is back; others’ get theirs', async () => {
    const [gone, other] = [await setup(), await setup()]
    await gone.happen(101)
    await other.happen(101)
    await tellAll()
    await whileGone(gone.clubId, async () => {
      expect(await deliverOnce()).toBe(1)
      expect(await deliverOnce()).toBe(0)
    })
    const delivered = async (id: string) =>
      (await deliveriesTo(id)).map(({ deliveredAt }) => deliveredAt !== null)
    expect([await delivered(gone.hook.id), await delivered(other.hook.id)]).toEqual([[false], [true]])
    expect(await deliverOnce()).toBe(1)
    expect(await delivered(gone.hook.id)).toEqual([true])
  })

  it('are told nothing of what happens meanwhile, also once it is back', async () => {
    const { clubId, hook, happen } = await setup()
    await whileGone(clubId, async () => {
      await happen(102)
      await tellAll()
    })
    expect(await deliverOnce()).toBe(0)
    expect(await deliveriesTo(hook.id)).toEqual([])
    expect(await db().event.count({ where: { clubId, tellAt: { not: null } } })).toBe(0)
  })
})

it('a leaked key of a club that is gone is found, and others with it', async () => {
  const coach = async () => makeMember((await makeClub()).id, ['COACH'])
  const [gone, other] = [await coach(), await coach()]
  const [lost, kept] = [await makeKey(gone), await makeKey(other)]
  const { last4 } = await db().apiKey.findUniqueOrThrow({ where: { id: lost.id } })
  await db().apiKey.update({ where: { id: kept.id }, data: { last4 } })
  const found = await whileGone(gone.clubId, () => findKeys('test', { last4 }))
  const clubs = new Map(found.map(({ id, club }) => [id, club]))
  expect(clubs.get(lost.id)).toEqual({ id: gone.clubId, slug: null, name: null })
  expect(clubs.get(kept.id)?.slug).toMatch(/^club-/)
})

describe('the keys of a club that is gone', () => {
  const SOON = new Date(Date.now() + 2 * 86_400_000)
  const LONG_AGO = new Date(Date.now() - 200 * 86_400_000)
  let told: string[] = []
  let takes = true
  beforeEach(async () => {
    await db().apiKeyReminder.deleteMany()
    await db().apiKey.updateMany({ where: { revokedAt: null }, data: { revokedAt: new Date() } })
    ;[told, takes] = [[], true]
    notifyBy((clubId) => {
      if (takes) told.push(clubId)
      return Promise.resolve(takes)
    })
  })

  const ending = async () => {
    const member = await makeMember((await makeClub()).id, ['COACH'])
    const { id } = await makeKey(member)
    await db().apiKey.update({ where: { id }, data: { createdAt: LONG_AGO, expiresAt: SOON } })
    return member.clubId
  }

  it('are no reason to remind anybody; others’ are', async () => {
    const [gone, other] = [await ending(), await ending()]
    await whileGone(gone, remind)
    expect(told).toEqual([other])
    await remind()
    expect(told).toEqual([other, gone])
  })

  it('are none either where a reminder is tried again', async () => {
    const clubId = await ending()
    takes = false
    await remind()
    takes = true
    await db().apiKeyReminder.updateMany({ data: { claimedAt: new Date(Date.now() - 20 * 60_000) } })
    await whileGone(clubId, remind)
    expect(told).toEqual([])
    await remind()
    expect(told).toEqual([clubId])
  })
})
