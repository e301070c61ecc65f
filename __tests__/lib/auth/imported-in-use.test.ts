import { revokeApiKey } from '@/lib/auth/api-key'
import { importedInUse } from '@/lib/auth/imported-in-use'
import { operatorActor } from '@/lib/auth/actor'
import { db } from '@/lib/db/client'
import { makeKey, makeMember, useDatabase } from '../../support/club'
import { DAY_MS, keyOf, useImports } from '../../support/importing'

useDatabase()
const { coach, operator, row, take } = useImports()

const usedAgo = async (token: string, days: number) => {
  const { id, clubId } = await keyOf(token)
  await db().apiKeyUse.create({
    data: { apiKeyId: id, clubId, lastUsedAt: new Date(Date.now() - days * DAY_MS) },
  })
  return id
}
const counted = async (actor = operator()) => {
  const { imported, used } = await importedInUse(actor)
  return [used, imported]
}

it('counts live imported keys, and those of them that were used in 30 days', async () => {
  expect(await counted()).toEqual([0, 0])
  await makeKey(coach(), { scopes: ['practices:read'] })
  expect(await counted()).toEqual([0, 0])
  const rows = Array.from({ length: 5 }, () => row())
  await take(rows)
  expect(await counted()).toEqual([0, 5])
  const [now, lately, before, ended] = rows.map(({ token }) => token)
  await usedAgo(now!, 0)
  await usedAgo(lately!, 29)
  await usedAgo(before!, 31)
  expect(await counted()).toEqual([2, 5])
  await revokeApiKey(operator(), { id: await usedAgo(ended!, 0) })
  expect(await counted()).toEqual([2, 4])
})

it('counts what the caller sees, in their club alone', async () => {
  await take([row()])
  const other = await makeMember(coach().clubId, ['COACH'])
  expect(await counted((await makeKey(coach())).actor)).toEqual([0, 1])
  expect(await counted((await makeKey(other)).actor)).toEqual([0, 0])
  const { id } = await db().club.create({ data: { slug: `away-${Date.now()}`, name: 'Away' } })
  expect(await counted(operatorActor(id, null, 'test'))).toEqual([0, 0])
})
