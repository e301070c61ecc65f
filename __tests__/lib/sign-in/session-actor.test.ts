import { createLoginSession } from '@/lib/sign-in/login-session'
import { clubsOf, findSession, findSignedIn, sessionActor } from '@/lib/sign-in/session-actor'
import { db } from '@/lib/db/client'
import { makeClub, makeMember, useDatabase } from '../../support/club'

// G4: a session cookie is worth what the database says of it now. Each test takes one condition away.

useDatabase()
const NO_TRACE = { requestId: null, address: null, userAgent: null }
const ago = (ms: number) => new Date(Date.now() - ms)

async function signedIn() {
  const { id: clubId, slug } = await makeClub()
  const { userId, email } = await makeMember(clubId, ['COACH'])
  const sessionId = await createLoginSession(userId, NO_TRACE)
  return { clubId, slug, userId, email, sessionId, token: { userId, sessionId } }
}
type SignedIn = Awaited<ReturnType<typeof signedIn>>

/** Whether it lets somebody in: to their account, and to their club. */
async function standing(token: SignedIn['token'], slug: string) {
  const actor = await sessionActor(token, slug, NO_TRACE).catch(({ code }: { code: string }) => code)
  const member = (await findSession(token, slug))?.member ?? null
  return {
    account: (await findSignedIn(token)) !== null,
    actor: actor === null ? null : typeof actor === 'string' ? actor : 'an actor',
    member: member !== null,
  }
}
const IN = { account: true, actor: 'an actor', member: true }
const OUT = { account: false, actor: null, member: false }
const NOT_OF_THIS_CLUB = { account: true, actor: 'not_found', member: false }

it('lets in who has signed in, with their name, address and time, and the roles of that club alone', async () => {
  const one = await signedIn()
  const another = await makeClub()
  await db().membership.create({ data: { clubId: another.id, userId: one.userId, roles: ['CLUB_ADMIN'] } })
  expect(await standing(one.token, one.slug)).toEqual(IN)
  expect(await findSignedIn(one.token)).toEqual({
    ...one.token,
    name: 'The COACH',
    email: one.email,
    hasPassword: false,
    authenticatedAt: expect.any(Date),
  })
  const { member } = (await findSession(one.token, one.slug))!
  expect(member).toEqual({ clubId: one.clubId, userId: one.userId, roles: ['COACH'] })
})

describe('lets nobody in', () => {
  const ENDS: [string, (one: SignedIn) => Promise<unknown>][] = [
    [
      'whose sign-in was ended',
      ({ sessionId }) =>
        db().loginSession.update({ where: { id: sessionId }, data: { revokedAt: ago(1_000) } }),
    ],
    [
      'whose sign-in has run out',
      ({ sessionId }) =>
        db().loginSession.update({ where: { id: sessionId }, data: { expiresAt: ago(1_000) } }),
    ],
    [
      'who is disabled',
      ({ userId }) => db().user.update({ where: { id: userId }, data: { disabledAt: ago(1_000) } }),
    ],
  ]
  it.each(ENDS)('%s, though they have other sign-ins', async (_, end) => {
    const one = await signedIn()
    await createLoginSession(one.userId, NO_TRACE)
    await end(one)
    expect(await standing(one.token, one.slug)).toEqual(OUT)
  })

  it('by the sign-in of somebody else, whichever of the two the cookie names', async () => {
    const one = await signedIn()
    const other = await signedIn()
    const mixed = { userId: one.userId, sessionId: other.sessionId }
    expect(await standing(mixed, one.slug)).toEqual(OUT)
    expect(await standing(mixed, other.slug)).toEqual(OUT)
  })
})

describe('to a club', () => {
  it('only who is active in it: suspended, gone, never there and no such club answer alike', async () => {
    const one = await signedIn()
    const { slug: foreign } = await makeClub()
    expect(await standing(one.token, foreign)).toEqual(NOT_OF_THIS_CLUB)
    expect(await standing(one.token, 'no-such-club')).toEqual(NOT_OF_THIS_CLUB)
    for (const status of ['SUSPENDED', 'REMOVED'] as const) {
      await db().membership.updateMany({ where: { userId: one.userId }, data: { status } })
      expect(await standing(one.token, one.slug)).toEqual(NOT_OF_THIS_CLUB)
      expect(await clubsOf(one.userId)).toEqual([])
    }
  })

  it('and each sees their own clubs alone, by name', async () => {
    const one = await signedIn()
    await signedIn()
    const another = await makeClub('aaa-first')
    await db().membership.create({ data: { clubId: another.id, userId: one.userId, roles: ['ATHLETE'] } })
    expect(await clubsOf(one.userId)).toEqual([
      { slug: 'aaa-first', name: 'Club aaa-first', roles: ['ATHLETE'] },
      { slug: one.slug, name: `Club ${one.slug}`, roles: ['COACH'] },
    ])
  })
})

describe('a change', () => {
  const stillValid = async ({ token, slug }: SignedIn) => {
    const session = (await findSession(token, slug))!
    return () => db().$transaction((tx) => session.stillValid!(tx))
  }

  it('is made only while this very sign-in goes on', async () => {
    const one = await signedIn()
    const valid = await stillValid(one)
    expect(await valid()).toBe(true)
    await createLoginSession(one.userId, NO_TRACE)
    await db().loginSession.update({ where: { id: one.sessionId }, data: { revokedAt: ago(0) } })
    expect(await valid()).toBe(false)
  })

  it('is no other person’s, whoever has the sign-in by then', async () => {
    const one = await signedIn()
    const { userId } = await signedIn()
    const valid = await stillValid(one)
    await db().loginSession.update({ where: { id: one.sessionId }, data: { userId } })
    expect(await valid()).toBe(false)
  })
})
