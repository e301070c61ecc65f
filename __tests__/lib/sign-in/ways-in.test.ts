import { randomUUID } from 'node:crypto'
import { NOWHERE } from '@/lib/actor'
import { changePassword } from '@/lib/sign-in/change-password'
import { resolveIdentity } from '@/lib/sign-in/identity'
import { linkByIntent } from '@/lib/sign-in/link-identity'
import { bindLinkIntent, startLinking } from '@/lib/sign-in/link-intent'
import { createIdentitySession, createLoginSession, createPasswordSession } from '@/lib/sign-in/login-session'
import { findSignedIn, type SignedIn } from '@/lib/sign-in/session-actor'
import { signOutEverywhere } from '@/lib/sign-in/sign-out-everywhere'
import { makeSetPasswordLink, setPassword } from '@/lib/sign-in/set-password'
import { db } from '@/lib/db/client'
import { removeMember } from '@/lib/members/remove'
import { makeClub, makeMember, useDatabase, type Member } from '../../support/club'
import {
  enters,
  forgetAttempts,
  givePassword,
  linkTo,
  membershipOf,
  PASSWORD,
  sessionOf,
} from '../../support/sign-in'

// Acts that end ways into an account, and each way in: whether it outlives the act is decided here, one by
// one.

const ISSUER = 'https://issuer.test'
process.env.OIDC_ISSUER = ISSUER
process.env.OIDC_CLIENT_ID = process.env.OIDC_CLIENT_SECRET = 'of-a-test'

useDatabase()
beforeEach(forgetAttempts)

const NEXT = 'another one with several plain words'
const linkFor = async (userId: string, kind: 'proving' | 'handed' = 'proving') =>
  (await db().$transaction((tx) => makeSetPasswordLink(tx, userId, kind))).split('#')[1]!

async function signedIn({ userId }: Member): Promise<SignedIn> {
  const sessionId = await createLoginSession(userId, NOWHERE)
  return (await findSignedIn({ userId, sessionId }))!
}

async function setup() {
  const { id: clubId, slug } = await makeClub()
  const [admin, member] = [await makeMember(clubId, ['CLUB_ADMIN']), await makeMember(clubId, ['COACH'])]
  await givePassword(member)
  const me = await signedIn(member)
  return { admin, member, me, slug }
}
type Scene = Awaited<ReturnType<typeof setup>>

const disable = ({ userId }: Member, disabledAt: Date | null) =>
  db().user.update({ where: { id: userId }, data: { disabledAt } })

const ACTS: Record<string, (scene: Scene) => Promise<unknown>> = {
  'a password change': ({ me }) => changePassword(me, { current: PASSWORD, next: NEXT }, NOWHERE),
  // The link is the one that replaces whatever link is being tested: made by the operator, used at once.
  'a password reset': async ({ member }) => setPassword(await linkFor(member.userId), NEXT),
  'signing out everywhere': ({ me }) => signOutEverywhere(me, NOWHERE),
  'being removed from the only club': async ({ admin, member }) =>
    removeMember(await sessionOf(admin), { id: (await membershipOf(member)).id }),
  'being disabled': ({ member }) => disable(member, new Date()),
  'having been disabled for a while': async ({ member }) => {
    await disable(member, new Date())
    await disable(member, null)
  },
}

/** Sets a way in up, and returns how to find out whether it still works. */
const WAYS: Record<string, (scene: Scene) => Promise<() => Promise<boolean>>> = {
  'another sign-in': async ({ member }) => {
    const other = await signedIn(member)
    return async () => (await findSignedIn(other)) !== null
  },
  'a copy of the cookie that asks':
    async ({ me }) =>
    async () =>
      (await findSignedIn(me)) !== null,
  'a link by mail that was not used': async ({ member }) => {
    const token = await linkFor(member.userId)
    return async () => (await setPassword(token, 'whoever holds this link chose this')).ok
  },
  'an invitation’s link that was not used': async ({ member }) => {
    const token = await linkFor(member.userId, 'handed')
    return async () => (await setPassword(token, 'whoever holds this link chose this')).ok
  },
  'leave to link an identity, while its bearer is at the provider': async ({ me }) => {
    const state = await startedLinking(me)
    return async () => (await comesBack(me, state)) === '/account?link=done'
  },
  'leave to link an identity that was not begun with': async ({ me }) => {
    const leave = await startLinking(me, { issuer: ISSUER, password: PASSWORD, address: null })
    const intent = leave.ok ? leave.intent : ''
    const state = randomUUID()
    return async () =>
      (await bindLinkIntent(intent, { presented: me, issuer: ISSUER, state })) &&
      (await comesBack(me, state)) === '/account?link=done'
  },
  'the old password, checked but not yet signed in with': async ({ member }) => {
    const { passwordHash } = await db().user.findUniqueOrThrow({ where: { id: member.userId } })
    return async () => (await createPasswordSession(member.userId, passwordHash!, NOWHERE)) !== null
  },
  'a linked identity': async ({ member }) => {
    const identity = { issuer: ISSUER, claims: { sub: randomUUID() } }
    await linkTo(member.userId, identity)
    return async () => (await resolveIdentity(identity, NOWHERE)).ok
  },
  'a linked identity, found but not yet signed in with': async ({ member }) => {
    const subject = randomUUID()
    await linkTo(member.userId, { issuer: ISSUER, claims: { sub: subject } })
    return async () =>
      (await createIdentitySession(member.userId, { issuer: ISSUER, subject }, NOWHERE)) !== null
  },
}

