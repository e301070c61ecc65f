import { randomUUID } from 'node:crypto'
import { inviteMemberBody, type InvitedMember } from '@/contracts/member'
import { NOWHERE, type Actor } from '@/lib/actor'
import { getApiKey, validateApiKey } from '@/lib/auth/api-key'
import { resolveIdentity } from '@/lib/sign-in/identity'
import { createLoginSession } from '@/lib/sign-in/login-session'
import { peekSetPasswordLink, setPassword } from '@/lib/sign-in/set-password'
import { db } from '@/lib/db/client'
import { getMember } from '@/lib/members/get'
import { inviteMember } from '@/lib/members/invite'
import { makePasswordLink } from '@/lib/members/password-link'
import { removeMember } from '@/lib/members/remove'
import { makeKey, twoClubs, useDatabase, type Member } from '../../support/club'
import { enters, givePassword, linkTo, sessionOf } from '../../support/sign-in'

useDatabase()

const PASSWORD = 'nine lives of a very patient cat'
const newAddress = () => `${randomUUID()}@example.test`
const tokenOf = ({ setPasswordLink }: { setPasswordLink: string | null }) => setPasswordLink!.split('#')[1]!
const refused = (code: string) => expect.objectContaining({ name: 'Refusal', code })
const userOf = (email: string) => db().user.findUniqueOrThrow({ where: { email } })

async function setup() {
  const { home, rival } = await twoClubs()
  return { home, rival, admin: await sessionOf(home.admin), rivalAdmin: await sessionOf(rival.admin) }
}

