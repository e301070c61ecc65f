import { db } from '@/lib/db/client'
import { NOWHERE } from '@/lib/actor'
import { endOtherSignIns, endSignIn } from '@/lib/sign-in/end-sign-in'
import { listSignIns } from '@/lib/sign-in/list-sign-ins'
import { createLoginSession } from '@/lib/sign-in/login-session'
import { findSignedIn, type SignedIn } from '@/lib/sign-in/session-actor'
import { makeSetPasswordLink, peekSetPasswordLink } from '@/lib/sign-in/set-password'
import { twoClubs, useDatabase } from '../../support/club'
import { ageSession, membershipOf } from '../../support/sign-in'

useDatabase()

const refused = (code: string) => expect.objectContaining({ name: 'Refusal', code })
const signedIn = async (userId: string): Promise<SignedIn> => {
  const trace = { requestId: null, address: '203.0.113.7', userAgent: 'Mozilla/5.0 (X11; Linux) Firefox/140' }
  const person = await findSignedIn({ userId, sessionId: await createLoginSession(userId, trace) })
  if (!person) throw new Error('not signed in')
  return person
}
const isOver = async (person: SignedIn) => (await findSignedIn(person)) === null

async function setup() {
  const { home, rival } = await twoClubs()
  const { userId } = home.coach
  const [mine, lost, other] = [await signedIn(userId), await signedIn(userId), await signedIn(userId)]
  const recorded = async () =>
    (await db().auditEvent.findMany({ where: { targetId: (await membershipOf(home.coach)).id } })).map(
      ({ action }) => action,
    )
  return { home, rival, mine, lost, other, recorded }
}

it('lists one’s own sign-ins that go on: this one first, with where it was', async () => {
  const { mine, lost, other } = await setup()
  await db().loginSession.update({ where: { id: other.sessionId }, data: { expiresAt: new Date() } })
  const listed = await listSignIns(mine)
  expect(listed.map(({ id, isThis }) => [id, isThis])).toEqual([
    [mine.sessionId, true],
    [lost.sessionId, false],
  ])
  expect(listed[1]).toMatchObject({
    address: '203.0.113.7',
    userAgent: 'Mozilla/5.0 (X11; Linux) Firefox/140',
  })
})

it('ends one, on record, though this sign-in is not fresh; the others go on', async () => {
  const { mine, lost, other, recorded } = await setup()
  await ageSession(mine.sessionId, 600)
  await endSignIn(mine, { id: lost.sessionId }, NOWHERE)
  expect([await isOver(lost), await isOver(other), await isOver(mine)]).toEqual([true, false, false])
  expect(await recorded()).toEqual(['member.sign-in-end'])
})

it('finds nobody else’s, none that has ended and none that never was: the same answer', async () => {
  const { rival, mine, lost, recorded } = await setup()
  const theirs = await signedIn(rival.coach.userId)
  await endSignIn(mine, { id: lost.sessionId }, NOWHERE)
  for (const id of [theirs.sessionId, lost.sessionId, '0190d9a0-0000-7000-8000-000000000000'])
    await expect(endSignIn(mine, { id }, NOWHERE)).rejects.toEqual(refused('not_found'))
  expect(await isOver(theirs)).toBe(false)
  expect(await recorded()).toEqual(['member.sign-in-end'])
})

it('ends all others, and links that would set the password', async () => {
  const { rival, mine, lost, other, recorded } = await setup()
  const theirs = await signedIn(rival.coach.userId)
  const link = await db().$transaction((tx) => makeSetPasswordLink(tx, mine.userId, 'proving'))
  await endOtherSignIns(mine, NOWHERE)
  expect([await isOver(lost), await isOver(other), await isOver(mine), await isOver(theirs)]).toEqual([
    true,
    true,
    false,
    false,
  ])
  expect(await peekSetPasswordLink(link.split('#')[1]!)).toBeNull()
  expect(await recorded()).toEqual(['member.sign-in-end-others'])
})

it('lets nobody end others who has just been ended: of two that end each other one stays', async () => {
  const { mine, lost, other } = await setup()
  await endSignIn(mine, { id: lost.sessionId }, NOWHERE)
  await expect(endOtherSignIns(lost, NOWHERE)).rejects.toEqual(refused('missing_credentials'))
  await expect(endSignIn(lost, { id: mine.sessionId }, NOWHERE)).rejects.toEqual(
    refused('missing_credentials'),
  )
  const both = await Promise.allSettled([endOtherSignIns(mine, NOWHERE), endOtherSignIns(other, NOWHERE)])
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect([await isOver(mine), await isOver(other)].sort()).toEqual([false, true])
})
