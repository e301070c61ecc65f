import { randomUUID } from 'node:crypto'
import { db } from '@/lib/db/client'
import { givePasswordLink } from '@/lib/members/give-password-link'
import { getMember } from '@/lib/members/get'
import { makeInvitationLink } from '@/lib/members/invitation-link'
import { inviteMember } from '@/lib/members/invite'
import { listMembers } from '@/lib/members/list'
import { makePasswordLink } from '@/lib/members/password-link'
import { recordVisit } from '@/lib/members/record-visit'
import { removeMember } from '@/lib/members/remove'
import { resendInvitation } from '@/lib/members/resend-invitation'
import { withdrawInvitation } from '@/lib/members/withdraw-invitation'
import { clubsOf, clubsShutTo } from '@/lib/sign-in/session-actor'
import { peekSetPasswordLink, setPassword } from '@/lib/sign-in/set-password'
import { operatorActor } from '@/lib/auth/actor'
import { twoClubs, useDatabase } from '../../support/club'
import { enters, givePassword, linkTo, membershipOf, sessionOf, setMembership } from '../../support/sign-in'

useDatabase()

const PASSWORD = 'nine lives of a very patient cat'
const newAddress = () => `${randomUUID()}@example.test`
const tokenOf = ({ setPasswordLink }: { setPasswordLink: string | null }) => setPasswordLink!.split('#')[1]!
const refused = (code: string) => expect.objectContaining({ name: 'Refusal', code })
const isGood = async (token: string) => (await peekSetPasswordLink(token)) !== null
const actionsOn = async (targetId: string) =>
  (await db().auditEvent.findMany({ where: { targetId }, orderBy: { id: 'asc' } })).map(
    ({ action }) => action,
  )

async function setup() {
  const { home, rival } = await twoClubs()
  const [admin, rivalAdmin] = [await sessionOf(home.admin), await sessionOf(rival.admin)]
  const invite = (email = newAddress()) => inviteMember(admin, { email, roles: ['ATHLETE'] })
  return { home, rival, admin, rivalAdmin, invite }
}

describe('a pending invitation', () => {
  it('says by whom, when and until when, and is over with the first visit', async () => {
    const { home, admin, invite } = await setup()
    const { id, user, invitation } = await invite()
    expect(invitation).toMatchObject({ by: { id: home.admin.userId, name: 'The CLUB_ADMIN' } })
    const { sentAt, expiresAt } = invitation!
    expect(Date.parse(expiresAt) - Date.parse(sentAt)).toBe(24 * 3600 * 1000)
    expect(await getMember(admin, { id })).toMatchObject({ invitation, lastSeenAt: null })
    await recordVisit({ clubId: home.clubId, userId: user.id })
    const seen = await getMember(admin, { id })
    expect(seen).toMatchObject({ invitation: null, lastSeenAt: expect.any(String) })
    expect(Date.now() - Date.parse(seen.lastSeenAt!)).toBeLessThan(60_000)
  })

  it('looks the same for somebody with an account elsewhere, until they come', async () => {
    const { rival, admin, invite } = await setup()
    await givePassword(rival.coach)
    await recordVisit(rival.coach)
    const [known, unknown] = [await invite(rival.coach.email), await invite()]
    const shape = async (id: string) => {
      const { invitation, lastSeenAt } = await getMember(admin, { id })
      return { by: invitation?.by, lastSeenAt, pending: invitation !== null }
    }
    expect(await shape(known.id)).toEqual(await shape(unknown.id))
  })

  it('names nobody where the operator invited', async () => {
    const { home } = await setup()
    const operator = operatorActor(home.clubId, null, 'operator:test')
    const { invitation } = await inviteMember(operator, { email: newAddress(), roles: ['COACH'] })
    expect(invitation).toMatchObject({ by: null })
  })

  it('is found, and told apart from the others, by the list', async () => {
    const { home, admin, invite } = await setup()
    const { id } = await invite()
    const ids = async (query: object) =>
      (await listMembers(admin, { limit: 20, ...query })).data.map((member) => member.id)
    expect(await ids({ invited: 'true' })).toEqual([id])
    expect(await ids({ invited: 'false' })).not.toContain(id)
    expect(await ids({ invited: 'false' })).toContain((await membershipOf(home.coach)).id)
  })

  it('shows when somebody was last there to those who manage members, and to nobody else', async () => {
    const { home, admin } = await setup()
    await recordVisit(home.athlete)
    const { id } = await membershipOf(home.athlete)
    expect((await getMember(admin, { id })).lastSeenAt).not.toBeNull()
    for (const other of [await sessionOf(home.coach), home.keys.admin.actor, await sessionOf(home.athlete)])
      expect((await getMember(other, { id })).lastSeenAt).toBeNull()
  })
})

