import { randomUUID } from 'node:crypto'
import type { Actor } from '@/lib/actor'
import { createLoginSession } from '@/lib/sign-in/login-session'
import { memberActor } from '@/lib/auth/member-actor'
import { sessionActor } from '@/lib/sign-in/session-actor'
import { requireStillValid } from '@/lib/auth/still-valid'
import { db } from '@/lib/db/client'
import { makeClub, makeMember, useDatabase, type Member } from '../../support/club'

// G4: what has changed since a request came in counts for its change. Each test takes one condition away.

useDatabase()
const NO_TRACE = { requestId: null, address: null, userAgent: null }

async function signedIn() {
  const { id: clubId, slug } = await makeClub()
  const member = await makeMember(clubId, ['COACH', 'ATHLETE'])
  const sessionId = await createLoginSession(member.userId, NO_TRACE)
  const actor = (await sessionActor({ userId: member.userId, sessionId }, slug, NO_TRACE))!
  return { slug, member, sessionId, actor }
}
const stands = (actor: Actor) =>
  db()
    .$transaction((tx) => requireStillValid(tx, actor))
    .then(
      () => true,
      (error: unknown) => (error as { code: string }).code,
    )
const inClub = ({ clubId, userId }: Member) => ({ clubId_userId: { clubId, userId } })

describe('a person who is signed in', () => {
  it('stands while nothing has changed', async () => {
    expect(await stands((await signedIn()).actor)).toBe(true)
  })

  it('does not once they have left, though they are active in another club', async () => {
    const { member, actor } = await signedIn()
    const another = await makeClub()
    await db().membership.create({
      data: { clubId: another.id, userId: member.userId, roles: [...member.roles] },
    })
    await db().membership.update({ where: inClub(member), data: { status: 'REMOVED' } })
    expect(await stands(actor)).toBe('not_found')
  })

  it('does not for somebody else’s membership', async () => {
    const { member, actor } = await signedIn()
    await makeMember(member.clubId, ['COACH', 'ATHLETE'])
    await db().membership.update({ where: inClub(member), data: { status: 'SUSPENDED' } })
    expect(await stands(actor)).toBe('not_found')
  })

  it('does not once they are disabled', async () => {
    const { member, actor } = await signedIn()
    await db().user.update({ where: { id: member.userId }, data: { disabledAt: new Date() } })
    expect(await stands(actor)).toBe('not_found')
  })

  it('does not once this sign-in has ended, though they have another one', async () => {
    const { member, sessionId, actor } = await signedIn()
    await createLoginSession(member.userId, NO_TRACE)
    await db().loginSession.update({ where: { id: sessionId }, data: { revokedAt: new Date() } })
    expect(await stands(actor)).toBe('not_found')
  })

  it('does not by a sign-in of somebody else, or of nobody', async () => {
    const { slug, member } = await signedIn()
    const other = await signedIn()
    for (const sessionId of [other.sessionId, randomUUID()])
      expect(await sessionActor({ userId: member.userId, sessionId }, slug, NO_TRACE)).toBeNull()
  })

  it('does not with a role less', async () => {
    const { member, actor } = await signedIn()
    await db().membership.update({ where: inClub(member), data: { roles: ['COACH'] } })
    expect(await stands(actor)).toBe('forbidden')
  })
})

describe('a person whom another app vouches for', () => {
  const vouched = (userId: string, slug: string, stillValid?: () => Promise<boolean>) =>
    memberActor(
      { userId, sessionId: 'host', authenticatedAt: new Date(), ...(stillValid && { stillValid }) },
      slug,
      NO_TRACE,
    )

  it('stands without a sign-in of ours, for as long as the app says so', async () => {
    const { member, slug } = await signedIn()
    let valid = true
    const actor = await vouched(member.userId, slug, () => Promise.resolve(valid))
    expect(actor).toMatchObject({ clubId: member.clubId, roles: member.roles })
    expect(await stands(actor)).toBe(true)
    valid = false
    expect(await stands(actor)).toBe('not_found')
  })

  it('does not once they have left or are disabled', async () => {
    for (const change of [
      ({ userId }: Member) => db().user.update({ where: { id: userId }, data: { disabledAt: new Date() } }),
      (member: Member) => db().membership.update({ where: inClub(member), data: { status: 'REMOVED' } }),
    ]) {
      const { member, slug } = await signedIn()
      const actor = await vouched(member.userId, slug)
      await change(member)
      expect(await stands(actor)).toBe('not_found')
      await expect(vouched(member.userId, slug)).rejects.toMatchObject({ code: 'not_found' })
    }
  })

  it('is no service account, and no member of another club', async () => {
    const { member, slug } = await signedIn()
    const other = await signedIn()
    await expect(vouched(other.member.userId, slug)).rejects.toMatchObject({ code: 'not_found' })
    const account = await db().user.create({
      data: {
        name: 'a machine',
        kind: 'service',
        memberships: { create: { clubId: member.clubId, roles: ['COACH'], vouched: true } },
      },
    })
    await expect(vouched(account.id, slug)).rejects.toMatchObject({ code: 'not_found' })
  })
})
