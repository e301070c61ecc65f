import { randomUUID } from 'node:crypto'
import { operatorActor } from '@/lib/auth/actor'
import { setPassword } from '@/lib/sign-in/set-password'
import { createClub } from '@/lib/clubs/create-club'
import { db } from '@/lib/db/client'
import { inviteMember } from '@/lib/members/invite'
import { makePasswordLink } from '@/lib/members/password-link'
import { twoClubs, useDatabase } from '../../support/club'
import { enters, PASSWORD, sessionOf } from '../../support/sign-in'

useDatabase()

const newAddress = () => `${randomUUID()}@example.test`
const tokenOf = ({ setPasswordLink }: { setPasswordLink: string | null }) => setPasswordLink!.split('#')[1]!
const refused = (code: string) => expect.objectContaining({ name: 'Refusal', code })
const userOf = (email: string) => db().user.findUniqueOrThrow({ where: { email } })

async function setup() {
  const { home, rival } = await twoClubs()
  return { home, rival, rivalAdmin: await sessionOf(rival.admin) }
}

describe('the operator', () => {
  it('hands out links that prove the address, and none to who can sign in', async () => {
    const { home } = await setup()
    const operator = operatorActor(home.clubId, null, 'operator:test')
    const email = newAddress()
    const invited = await inviteMember(operator, { email, roles: ['COACH'] })
    expect(await setPassword(tokenOf(invited), PASSWORD)).toMatchObject({ ok: true })
    expect(await userOf(email)).toMatchObject({ emailVerified: expect.any(Date) })
    const slug = `club-${randomUUID().slice(0, 8)}`
    const made = await createClub('operator:test', { slug, name: 'Next', admin: { email } })
    expect(made).toMatchObject({ admin: { email, id: invited.user.id }, setPasswordLink: null })
    expect(await enters(invited.user.id, slug)).toBe(true)
  })

  it('gets a link for the admin of a new club, and for one whose address a club only vouched for', async () => {
    const { rivalAdmin } = await setup()
    const email = newAddress()
    const vouched = await inviteMember(rivalAdmin, { email, roles: ['ATHLETE'] })
    await setPassword(tokenOf(vouched), PASSWORD)
    for (const address of [newAddress(), email]) {
      const slug = `club-${randomUUID().slice(0, 8)}`
      const made = await createClub('operator:test', {
        slug,
        name: 'New',
        admin: { email: address, name: 'Al' },
      })
      expect(await enters(made.admin.id, slug)).toBe(false)
      expect(await setPassword(tokenOf(made), PASSWORD)).toMatchObject({ ok: true })
      expect(await enters(made.admin.id, slug)).toBe(true)
    }
  })

  it('makes a new link for a person, on record in each of their clubs', async () => {
    const { home, rival } = await setup()
    await db().membership.create({
      data: { clubId: rival.clubId, userId: home.coach.userId, roles: ['COACH'] },
    })
    const link = await makePasswordLink('operator:test', { email: home.coach.email })
    const rows = await db().auditEvent.findMany({
      where: {
        action: 'member.password-link',
        changes: { path: ['userId', 'to'], equals: home.coach.userId },
      },
    })
    expect(rows.map(({ clubId, actorLabel }) => [clubId, actorLabel]).sort()).toEqual(
      [home.clubId, rival.clubId].map((clubId) => [clubId, 'operator:test']).sort(),
    )
    expect(JSON.stringify(rows)).not.toContain(link.split('#')[1])
    await expect(makePasswordLink('operator:test', { email: newAddress() })).rejects.toEqual(
      refused('not_found'),
    )
  })
})