describe('withdrawing an invitation', () => {
  it('ends the link at once, takes them off the list and is on record', async () => {
    const { home, admin, invite } = await setup()
    const invited = await invite()
    expect(await withdrawInvitation(admin, { id: invited.id })).toMatchObject({
      id: invited.id,
      status: 'REMOVED',
      invitation: null,
      keysLeft: 0,
    })
    expect(await isGood(tokenOf(invited))).toBe(false)
    expect(await setPassword(tokenOf(invited), PASSWORD)).toEqual({ ok: false, reason: 'link' })
    expect((await listMembers(admin, { limit: 20 })).data.map(({ id }) => id)).not.toContain(invited.id)
    expect(await enters(invited.user.id, home.slug)).toBe(false)
    expect(await actionsOn(invited.id)).toEqual(['member.invite', 'member.withdraw-invitation'])
  })

  it('ends this club’s link also where another club invited the same address since', async () => {
    const { admin, rivalAdmin, invite } = await setup()
    const invited = await invite()
    await inviteMember(rivalAdmin, { email: invited.user.email, roles: ['ATHLETE'] })
    expect(await isGood(tokenOf(invited))).toBe(true)
    await withdrawInvitation(admin, { id: invited.id })
    expect(await isGood(tokenOf(invited))).toBe(false)
  })

  it('ends no link that is another club’s or the operator’s', async () => {
    const { admin, rivalAdmin, invite } = await setup()
    const invited = await invite()
    await inviteMember(rivalAdmin, { email: invited.user.email, roles: ['ATHLETE'] })
    const operators = (await makePasswordLink('operator:test', { email: invited.user.email })).split('#')[1]!
    await withdrawInvitation(admin, { id: invited.id })
    expect(await isGood(operators)).toBe(true)
  })

  it('is refused for somebody who has been there, and changes nothing', async () => {
    const { home, admin, invite } = await setup()
    const invited = await invite()
    await recordVisit({ clubId: home.clubId, userId: invited.user.id })
    await expect(withdrawInvitation(admin, { id: invited.id })).rejects.toEqual(refused('conflict'))
    expect(await getMember(admin, { id: invited.id })).toMatchObject({ status: 'ACTIVE' })
  })

  it('is an admin’s, in a fresh session, in their own club', async () => {
    const { home, rival, invite } = await setup()
    const { id } = await invite()
    const stale = await sessionOf(home.admin, 15.1)
    await expect(withdrawInvitation(stale, { id })).rejects.toEqual(refused('reauthentication_required'))
    for (const other of [await sessionOf(home.coach), await sessionOf(rival.admin)])
      await expect(withdrawInvitation(other, { id })).rejects.toEqual(refused('not_found'))
    expect(await db().membership.findFirst({ where: { id } })).toMatchObject({ status: 'ACTIVE' })
  })

  it('lets them be invited again, pending anew', async () => {
    const { home, admin, invite } = await setup()
    const first = await invite()
    await recordVisit({ clubId: home.clubId, userId: first.user.id })
    await removeMember(admin, { id: first.id })
    const again = await invite(first.user.email)
    expect(again).toMatchObject({ id: first.id, status: 'ACTIVE', lastSeenAt: null })
    expect(again.invitation).not.toBeNull()
  })
})

describe('a new link for an invitation', () => {
  it.each([
    ['sent again', resendInvitation, 'member.invite-again'],
    ['made by hand', makeInvitationLink, 'member.invitation-link'],
  ] as const)('%s ends the old one and begins its day anew', async (_, renew, action) => {
    const { admin, invite } = await setup()
    const invited = await invite()
    await db().invitation.updateMany({ data: { expiresAt: new Date(Date.now() - 1000) } })
    const renewed = await renew(admin, { id: invited.id })
    expect(await isGood(tokenOf(invited))).toBe(false)
    expect(await isGood(tokenOf(renewed))).toBe(true)
    expect(Date.parse((await getMember(admin, { id: invited.id })).invitation!.expiresAt)).toBeGreaterThan(
      Date.now() + 23 * 3600 * 1000,
    )
    expect(await actionsOn(invited.id)).toEqual(['member.invite', action])
    await withdrawInvitation(admin, { id: invited.id })
    expect(await isGood(tokenOf(renewed))).toBe(false)
  })

  it('makes nobody pending who has been there', async () => {
    const { home, admin, invite } = await setup()
    const { id, user } = await invite()
    await recordVisit({ clubId: home.clubId, userId: user.id })
    await expect(makeInvitationLink(admin, { id })).rejects.toEqual(refused('conflict'))
    await resendInvitation(admin, { id })
    expect((await getMember(admin, { id })).invitation).toBeNull()
  })
})

