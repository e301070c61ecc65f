import { db } from '@/lib/db/client'
import { firstSteps } from '@/lib/clubs/first-steps'
import { updateClubPolicy } from '@/lib/policy/update-policy'
import { memberActor } from '@/lib/auth/member-actor'
import { makeClub, makeKey, makeMember, useDatabase, type Member } from '../../support/club'

useDatabase()

const trace = { requestId: null, address: null, userAgent: null }

async function signedIn({ clubId, userId, roles }: Member) {
  const { slug } = await db().club.findUniqueOrThrow({ where: { id: clubId } })
  const session = {
    userId,
    sessionId: userId,
    authenticatedAt: new Date(),
    member: { clubId, userId, roles },
  }
  return memberActor(session, slug, trace)
}

async function setup() {
  const club = await makeClub()
  const admin = await makeMember(club.id, ['CLUB_ADMIN', 'COACH'])
  return { club, admin, actor: await signedIn(admin) }
}

const use = (clubId: string, apiKeyId: string) =>
  db().apiKeyUse.create({ data: { clubId, apiKeyId, lastUsedAt: new Date() } })

describe('the first steps of a club', () => {
  it('are done one by one, and gone when all are', async () => {
    const { club, admin, actor } = await setup()
    expect(await firstSteps(actor)).toEqual({ key: false, call: false, member: false, policy: false })
    const { id } = await makeKey(admin)
    expect(await firstSteps(actor)).toMatchObject({ key: true, call: false })
    await use(club.id, id)
    expect(await firstSteps(actor)).toMatchObject({ call: true, member: false })
    await makeMember(club.id, ['ATHLETE'])
    expect(await firstSteps(actor)).toMatchObject({ member: true, policy: false })
    await updateClubPolicy(actor, { maxKeyDays: 200 })
    expect(await firstSteps(actor)).toBeNull()
  })

  it('are not asked of a club that has lived and calls', async () => {
    const { club, admin, actor } = await setup()
    const later = Date.now() + 31 * 86_400_000
    expect(await firstSteps(actor, later)).not.toBeNull()
    await use(club.id, (await makeKey(admin)).id)
    expect(await firstSteps(actor, later)).toBeNull()
  })

  it('of somebody who runs nothing are those with their own keys', async () => {
    const { club, admin } = await setup()
    await use(club.id, (await makeKey(admin)).id)
    const coach = await makeMember(club.id, ['COACH'])
    const actor = await signedIn(coach)
    expect(await firstSteps(actor)).toEqual({ key: false, call: false, member: null, policy: null })
    await use(club.id, (await makeKey(coach)).id)
    expect(await firstSteps(actor)).toBeNull()
  })
})
