import { listKeyOwners } from '@/lib/auth/list-key-owners'
import { makeClub, makeKey, makeMember, useDatabase } from '../../support/club'

useDatabase()

it('names who has keys that the caller may see, and nobody else', async () => {
  const club = await makeClub()
  const admin = await makeMember(club.id, ['CLUB_ADMIN'])
  const coach = await makeMember(club.id, ['COACH'])
  const athlete = await makeMember(club.id, ['ATHLETE'])
  await makeMember(club.id, ['ATHLETE']) // Has none.
  const rival = await makeMember((await makeClub()).id, ['CLUB_ADMIN'])
  const scopes = ['api-keys:read'] as const
  const [ofAdmin, ofCoach] = [
    await makeKey(admin, { scopes: [...scopes] }),
    await makeKey(coach, { scopes: [...scopes] }),
  ]
  await makeKey(athlete)
  await makeKey(rival)
  const ids = async (key: typeof ofAdmin) => (await listKeyOwners(key.actor)).map(({ id }) => id).sort()
  expect(await ids(ofAdmin)).toEqual([admin.userId, coach.userId, athlete.userId].sort())
  expect(await ids(ofCoach)).toEqual([coach.userId])
})
