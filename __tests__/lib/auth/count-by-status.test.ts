import { operatorActor } from '@/lib/auth/actor'
import { countByStatus } from '@/lib/auth/api-key'
import { db } from '@/lib/db/client'
import { makeClub, makeKey, makeMember, useDatabase } from '../../support/club'
import { makeManyKeys } from '../../support/many-keys'
import { countStatements } from '../../support/statements'

const database = useDatabase()

const DAY_MS = 86_400_000
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS)

/** A key of each status, and of each two reasons at once that one of them wins. */
async function setup() {
  const club = await makeClub()
  const member = await makeMember(club.id, ['COACH'])
  const actor = operatorActor(club.id, null, 'test')
  for (const data of [
    { expiresAt: null },
    { expiresAt: inDays(8) },
    { expiresAt: inDays(6) },
    { expiresAt: inDays(-1) },
    { expiresAt: inDays(-1), disabledAt: new Date() },
    { expiresAt: inDays(6), disabledAt: new Date() },
    { revokedAt: new Date() },
    { revokedAt: new Date(), expiresAt: inDays(-1), disabledAt: new Date() },
  ])
    await db().apiKey.update({ where: { id: (await makeKey(member)).id }, data })
  const statements = (run: () => Promise<unknown>) => countStatements(database.directUrl(), run, '%"ApiKey"%')
  return { actor, member, statements }
}

const COUNTS = { active: 2, expiring: 1, expired: 2, disabled: 1, revoked: 2 }

it('counts few keys in one statement', async () => {
  const { actor, statements } = await setup()
  let counts
  expect(await statements(async () => (counts = await countByStatus(actor, {})))).toBe(1)
  expect(counts).toEqual(COUNTS)
})

it('counts more than that as well, by the same rules', async () => {
  const { actor, member } = await setup()
  await makeManyKeys(member, 192)
  expect(await countByStatus(actor, {})).toEqual({ ...COUNTS, active: 194 })
  await makeManyKeys(member, 1)
  expect(await countByStatus(actor, {})).toEqual({ ...COUNTS, active: 195 })
})

it('counts those alone that the rest of the filter leaves, whatever status is asked for', async () => {
  const { actor, member } = await setup()
  await makeKey(member, { name: 'by its name' })
  const counts = await countByStatus(actor, { q: 'by its name', status: 'revoked' })
  expect(counts).toEqual({ active: 1, expiring: 0, expired: 0, disabled: 0, revoked: 0 })
})