async function startedLinking(me: SignedIn): Promise<string> {
  const leave = await startLinking(me, { issuer: ISSUER, password: PASSWORD, address: null })
  const state = randomUUID()
  await bindLinkIntent(leave.ok ? leave.intent : '', { presented: me, issuer: ISSUER, state })
  return state
}

async function comesBack(me: SignedIn, state: string): Promise<string | undefined> {
  const identity = { issuer: ISSUER, claims: { sub: randomUUID() } }
  return (await linkByIntent(identity, { state, presented: me, trace: NOWHERE }))?.goTo
}

// Ways in that are meant to stay, which the page says where it offers the act.
const PASSWORD_KNOWN = 'the old password, checked but not yet signed in with'
const IDENTITIES = ['a linked identity', 'a linked identity, found but not yet signed in with']
const SESSIONS = [
  'another sign-in',
  'a copy of the cookie that asks',
  'leave to link an identity, while its bearer is at the provider',
  'leave to link an identity that was not begun with',
]
const STAYS: Record<string, string[]> = {
  // Asked about there and then: each is unlinked if its owner says so (below).
  'a password change': IDENTITIES,
  // A reset unlinks all that its owner does not keep.
  'a password reset': [],
  'signing out everywhere': [PASSWORD_KNOWN, ...IDENTITIES],
  // The account is theirs in every other club; it opens this one no more (below).
  'being removed from the only club': [PASSWORD_KNOWN, ...IDENTITIES, ...SESSIONS],
  'being disabled': [],
  // Who may come back proves anew who they are.
  'having been disabled for a while': [PASSWORD_KNOWN, ...IDENTITIES],
}

describe.each(Object.keys(ACTS))('%s', (act) => {
  it.each(Object.keys(WAYS))('and %s', async (way) => {
    const scene = await setup()
    const getsIn = await WAYS[way]!(scene)
    await ACTS[act]!(scene)
    expect(await getsIn()).toBe(STAYS[act]!.includes(way))
  })
})

it.each(Object.keys(WAYS))('%s is a way in, as long as nothing ends it', async (way) => {
  const getsIn = await WAYS[way]!(await setup())
  expect(await getsIn()).toBe(true)
})

describe('a password change', () => {
  it('unlinks the identities that its owner names, and no other person’s', async () => {
    const { member, me } = await setup()
    const stranger = (await setup()).member
    const [going, staying, foreign] = [
      await linkTo(member.userId, { issuer: ISSUER, claims: { sub: randomUUID() } }),
      await linkTo(member.userId, { issuer: ISSUER, claims: { sub: randomUUID() } }),
      await linkTo(stranger.userId, { issuer: ISSUER, claims: { sub: randomUUID() } }),
    ]
    await changePassword(me, { current: PASSWORD, next: NEXT, unlink: [going, foreign] }, NOWHERE)
    const left = await db().account.findMany({ where: { id: { in: [going, staying, foreign] } } })
    expect(left.map(({ id }) => id).sort()).toEqual([staying, foreign].sort())
    const acts = await db().auditEvent.findMany({ where: { actorUserId: member.userId } })
    expect(acts.map(({ action }) => action).sort()).toEqual([
      'member.identity-unlink',
      'member.password-change',
    ])
  })
})

describe('a password reset', () => {
  it('keeps the identities that its owner keeps', async () => {
    const { member } = await setup()
    const ids = [
      await linkTo(member.userId, { issuer: ISSUER, claims: { sub: randomUUID() } }),
      await linkTo(member.userId, { issuer: ISSUER, claims: { sub: randomUUID() } }),
    ]
    await setPassword(await linkFor(member.userId), NEXT, { keep: [ids[0]!] })
    expect((await db().account.findMany({ where: { userId: member.userId } })).map(({ id }) => id)).toEqual([
      ids[0],
    ])
  })

  it('keeps none of whoever used the account before its address was proven, whatever is asked', async () => {
    const { member } = await setup()
    await db().user.update({ where: { id: member.userId }, data: { emailVerified: null } })
    const id = await linkTo(member.userId, { issuer: ISSUER, claims: { sub: randomUUID() } })
    await setPassword(await linkFor(member.userId), NEXT, { keep: [id] })
    expect(await db().account.count({ where: { userId: member.userId } })).toBe(0)
  })
})

describe('being removed', () => {
  it('opens the club to no way in', async () => {
    const scene = await setup()
    await ACTS['being removed from the only club']!(scene)
    expect(await enters(scene.member.userId, scene.slug)).toBe(false)
  })

  it('leaves the link alone that another club may have sent', async () => {
    const scene = await setup()
    const elsewhere = await makeClub()
    const { userId } = scene.member
    await db().membership.create({ data: { clubId: elsewhere.id, userId, roles: ['COACH'] } })
    const token = await linkFor(userId)
    await ACTS['being removed from the only club']!(scene)
    expect((await setPassword(token, NEXT)).ok).toBe(true)
  })
})
