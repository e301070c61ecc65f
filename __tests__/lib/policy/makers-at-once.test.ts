import { Client } from 'pg'
import { updateClubPolicyBody } from '@/contracts/club-policy'
import { keyActor } from '@/lib/auth/actor'
import { createApiKey, rotateApiKey, updateApiKey, validateApiKey } from '@/lib/auth/api-key'
import { db } from '@/lib/db/client'
import { Refusal } from '@/lib/errors'
import { updateMember } from '@/lib/members/update'
import { updateClubPolicy } from '@/lib/policy/update-policy'
import { atOnce } from '../../support/at-once'
import { makeKey, makeMember, twoClubs, useDatabase, type Member } from '../../support/club'
import { membershipOf, sessionOf } from '../../support/sign-in'

const database = useDatabase()

const READ = { name: 'reads', scopes: ['practices:read' as const] }
const FORBIDDEN = { code: 'forbidden' }

async function setup() {
  const { home } = await twoClubs()
  const admin = await sessionOf(home.admin)
  return { home, admin, change: (body: object) => updateClubPolicy(admin, updateClubPolicyBody.parse(body)) }
}

describe('G4: what counts is the moment of making', () => {
  it('a key that is made while the policy is made stricter is refused, or was there before it', async () => {
    const { home, change } = await setup()
    const holder = new Client(database.directUrl())
    await holder.connect()
    await holder.query('BEGIN')
    await holder.query(`UPDATE "ClubPolicy" SET "keyMakers" = '["CLUB_ADMIN"]' WHERE "clubId" = $1`, [
      home.clubId,
    ])
    const { id } = home.keys.coach
    const coach = await sessionOf(home.coach)
    const racing = Promise.allSettled([
      createApiKey(coach, READ),
      updateApiKey(await sessionOf(home.coach), {
        id: (await makeKeyBefore(home.coach)).id,
        expiresAt: null,
      }),
      rotateApiKey(coach, { id }),
    ])
    await eventuallyWaiting(holder, 1)
    await holder.query('COMMIT')
    await holder.end()
    expect((await racing).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    await change({ keyMakers: null })
  })

  it('a role that is gone makes nothing, also through a key that was verified before', async () => {
    const { home, admin, change } = await setup()
    const both = await makeMember(home.clubId, ['COACH', 'ATHLETE'])
    const { token } = await makeKey(both)
    const verified = await validateApiKey(token)
    if (!verified.ok) throw new Error(verified.reason)
    await change({ keyMakers: ['COACH'] })
    await updateMember(admin, { id: (await membershipOf(both)).id, roles: ['ATHLETE'] })
    const stale = keyActor(verified.key, { requestId: null, address: null, userAgent: null })
    await expect(createApiKey(stale, READ)).rejects.toMatchObject(FORBIDDEN)
  })

  it('policies and keys at once: nothing waits in a circle', async () => {
    const { home, change } = await setup()
    const [coach, athlete] = [await sessionOf(home.coach), await sessionOf(home.athlete)]
    const codes = await atOnce(24, async (n) => {
      const act =
        n % 3 === 0
          ? change({ keyMakers: n % 2 ? ['COACH'] : null })
          : createApiKey(n % 3 === 1 ? coach : athlete, READ)
      return act.then(
        () => 'done',
        (error: unknown) => (error instanceof Refusal ? error.code : Promise.reject(error as Error)),
      )
    })
    expect(['done', 'forbidden']).toEqual(expect.arrayContaining([...new Set(codes)]))
  })
})

const makeKeyBefore = (owner: Member) => db().apiKey.findFirstOrThrow({ where: { userId: owner.userId } })

async function eventuallyWaiting(client: Client, count: number): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
    )
    if ((rows[0]?.n ?? 0) >= count) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