describe('a password link from an admin', () => {
  async function forgetful() {
    const on = await setup()
    await givePassword(on.home.coach)
    const { id } = await membershipOf(on.home.coach)
    return { ...on, id, coach: on.home.coach }
  }

  it('sets a new password for a member of this club alone, who is then trusted by no other', async () => {
    const { home, rivalAdmin, rival, admin, id, coach } = await forgetful()
    const given = await givePasswordLink(admin, { id })
    expect(given).toMatchObject({ mailed: false, user: { id: coach.userId } })
    expect(await actionsOn(id)).toEqual(['member.password-link'])
    expect(await setPassword(tokenOf(given), PASSWORD)).toMatchObject({ ok: true })
    expect(await enters(coach.userId, home.slug)).toBe(true)
    await inviteMember(rivalAdmin, { email: coach.email, roles: ['CLUB_ADMIN'] })
    expect(await enters(coach.userId, rival.slug)).toBe(false)
  })

  it.each<[string, (on: Awaited<ReturnType<typeof forgetful>>) => Promise<unknown>]>([
    [
      'is in another club',
      ({ rivalAdmin, coach }) => inviteMember(rivalAdmin, { email: coach.email, roles: ['COACH'] }),
    ],
    [
      'was in another club',
      async ({ rivalAdmin, coach }) => {
        const { id } = await inviteMember(rivalAdmin, { email: coach.email, roles: ['COACH'] })
        await removeMember(rivalAdmin, { id })
      },
    ],
    [
      'signs in elsewhere',
      ({ coach }) => linkTo(coach.userId, { issuer: 'https://issuer.test', claims: { sub: randomUUID() } }),
    ],
  ])('does nothing for somebody who %s, and looks the same', async (_, known) => {
    const on = await forgetful()
    const plain = await forgetful()
    await known(on)
    const [given, other] = [
      await givePasswordLink(on.admin, { id: on.id }),
      await givePasswordLink(plain.admin, { id: plain.id }),
    ]
    expect(await isGood(tokenOf(given))).toBe(false)
    expect(Object.keys(given)).toEqual(Object.keys(other))
    expect(given.setPasswordLink!.length).toBe(other.setPasswordLink!.length)
  })

  it('does nothing once another club trusts the address', async () => {
    const { rivalAdmin, rival, admin, id, coach } = await forgetful()
    const given = await givePasswordLink(admin, { id })
    await inviteMember(rivalAdmin, { email: coach.email, roles: ['COACH'] })
    expect(await setPassword(tokenOf(given), PASSWORD)).toEqual({ ok: false, reason: 'link' })
    expect(await enters(coach.userId, rival.slug)).toBe(true)
  })

  it('is for fresh sessions of admins, and not for who has left', async () => {
    const { home, rivalAdmin, admin, id } = await forgetful()
    await expect(givePasswordLink(await sessionOf(home.coach), { id })).rejects.toEqual(refused('forbidden'))
    await expect(givePasswordLink(await sessionOf(home.admin, 15.1), { id })).rejects.toEqual(
      refused('reauthentication_required'),
    )
    await expect(givePasswordLink(rivalAdmin, { id })).rejects.toEqual(refused('not_found'))
    await removeMember(admin, { id })
    await expect(givePasswordLink(admin, { id })).rejects.toEqual(refused('conflict'))
  })
})

describe('searching members', () => {
  it('finds part of a name or an address, as the club knows them, and takes signs literally', async () => {
    const { rival, admin } = await setup()
    await db().user.update({ where: { id: rival.coach.userId }, data: { name: 'Secret Elsewhere' } })
    const { id, user } = await inviteMember(admin, {
      email: rival.coach.email,
      name: 'Per_cent 5%',
      roles: ['COACH'],
    })
    const found = async (q: string) => (await listMembers(admin, { limit: 20, q })).data.map((one) => one.id)
    expect(await found('per_CENT')).toEqual([id])
    expect(await found('perXcent')).toEqual([])
    expect(await found('5%')).toEqual([id])
    expect(await found(user.email.slice(2, 20).toUpperCase())).toEqual([id])
    expect(await found('Elsewhere')).toEqual([])
    expect(await found('The COACH')).not.toContain(id)
  })
})

it('names to a suspended member the club that shut them out, and nothing to who was never proven or has left', async () => {
  const { home } = await setup()
  await setMembership(home.coach, { status: 'SUSPENDED' })
  const { name } = await db().club.findUniqueOrThrow({ where: { id: home.clubId } })
  expect(await clubsShutTo(home.coach.userId)).toEqual([{ slug: home.slug, name }])
  expect(await clubsOf(home.coach.userId)).toEqual([])
  expect(await clubsShutTo(home.admin.userId)).toEqual([])
  await db().user.update({ where: { id: home.coach.userId }, data: { emailVerified: null } })
  expect(await clubsShutTo(home.coach.userId)).toEqual([])
  await setMembership(home.athlete, { status: 'REMOVED' })
  expect(await clubsShutTo(home.athlete.userId)).toEqual([])
})
