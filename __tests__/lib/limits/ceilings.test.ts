import fc from 'fast-check'
import type { RateLimit } from '@/contracts/rate-limit'
import { operatorActor } from '@/lib/auth/actor'
import { createApiKey, getApiKey, rotateApiKey, updateApiKey, validateApiKey } from '@/lib/auth/api-key'
import { getClubPolicy } from '@/lib/policy/get-policy'
import { updateClubPolicy } from '@/lib/policy/update-policy'
import { db } from '@/lib/db/client'
import { clubCeiling, keptClubRate, rateWithin } from '@/lib/limits/rate'
import { makeClub, makeKey, makeMember, useDatabase } from '../../support/club'
import { sessionOf } from '../../support/sign-in'
import { demand } from '../../support/policy'

process.env.RATE_LIMIT_PER_CLUB = '600'
process.env.RATE_LIMIT_MAX_PER_KEY = '300'
process.env.RATE_LIMIT_PER_KEY = '60'
useDatabase()

const CLUB = { limit: 600, windowSeconds: 60 }
const KEY = { limit: 300, windowSeconds: 60 }
const beyond = ({ limit, windowSeconds }: RateLimit): RateLimit[] => [
  { limit: limit + 1, windowSeconds },
  { limit, windowSeconds: windowSeconds - 1 },
  { limit: 1_000_000, windowSeconds: 1 },
  // No more in the long run, and all of a day at once.
  { limit: limit + 1, windowSeconds: 86_400 },
  { limit: 11, windowSeconds: 1 },
]
const refused = (path: string, { limit }: RateLimit) => ({
  code: 'validation_failed',
  errors: [{ path, message: expect.stringContaining(`${limit} calls in 60 s`) }],
})

async function setup() {
  const { id: clubId } = await makeClub()
  const admin = await makeMember(clubId, ['CLUB_ADMIN', 'COACH'])
  return {
    clubId,
    admin,
    actor: await sessionOf(admin),
    operator: operatorActor(clubId, admin.userId, 'test'),
  }
}

describe('what the operator sets is a ceiling', () => {
  it.each([
    ['rateLimit', CLUB],
    ['keyRateLimit', KEY],
  ] as const)(
    'of the club’s %s: its admin sets as much, and no more, and previews no more',
    async (name, most) => {
      const { actor } = await setup()
      expect(await updateClubPolicy(actor, { [name]: most })).toMatchObject({ [name]: most })
      for (const rate of beyond(most))
        for (const preview of [true, false])
          await expect(updateClubPolicy(actor, { [name]: rate, preview })).rejects.toMatchObject(
            refused(name, most),
          )
      expect(await getClubPolicy(actor)).toMatchObject({ [name]: most })
    },
  )

  it('of a key: nobody makes or changes one to do more, an operator neither', async () => {
    const { admin, actor, operator } = await setup()
    const key = await makeKey(admin, { rateLimit: KEY })
    for (const who of [actor, operator, key.actor])
      for (const rateLimit of beyond(KEY)) {
        const made = createApiKey(who, { name: 'x', scopes: ['practices:read'], rateLimit })
        await expect(made).rejects.toMatchObject(refused('rateLimit', KEY))
        await expect(updateApiKey(who, { id: key.id, rateLimit })).rejects.toMatchObject(
          refused('rateLimit', KEY),
        )
      }
  })

  it('of what stands in the database from before: it counts, shows and hands on no more', async () => {
    const { clubId, admin, actor } = await setup()
    const { id, token } = await makeKey(admin)
    await db().apiKey.update({ where: { id }, data: { rateLimit: 1_000_000, rateWindow: 1 } })
    const high = { rateLimit: 999_999, rateWindow: 1, keyRateLimit: 999_999, keyRateWindow: 1 }
    await demand(clubId, high)
    const verified = await validateApiKey(token)
    expect(verified).toMatchObject({ key: { rateLimit: KEY, clubRateLimit: CLUB } })
    expect(await validateApiKey((await makeKey(admin)).token)).toMatchObject({ key: { rateLimit: KEY } })
    expect(await getApiKey(actor, { id })).toMatchObject({ rateLimit: KEY })
    expect(await getClubPolicy(actor)).toMatchObject({ rateLimit: CLUB, keyRateLimit: KEY })
    const next = await rotateApiKey(actor, { id })
    expect(next).toMatchObject({ rateLimit: KEY })
    // What nobody asked to change stays as it is.
    await updateClubPolicy(actor, { maxKeyDays: 300 })
    expect(await db().clubPolicy.findUnique({ where: { clubId } })).toMatchObject({
      maxKeyDays: 300,
      ...high,
    })
  })

  it('cuts any stored rate down to within it, and leaves what is', () => {
    const rate = fc.record({
      rateLimit: fc.integer({ min: 1, max: 1_000_000 }),
      rateWindow: fc.integer({ min: 1, max: 86_400 }),
    })
    fc.assert(
      fc.property(rate, (columns) => {
        const kept = keptClubRate(columns)!
        expect(rateWithin(kept, clubCeiling())).toBe(true)
        const asStored = { limit: columns.rateLimit, windowSeconds: columns.rateWindow }
        if (rateWithin(asStored, clubCeiling())) expect(kept).toEqual(asStored)
      }),
    )
  })
})
