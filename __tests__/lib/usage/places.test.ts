import { operatorActor } from '@/lib/auth/actor'
import { getApiKey, listApiKeys } from '@/lib/auth/api-key'
import { db } from '@/lib/db/client'
import { sweep } from '@/lib/sweep/sweep'
import { getKeyActivity } from '@/lib/usage/key-activity'
import { flushUses, recordUse } from '@/lib/usage/record'
import { makeClub, makeKey, makeMember, useDatabase } from '../../support/club'
import { countStatements } from '../../support/statements'

const database = useDatabase()

async function setup() {
  const { id: clubId } = await makeClub()
  const [admin, coach] = [await makeMember(clubId, ['CLUB_ADMIN']), await makeMember(clubId, ['COACH'])]
  const key = await makeKey(coach)
  const operator = operatorActor(clubId, null, 'test')
  const places = async () =>
    (await getKeyActivity(operator, key))?.places.map(({ address, userAgent }) => [address, userAgent])
  return { clubId, admin, coach, key, operator, places }
}

it('a key shows where its last use came from, and the places before that, the last first', async () => {
  const { key, operator, places } = await setup()
  expect((await getApiKey(operator, key)).lastUsedFrom).toBeNull()
  const now = jest.spyOn(Date, 'now')
  const at = Date.now()
  for (const [n, [address, userAgent]] of (
    [
      ['203.0.113.7', 'curl/8'],
      ['203.0.113.7', undefined],
      [null, 'curl/8'],
      ['203.0.113.7', 'curl/8'],
    ] as const
  ).entries()) {
    now.mockReturnValue(at + n)
    recordUse(key.id, { address, userAgent })
    if (n % 2) await flushUses()
  }
  now.mockRestore()
  expect(await places()).toEqual([
    ['203.0.113.7', 'curl/8'],
    [null, 'curl/8'],
    ['203.0.113.7', null],
  ])
  const last = { address: '203.0.113.7', userAgent: 'curl/8' }
  expect(await getApiKey(operator, key)).toMatchObject({ lastUsedFrom: last })
  const { data } = await listApiKeys(operator, { limit: 5, sort: 'lastUsedAt' })
  expect(data[0]).toMatchObject({ id: key.id, lastUsedFrom: last })
})

it('keeps the last 20 of a key, whatever is noted at once or later', async () => {
  const { key, places } = await setup()
  const now = jest.spyOn(Date, 'now')
  const start = Date.now()
  const noted = Array.from({ length: 75 }, (_, n) => `agent ${n}`)
  for (const [n, userAgent] of noted.entries()) {
    now.mockReturnValue(start + n)
    recordUse(key.id, { address: '2001:db8::1', userAgent })
    if (n === 30 || n === 60) await flushUses()
  }
  now.mockRestore()
  await flushUses()
  expect(await places()).toEqual(
    noted
      .slice(-20)
      .reverse()
      .map((agent) => ['2001:db8::1', agent]),
  )
  expect(await db().apiKeyPlace.count({ where: { apiKeyId: key.id } })).toBe(20)
})

it('cuts an agent that is too long, and takes a key out of it', async () => {
  const { key, places } = await setup()
  recordUse(key.id, { address: null, userAgent: `x ${key.token} ${'y'.repeat(9_000)}` })
  await flushUses()
  const [[, agent]] = (await places()) as [[null, string]]
  expect(agent).toMatch(/^x \[redacted\] y+$/)
  expect(agent.length).toBeLessThan(200)
})

it('is not shown to who may not see usage', async () => {
  const { coach, key, admin } = await setup()
  recordUse(key.id, { address: '203.0.113.7', userAgent: 'curl/8' })
  await flushUses()
  const blind = (await makeKey(coach, { scopes: ['api-keys:read'] })).actor
  expect((await getApiKey(blind, key)).lastUsedFrom).toBeNull()
  expect(await getKeyActivity(blind, key)).toBeNull()
  expect((await getApiKey((await makeKey(admin)).actor, key)).lastUsedFrom).not.toBeNull()
  const foreign = await setup()
  expect(await getKeyActivity(foreign.operator, key)).toBeNull()
})

it('is kept and written later when the database refuses, and of a deleted key never', async () => {
  const { key, places, coach } = await setup()
  const gone = await makeKey(coach)
  await db().apiKey.update({ where: { id: gone.id }, data: { revokedAt: new Date() } })
  await db().apiKey.delete({ where: { id: gone.id } })
  const { Client } = await import('pg')
  const owner = new Client(database.directUrl())
  await owner.connect()
  await owner.query('ALTER TABLE "ApiKeyPlace" RENAME TO "ApiKeyPlaceAway"')
  for (const { id } of [key, gone]) recordUse(id, { address: '203.0.113.7', userAgent: 'curl/8' })
  await flushUses()
  await owner.query('ALTER TABLE "ApiKeyPlaceAway" RENAME TO "ApiKeyPlace"')
  await owner.end()
  recordUse(key.id)
  await flushUses()
  expect(await places()).toEqual([['203.0.113.7', 'curl/8']])
})

it('G6: noting runs no statement', async () => {
  const { key } = await setup()
  const note = async () => recordUse(key.id, { address: '203.0.113.7', userAgent: 'curl/8' })
  expect(await countStatements(database.directUrl(), note)).toBe(0)
  await flushUses()
})

it('with API_KEY_PLACES=off nothing is kept, shown or left', async () => {
  const { key, operator } = await setup()
  recordUse(key.id, { address: '203.0.113.7', userAgent: 'curl/8' })
  await flushUses()
  const { settings } = await import('@/lib/settings')
  Object.assign(settings(), { keepsPlaces: false })
  try {
    expect((await getApiKey(operator, key)).lastUsedFrom).toBeNull()
    expect((await getKeyActivity(operator, key))?.places).toEqual([])
    recordUse(key.id, { address: '203.0.113.8', userAgent: 'curl/8' })
    await flushUses()
    expect(await db().apiKeyPlace.count({ where: { apiKeyId: key.id } })).toBe(1)
    await sweep()
    expect(await db().apiKeyPlace.count()).toBe(0)
  } finally {
    Object.assign(settings(), { keepsPlaces: true })
  }
})
