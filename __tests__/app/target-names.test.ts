import { describeTargets } from '@/app/(dashboard)/clubs/[club]/audit/target-names'
import { listAuditEvents } from '@/lib/audit/list'
import { createApiKey, deleteApiKey, updateApiKey } from '@/lib/auth/api-key'
import { operatorActor } from '@/lib/auth/actor'
import { updateMember } from '@/lib/members/update'
import { createPractice } from '@/lib/practices/create'
import { deletePractice } from '@/lib/practices/delete'
import { updatePractice } from '@/lib/practices/update'
import { makeClub, makeKey, makeMember, twoClubs, useDatabase } from '../support/club'
import { membershipOf } from '../support/sign-in'

useDatabase()

async function setup() {
  const { id: clubId } = await makeClub()
  const admin = await makeKey(await makeMember(clubId, ['CLUB_ADMIN', 'COACH']))
  const named = async () => {
    const { data } = await listAuditEvents(admin.actor, { limit: 100 })
    return describeTargets(admin.actor, data)
  }
  return { clubId, admin, operator: operatorActor(clubId, null, 'test'), named }
}

it('calls what is there by its name now, and what is gone by the last one on record', async () => {
  const { admin, named } = await setup()
  const startsAt = new Date('2027-03-01T18:00:00Z')
  const [kept, gone] = [
    await createPractice(admin.actor, { title: 'first', startsAt }),
    await createPractice(admin.actor, { title: 'another', startsAt }),
  ]
  for (const { id } of [kept, gone]) await updatePractice(admin.actor, { id, title: `${id} renamed` })
  await deletePractice(admin.actor, gone)
  const key = await createApiKey(admin.actor, { name: 'a key', scopes: ['practices:read'] })
  await updateApiKey(admin.actor, { id: key.id, name: 'a key renamed' })
  await deleteApiKey(admin.actor, { id: key.id })
  const names = await named()
  expect(names.get(kept.id)).toBe(`${kept.id} renamed`)
  expect(names.get(gone.id)).toBe(`${gone.id} renamed`)
  expect(names.get(key.id)).toBe('a key renamed')
  expect(names.get(admin.id)).toBe('test key')
})

it('calls a member by their own name where the club has none for them', async () => {
  const { clubId, operator, named } = await setup()
  const member = await makeMember(clubId, ['COACH'])
  const { id } = await membershipOf(member)
  await updateMember(operator, { id, roles: ['ATHLETE'] })
  expect((await named()).get(id)).toBe('The COACH')
})

it('tells no name of another club’s', async () => {
  const { home, rival } = await twoClubs()
  const { data } = await listAuditEvents(rival.keys.admin.actor, { limit: 100 })
  expect(data.length).toBeGreaterThan(0)
  expect([...(await describeTargets(home.keys.admin.actor, data))]).toEqual([])
})
