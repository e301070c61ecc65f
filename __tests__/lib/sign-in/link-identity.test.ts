import { randomUUID } from 'node:crypto'
import { NOWHERE } from '@/lib/actor'
import { resolveIdentity } from '@/lib/sign-in/identity'
import { linkByIntent } from '@/lib/sign-in/link-identity'
import { bindLinkIntent, startLinking } from '@/lib/sign-in/link-intent'
import { createLoginSession, endLoginSession } from '@/lib/sign-in/login-session'
import { findSignedIn, type SignedIn } from '@/lib/sign-in/session-actor'
import { signInMethods } from '@/lib/sign-in/sign-in-methods'
import { unlinkIdentity } from '@/lib/sign-in/unlink-identity'
import { db } from '@/lib/db/client'
import { atOnce } from '../../support/at-once'
import { makeClub, makeMember, useDatabase, type Member } from '../../support/club'
import { ageSession, forgetAttempts, givePassword, linkTo, PASSWORD } from '../../support/sign-in'

const ISSUER = 'https://issuer.test'
process.env.OIDC_ISSUER = ISSUER
process.env.OIDC_CLIENT_ID = process.env.OIDC_CLIENT_SECRET = 'of-a-test'
process.env.OIDC_NAME = 'Club ID'

useDatabase()
beforeEach(forgetAttempts)

async function setup() {
  const member = await makeMember((await makeClub()).id, ['COACH'])
  await givePassword(member)
  return { member, me: await signedIn(member), identity: { issuer: ISSUER, claims: { sub: randomUUID() } } }
}

async function signedIn({ userId }: Member, minutes = 0): Promise<SignedIn> {
  const sessionId = await createLoginSession(userId, NOWHERE)
  await ageSession(sessionId, minutes)
  return (await findSignedIn({ userId, sessionId }))!
}

const proof = (password = PASSWORD, issuer = ISSUER) => ({ issuer, password, address: null })

/** Has permission, bound to a state. */
async function sentOff(me: SignedIn, state: string = randomUUID()): Promise<string> {
  const leave = await startLinking(me, proof())
  if (!leave.ok) throw new Error(leave.reason)
  expect(await bindLinkIntent(leave.intent, { presented: me, issuer: ISSUER, state })).toBe(true)
  return state
}

const comesBack = (
  identity: { issuer: string; claims: { sub: string } },
  state: string,
  presented: SignedIn | null,
) => linkByIntent(identity, { state, presented, trace: NOWHERE })

const DONE = { goTo: '/account?link=done' }
const EXPIRED = { goTo: '/account?link=expired' }
const TAKEN = { goTo: '/account?link=taken' }
const identitiesOf = async ({ userId }: { userId: string }) => (await signInMethods(userId)).identities

