import { revokeApiKey, deleteApiKey } from '@/lib/auth/api-key'
import { db } from '@/lib/db/client'
import { flushUses, noteUse } from '@/lib/usage/last-used'
import { makeClub, makeKey, makeMember, useDatabase } from '../../support/club'
import { countStatements } from '../../support/statements'

const database = useDatabase()

async function setup() {
  const owner = await makeMember((await makeClub()).id, ['COACH'])
  const key = await makeKey(owner)
  const lastUsed = async (id = key.id) => (await db().apiKeyUse.findUnique({ where: { apiKeyId: id } }))?.lastUsedAt
  return { owner, key, lastUsed }
}

describe('last uses', () => {
  it('are written in one statement for many keys and many uses', async () => {
    const { owner, key, lastUsed } = await setup()
    const other = await makeKey(owner)
    for (let i = 0; i < 100; i++) for (const { id } of [key, other]) noteUse(id)
    expect(await countStatements(database.directUrl(), flushUses)).toBe(1)
    expect(Date.now() - ((await lastUsed())?.getTime() ?? 0)).toBeLessThan(5_000)
    expect(await lastUsed(other.id)).toBeDefined()
  })

  it('G6: noting a use runs no statement at all', async () => {
    const { key } = await setup()
    expect(await countStatements(database.directUrl(), async () => noteUse(key.id))).toBe(0)
    await flushUses()
  })

  it('never move back, however late a flush comes', async () => {
    const { key, lastUsed } = await setup()
    noteUse(key.id)
    await flushUses()
    const latest = await lastUsed()
    const now = jest.spyOn(Date, 'now').mockReturnValue(Date.now() - 60_000)
    noteUse(key.id)
    now.mockRestore()
    await flushUses()
    expect(await lastUsed()).toEqual(latest)
  })

  it('of a key deleted meanwhile are dropped, and the others written', async () => {
    const { owner, key, lastUsed } = await setup()
    const doomed = await makeKey(owner)
    noteUse(doomed.id)
    noteUse(key.id)
    await revokeApiKey(key.actor, { id: doomed.id })
    await deleteApiKey(key.actor, { id: doomed.id })
    await flushUses()
    expect(await lastUsed()).toBeDefined()
    expect(await lastUsed(doomed.id)).toBeUndefined()
  })

  it('are kept and written later when the database refuses', async () => {
    const { key, lastUsed } = await setup()
    const owner = async (sql: string) => {
      const { Client } = await import('pg')
      const client = new Client(database.directUrl())
      await client.connect()
      await client.query(sql)
      await client.end()
    }
    await owner('ALTER TABLE "ApiKeyUse" RENAME TO "ApiKeyUseAway"')
    noteUse(key.id)
    await flushUses()
    await owner('ALTER TABLE "ApiKeyUseAway" RENAME TO "ApiKeyUse"')
    await flushUses()
    expect(await lastUsed()).toBeDefined()
  })
})
