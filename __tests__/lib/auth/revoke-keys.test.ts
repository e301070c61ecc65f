import type { Actor } from '@/lib/actor'
import { revokeKeys } from '@/lib/auth/revoke-keys'
import { db } from '@/lib/db/client'
import { makeClub, makeKey, makeMember, useDatabase } from '../../support/club'

useDatabase()

it('revokes only what the caller may, whatever ids it is given', async () => {
  const { id: clubId } = await makeClub()
  const admin = await makeKey(await makeMember(clubId, ['CLUB_ADMIN']))
  const athlete = await makeKey(await makeMember(clubId, ['ATHLETE']))
  const elsewhere = await makeKey(await makeMember((await makeClub()).id, ['CLUB_ADMIN']))
  const all = [admin, athlete, elsewhere].map(({ id }) => ({ id }))
  const revoke = (actor: Actor) => db().$transaction((tx) => revokeKeys(tx, actor, all, undefined))
  expect(await revoke(athlete.actor)).toEqual([athlete.id])
  expect(await revoke(admin.actor)).toEqual([admin.id])
  expect(await db().apiKey.findUniqueOrThrow({ where: { id: elsewhere.id } })).toMatchObject({
    revokedAt: null,
  })
})