describe('linking an identity', () => {
  it('takes the password, one trip to the provider, and is on record in each club', async () => {
    const { member, me, identity } = await setup()
    const second = await makeClub()
    await db().membership.create({ data: { clubId: second.id, userId: member.userId, roles: ['ATHLETE'] } })
    expect(await comesBack(identity, await sentOff(me), me)).toEqual(DONE)
    expect(await identitiesOf(member)).toMatchObject([{ name: 'Club ID', issuer: ISSUER }])
    expect(await resolveIdentity(identity, NOWHERE)).toMatchObject({ ok: true, userId: member.userId })
    const where = { action: 'member.identity-link', actorUserId: member.userId }
    const rows = await db().auditEvent.findMany({ where })
    expect(rows.map(({ clubId }) => clubId).sort()).toEqual([member.clubId, second.id].sort())
    expect(JSON.stringify(rows)).not.toContain(identity.claims.sub)
  })

  it('is nothing that a sign-in may do by itself, however recent: an identity is brought in vain', async () => {
    const { member, me, identity } = await setup()
    expect(await comesBack(identity, randomUUID(), me)).toBeNull()
    expect(await resolveIdentity(identity, NOWHERE)).toEqual({ ok: false, reason: 'unknown_identity' })
    expect(await startLinking(me, proof('not the password of this one'))).toEqual({
      ok: false,
      reason: 'current',
    })
    expect(await startLinking(me, proof(''))).toEqual({ ok: false, reason: 'current' })
    expect(await identitiesOf(member)).toEqual([])
  })

  it('slows guessing at the password like the sign-in page, and with it', async () => {
    const { me } = await setup()
    for (let i = 0; i < 5; i++) await startLinking(me, proof('a wrong guess'))
    expect(await startLinking(me, proof())).toMatchObject({ ok: false, reason: 'slow_down' })
  })

  it('has leave for one state, once', async () => {
    const { member, me, identity } = await setup()
    const leave = await startLinking(me, proof())
    if (!leave.ok) throw new Error('no leave')
    const bind = (state: string) => bindLinkIntent(leave.intent, { presented: me, issuer: ISSUER, state })
    const states = Array.from({ length: 6 }, () => randomUUID())
    const bound = await Promise.all(states.map(bind))
    expect(bound.filter(Boolean)).toHaveLength(1)
    const state = states[bound.indexOf(true)]!
    const others = states.filter((one) => one !== state)
    for (const other of others) expect(await comesBack(identity, other, me)).toBeNull()
    const all = await atOnce(6, () => comesBack({ ...identity, claims: { sub: randomUUID() } }, state, me))
    expect(all.filter((one) => one?.goTo === DONE.goTo)).toHaveLength(1)
    expect(await identitiesOf(member)).toHaveLength(1)
  })

  it('is the sign-in’s that asked, at the issuer it asked for, for ten minutes', async () => {
    const { member, me, identity } = await setup()
    const elsewhere = await signedIn(member)
    const stranger = await signedIn(await makeMember(member.clubId, ['ATHLETE']))
    const leave = await startLinking(me, proof())
    if (!leave.ok) throw new Error('no leave')
    for (const presented of [elsewhere, stranger])
      expect(await bindLinkIntent(leave.intent, { presented, issuer: ISSUER, state: 'x' })).toBe(false)
    expect(
      await bindLinkIntent(leave.intent, { presented: me, issuer: 'https://other.test', state: 'x' }),
    ).toBe(false)
    const state = await sentOff(me)
    for (const presented of [elsewhere, stranger, null])
      expect(await comesBack(identity, state, presented)).toEqual(EXPIRED)
    expect(await comesBack({ ...identity, issuer: 'https://other.test' }, state, me)).toEqual(EXPIRED)
    await db().linkIntent.updateMany({ data: { expiresAt: new Date(Date.now() - 1) } })
    expect(await comesBack(identity, state, me)).toEqual(EXPIRED)
    expect(await db().account.count({ where: { providerAccountId: identity.claims.sub } })).toBe(0)
  })

  it('ends with the sign-in that asked, and with the account being disabled', async () => {
    const { member, me, identity } = await setup()
    const state = await sentOff(me)
    await endLoginSession(me.userId, me.sessionId)
    expect(await comesBack(identity, state, me)).toEqual(EXPIRED)
    const again = await signedIn(member)
    const second = await sentOff(again)
    await db().user.update({ where: { id: member.userId }, data: { disabledAt: new Date() } })
    expect(await comesBack(identity, second, again)).toEqual(EXPIRED)
    expect(await identitiesOf(member)).toEqual([])
  })

  it('takes nobody’s identity away, and signs nobody else in', async () => {
    const { me, identity } = await setup()
    const owner = await makeMember((await makeClub()).id, ['COACH'])
    await linkTo(owner.userId, identity)
    expect(await comesBack(identity, await sentOff(me), me)).toEqual(TAKEN)
    expect(await resolveIdentity(identity, NOWHERE)).toMatchObject({ userId: owner.userId })
  })

  it('gives an identity that two people bring at once to one of them', async () => {
    const [first, second] = [await setup(), await setup()]
    const { identity } = first
    const states = [await sentOff(first.me), await sentOff(second.me)] as const
    const both = await Promise.all([
      comesBack(identity, states[0], first.me),
      comesBack(identity, states[1], second.me),
    ])
    expect(both.map((one) => one?.goTo).sort()).toEqual([DONE.goTo, TAKEN.goTo])
  })

  it('keeps digests of what the browser holds, not that itself', async () => {
    const { me } = await setup()
    const leave = await startLinking(me, proof())
    if (!leave.ok) throw new Error('no leave')
    const state = randomUUID()
    await bindLinkIntent(leave.intent, { presented: me, issuer: ISSUER, state })
    const rows = JSON.stringify(await db().linkIntent.findMany())
    for (const secret of [leave.intent, state]) expect(rows).not.toContain(secret)
  })
})

describe('unlinking an identity', () => {
  it('takes it away, on record, and ends every sign-in that it may have made', async () => {
    const { member, me, identity } = await setup()
    const id = await linkTo(member.userId, identity)
    const thief = await signedIn(member)
    await unlinkIdentity(me, { id }, NOWHERE)
    expect(await identitiesOf(member)).toEqual([])
    expect(await findSignedIn(thief)).toBeNull()
    expect(await findSignedIn(me)).not.toBeNull()
    expect(await resolveIdentity(identity, NOWHERE)).toMatchObject({ ok: false })
    expect(await db().auditEvent.findMany({ where: { actorUserId: member.userId } })).toMatchObject([
      { action: 'member.identity-unlink', changes: { provider: { from: 'Club ID', to: null } } },
    ])
  })

  it('wants a sign-in of the last 15 minutes that still stands', async () => {
    const { member, me, identity } = await setup()
    const id = await linkTo(member.userId, identity)
    await expect(unlinkIdentity(await signedIn(member, 15.1), { id }, NOWHERE)).rejects.toMatchObject({
      code: 'reauthentication_required',
    })
    await endLoginSession(me.userId, me.sessionId)
    await expect(unlinkIdentity(me, { id }, NOWHERE)).rejects.toMatchObject({ code: 'missing_credentials' })
    expect(await identitiesOf(member)).toHaveLength(1)
  })

  it('answers another person’s like one that does not exist', async () => {
    const { me } = await setup()
    const other = await setup()
    const foreign = await linkTo(other.member.userId, other.identity)
    for (const id of [foreign, randomUUID()])
      await expect(unlinkIdentity(me, { id }, NOWHERE)).rejects.toMatchObject({ code: 'not_found' })
    expect(await identitiesOf(other.member)).toHaveLength(1)
  })

  it('never takes the last way in, however many are taken at once', async () => {
    const { member, me, identity } = await setup()
    await db().user.update({ where: { id: member.userId }, data: { passwordHash: null } })
    const first = await linkTo(member.userId, identity)
    const second = await linkTo(member.userId, { issuer: ISSUER, claims: { sub: randomUUID() } })
    const gone = { issuer: 'https://no-longer-configured.test', claims: { sub: 'x' } }
    await linkTo(member.userId, gone)
    const both = await Promise.allSettled([first, second].map((id) => unlinkIdentity(me, { id }, NOWHERE)))
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'conflict' } })
    expect(await identitiesOf(member)).toHaveLength(2)
  })
})