describe('inviting somebody new', () => {
  it('makes them a member, on record, with a link that sets their password once', async () => {
    const { home, admin } = await setup()
    const email = newAddress()
    const invited = await inviteMember(admin, { email, name: 'Nia New', roles: ['COACH'] })
    expect(invited).toMatchObject({
      user: { email, name: 'Nia New' },
      roles: ['COACH'],
      status: 'ACTIVE',
      mailed: false,
    })
    expect(invited.setPasswordLink).toMatch(/^http:\/\/localhost:3000\/set-password#[\w-]{43}$/)
    expect(await peekSetPasswordLink(tokenOf(invited))).toEqual({ email, identities: [] })
    expect(await setPassword(tokenOf(invited), PASSWORD)).toEqual({ ok: true, email })
    expect(await enters(invited.user.id, home.slug)).toBe(true)
    const rows = await db().auditEvent.findMany({
      where: { targetId: invited.id, action: { not: 'member.password-set' } },
    })
    expect(rows).toMatchObject([
      {
        action: 'member.invite',
        actorUserId: home.admin.userId,
        targetType: 'Membership',
        changes: {
          userId: { from: null, to: invited.user.id },
          roles: { from: null, to: ['COACH'] },
          status: { from: null, to: 'ACTIVE' },
        },
      },
    ])
    expect(JSON.stringify(rows)).not.toContain(tokenOf(invited))
  })

  it('calls them by their address when no name is given, whatever its case', async () => {
    const { admin } = await setup()
    const email = newAddress()
    const body = inviteMemberBody.parse({ email: email.toUpperCase(), roles: ['ATHLETE', 'COACH'] })
    expect(await inviteMember(admin, body)).toMatchObject({
      user: { email, name: email },
      roles: ['COACH', 'ATHLETE'],
    })
  })

  it('is an admin’s, in a fresh session: no coach, no athlete, no key', async () => {
    const { home } = await setup()
    const input = { email: newAddress(), roles: ['ATHLETE' as const] }
    for (const actor of [await sessionOf(home.coach), await sessionOf(home.athlete), home.keys.admin.actor]) {
      await expect(inviteMember(actor, input)).rejects.toEqual(refused('forbidden'))
    }
    await expect(inviteMember(await sessionOf(home.admin, 15.1), input)).rejects.toEqual(
      refused('reauthentication_required'),
    )
    expect(await db().user.count({ where: { email: input.email } })).toBe(0)
  })

  it('takes one of many invitations of one address', async () => {
    const { admin } = await setup()
    const email = newAddress()
    const all = await Promise.allSettled(
      Array.from({ length: 8 }, () => inviteMember(admin, { email, roles: ['ATHLETE'] })),
    )
    const done = all.filter((one) => one.status === 'fulfilled')
    expect(done).toHaveLength(1)
    for (const one of all) if (one.status === 'rejected') expect(one.reason).toEqual(refused('conflict'))
    expect(await peekSetPasswordLink(tokenOf(done[0]!.value))).toEqual({ email, identities: [] })
  })
})

describe('inviting somebody known', () => {
  it('refuses a member of the club, active or suspended', async () => {
    const { home, admin } = await setup()
    await expect(inviteMember(admin, { email: home.coach.email, roles: ['ATHLETE'] })).rejects.toEqual(
      refused('conflict'),
    )
    await db().membership.updateMany({ where: { userId: home.coach.userId }, data: { status: 'SUSPENDED' } })
    await expect(inviteMember(admin, { email: home.coach.email, roles: ['ATHLETE'] })).rejects.toEqual(
      refused('conflict'),
    )
    expect(await db().membership.findFirst({ where: { userId: home.coach.userId } })).toMatchObject({
      status: 'SUSPENDED',
      roles: ['COACH'],
    })
  })

  it('brings back who has left, with the new roles, their name, and none of their keys', async () => {
    const { home, admin } = await setup()
    const { id } = await db().membership.findFirstOrThrow({ where: { userId: home.coach.userId } })
    await removeMember(admin, { id })
    const before = Date.now()
    const back = await inviteMember(admin, { email: home.coach.email, roles: ['ATHLETE'] })
    expect(back).toMatchObject({
      id,
      status: 'ACTIVE',
      roles: ['ATHLETE'],
      user: { id: home.coach.userId, name: 'The COACH' },
    })
    expect(Date.parse(back.joinedAt)).toBeGreaterThanOrEqual(before)
    expect(await validateApiKey(home.keys.coach.token)).toMatchObject({ ok: false })
    expect(await enters(home.coach.userId, home.slug)).toBe(true)
  })

  it('lets a proven person of another club in as they are', async () => {
    const { home, rival, admin } = await setup()
    await givePassword(rival.coach)
    const { passwordHash } = await userOf(rival.coach.email)
    const invited = await inviteMember(admin, { email: rival.coach.email, roles: ['ATHLETE'] })
    expect(invited.user.id).toBe(rival.coach.userId)
    expect(await enters(rival.coach.userId, home.slug)).toBe(true)
    expect(await setPassword(tokenOf(invited), PASSWORD)).toEqual({ ok: false, reason: 'link' })
    expect((await userOf(rival.coach.email)).passwordHash).toBe(passwordHash)
  })

  it('answers as it does for a new address: nothing of an account elsewhere, not its name, not its age', async () => {
    const { rival, admin } = await setup()
    await givePassword(rival.coach)
    const known = await inviteMember(admin, { email: rival.coach.email, roles: ['ATHLETE'] })
    const unknown = await inviteMember(admin, { email: newAddress(), roles: ['ATHLETE'] })
    const shape = ({ id, user, joinedAt, setPasswordLink, invitation, ...rest }: InvitedMember) => ({
      ...rest,
      by: invitation?.by,
      hours: (Date.parse(invitation!.expiresAt) - Date.parse(invitation!.sentAt)) / 3_600_000,
      id: versionOf(id),
      userId: versionOf(user.id),
      named: user.name === user.email,
      recent: Date.now() - Date.parse(joinedAt) < 10_000,
      link: setPasswordLink?.replace(/#[\w-]{43}$/, '#'),
    })
    expect(shape(known)).toEqual(shape(unknown))
    // Version 4 is random; the time in version 7 would tell how old the account is.
    expect(versionOf(known.user.id)).toBe('4')
  })
})

it('shows the name that the club gave wherever it names the member', async () => {
  const { home, rival, admin } = await setup()
  const { id, user } = await inviteMember(admin, {
    email: rival.coach.email,
    name: 'Our Rolf',
    roles: ['COACH'],
  })
  const key = await makeKey({ ...rival.coach, clubId: home.clubId })
  expect((await getMember(admin, { id })).user.name).toBe('Our Rolf')
  expect((await getApiKey(admin, { id: key.id })).owner).toEqual({
    id: user.id,
    name: 'Our Rolf',
    kind: 'user',
  })
  const own = await sessionOf(rival.coach)
  expect((await getApiKey(own, { id: rival.keys.coach.id })).owner.name).toBe('The COACH')
})

const versionOf = (uuid: string) => uuid[14]

describe('an address that nobody proved', () => {
  /** The rival's admin takes somebody else's address and uses the link. */
  async function squat(rivalAdmin: Actor) {
    const email = newAddress()
    const taken = await inviteMember(rivalAdmin, { email, roles: ['ATHLETE'] })
    expect(await setPassword(tokenOf(taken), PASSWORD)).toMatchObject({ ok: true })
    return { email, userId: taken.user.id }
  }

  it('opens the club that vouched for it and no other that invites it', async () => {
    const { home, rival, admin, rivalAdmin } = await setup()
    const { email, userId } = await squat(rivalAdmin)
    const invited = await inviteMember(admin, { email, roles: ['CLUB_ADMIN'] })
    expect(invited).toMatchObject({ user: { id: userId }, status: 'ACTIVE' })
    expect((await userOf(email)).emailVerified).toBeNull()
    expect(await enters(userId, rival.slug)).toBe(true)
    expect(await enters(userId, home.slug)).toBe(false)
  })

  it('opens them all once its owner proved it, and whoever squatted is out', async () => {
    const { home, rival, admin, rivalAdmin } = await setup()
    const { email, userId } = await squat(rivalAdmin)
    await inviteMember(admin, { email, roles: ['ATHLETE'] })
    const squatters = await createLoginSession(userId, { requestId: null, address: null, userAgent: null })
    const identity = { issuer: 'https://issuer.test', claims: { sub: randomUUID() } }
    await linkTo(userId, identity)
    expect(await resolveIdentity(identity, NOWHERE)).toMatchObject({ ok: true, userId })
    const token = (await makePasswordLink('operator:test', { email })).split('#')[1]!
    expect(await setPassword(token, 'the owner chose this one')).toMatchObject({ ok: true })
    expect(await enters(userId, home.slug)).toBe(true)
    expect(await enters(userId, rival.slug)).toBe(true)
    expect((await db().loginSession.findUniqueOrThrow({ where: { id: squatters } })).revokedAt).not.toBeNull()
    expect(await resolveIdentity(identity, NOWHERE)).toMatchObject({ ok: false })
  })

  it.each<[string, (rival: Member, rivalAdmin: Actor) => Promise<string>]>([
    ['has a password', async (rival) => (await givePassword(rival), rival.email)],
    [
      'waits for its first sign-in in another club',
      async (_, rivalAdmin) =>
        (await inviteMember(rivalAdmin, { email: newAddress(), roles: ['ATHLETE'] })).user.email,
    ],
    [
      'has an identity',
      async () => {
        const email = newAddress()
        const account = { type: 'oidc', provider: 'https://issuer.test', providerAccountId: randomUUID() }
        await db().user.create({ data: { email, name: email, accounts: { create: account } } })
        return email
      },
    ],
    [
      'was proven before it joined a club',
      async () => {
        const email = newAddress()
        await db().user.create({ data: { email, name: email, emailVerified: new Date() } })
        return email
      },
    ],
  ])('gives no other club’s admin the link to an account that %s', async (_, known) => {
    const { rival, admin, rivalAdmin } = await setup()
    const email = await known(rival.coach, rivalAdmin)
    const before = await userOf(email)
    const invited = await inviteMember(admin, { email, roles: ['ATHLETE'] })
    expect(await peekSetPasswordLink(tokenOf(invited))).toBeNull()
    expect(await setPassword(tokenOf(invited), PASSWORD)).toEqual({ ok: false, reason: 'link' })
    expect(await userOf(email)).toEqual(before)
  })

  it('is vouched for by one club alone, however many invite it at once', async () => {
    const { admin, rivalAdmin } = await setup()
    for (let i = 0; i < 10; i++) {
      const email = newAddress()
      const both = await Promise.all(
        [admin, rivalAdmin].map((actor) => inviteMember(actor, { email, roles: ['ATHLETE'] })),
      )
      const good = await Promise.all(both.map((invited) => peekSetPasswordLink(tokenOf(invited))))
      expect(good.filter(Boolean)).toHaveLength(1)
      expect(await db().membership.count({ where: { user: { email }, vouched: true } })).toBe(1)
    }
  })
})
