import { getAuthContext } from '@/http/context'
import { standIn, type Host } from '@/http/host'
import { db } from '@/lib/db/client'
import { makeClub, makeMember, useDatabase } from '../support/club'

// What another app's session port answers: it says who is signed in, and never what they may do.

useDatabase()

type Found = Awaited<ReturnType<NonNullable<Host['session']>>>
async function callAs(found: object, slug: string) {
  standIn({ api: ['/api'], session: async () => found as Found })
  const headers = { cookie: 'a=b', 'x-club': slug }
  try {
    const { actor } = await getAuthContext(new Request('http://localhost:3000/api/v1/whoami', { headers }))
    return { clubId: actor.clubId, userId: actor.userId, roles: actor.roles }
  } catch (error) {
    return (error as { code: string }).code
  }
}

describe('a membership that the port hands in with the person', () => {
  const authenticatedAt = new Date()

  it('opens no club that they are not in, and gives no role', async () => {
    const [ours, theirs] = [await makeClub(), await makeClub()]
    const { userId } = await makeMember(ours.id, ['ATHLETE'])
    const admin = await makeMember(theirs.id, ['CLUB_ADMIN'])
    const claimed = { clubId: theirs.id, userId, roles: ['CLUB_ADMIN'] }
    const found = { userId, authenticatedAt, member: claimed }
    expect(await callAs(found, theirs.slug)).toBe('not_found')
    expect(await callAs(found, ours.slug)).toEqual({ clubId: ours.id, userId, roles: ['ATHLETE'] })
    expect(await callAs({ ...found, member: { ...claimed, userId: admin.userId } }, ours.slug)).toEqual({
      clubId: ours.id,
      userId,
      roles: ['ATHLETE'],
    })
  })

  it('keeps nobody in who has left', async () => {
    const { id: clubId, slug } = await makeClub()
    const { userId } = await makeMember(clubId, ['ATHLETE'])
    const found = { userId, authenticatedAt, member: { clubId, userId, roles: ['ATHLETE'] } }
    await db().membership.update({
      where: { clubId_userId: { clubId, userId } },
      data: { status: 'REMOVED' },
    })
    expect(await callAs(found, slug)).toBe('not_found')
  })

  // As some libraries answer: `member` of the organisation that is open, or null where none is.
  it.each([[null], [{ id: 'm1', role: 'owner' }], ['owner']])(
    '%j is no answer to the question',
    async (member) => {
      const { id: clubId, slug } = await makeClub()
      const { userId, roles } = await makeMember(clubId, ['ATHLETE'])
      expect(await callAs({ userId, authenticatedAt, member }, slug)).toEqual({ clubId, userId, roles })
    },
  )
})
