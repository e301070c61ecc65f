import { readCall } from '@/http/credential'
import { verifyKey } from '@/http/verify-request'
import { createHoneykey, revokeApiKey } from '@/lib/auth/api-key'
import { db } from '@/lib/db/client'
import { flushUses } from '@/lib/usage/record'
import { makeKey, twoClubs, useDatabase } from '../support/club'
import { sessionOf } from '../support/sign-in'

useDatabase()

it('a honeykey’s uses are counted in no usage, where those of any other key that is refused are', async () => {
  const { home } = await twoClubs()
  const admin = await sessionOf(home.admin)
  const honey = await createHoneykey(admin, { name: 'in the old wiki' })
  const revoked = await makeKey(home.admin)
  await revokeApiKey(admin, { id: revoked.id })
  for (const token of [honey.key!, revoked.token]) {
    const headers = { authorization: `Bearer ${token}` }
    const call = readCall(new Request('http://localhost/api/v1/whoami', { headers }), '/api/v1/whoami')!
    await expect(verifyKey(call)).rejects.toMatchObject({ code: 'invalid_token' })
  }
  await flushUses()
  const counted = await db().apiKeyUsage.findMany({ where: { clubId: home.clubId, denied: { gt: 0 } } })
  expect(counted.map(({ apiKeyId, denied }) => [apiKeyId, denied])).toEqual([[revoked.id, 1]])
})
