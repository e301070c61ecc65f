import { randomUUID } from 'node:crypto'
import { resolveIdentity } from '@/lib/auth/identity'
import { createIdentitySession, createLoginSession, endAllLoginSessions } from '@/lib/auth/login-session'
import { findSignedIn, type SignedIn } from '@/lib/auth/session-actor'
import { db } from '@/lib/db/client'
import { makeClub, makeMember, useDatabase, type Member } from '../../support/club'
import { ageSession } from '../../support/sign-in'

const TRUSTED = 'https://trusted.test'
const OTHER = 'https://other.test'
process.env.OIDC_TRUSTED_FOR_EMAIL = `https://another.test, ${TRUSTED}`

useDatabase()

async function setup() {
  const member = await makeMember((await makeClub()).id, ['COACH'])
  const sub = randomUUID()
  const claims = { sub, email: member.email, email_verified: true as unknown }
  return { member, sub, claims }
}

async function signedIn({ userId }: Member, minutes = 0): Promise<SignedIn> {
  const sessionId = await createLoginSession(userId, { requestId: null, address: null, userAgent: null })
  await ageSession(sessionId, minutes)
  return (await findSignedIn({ userId, sessionId }))!
}
const identitiesOf = ({ userId }: Member) => db().account.findMany({ where: { userId } })
const unknown = { ok: false, reason: 'unknown_identity' }

describe('an identity that is linked', () => {
  it('is issuer and subject: its email may change, and another issuer’s same subject is somebody else', async () => {
    const { member, sub, claims } = await setup()
    await resolveIdentity({ issuer: TRUSTED, claims })
    expect(await resolveIdentity({ issuer: TRUSTED, claims: { sub, email: 'new@example.test' } })).toEqual({
      ok: true,
      userId: member.userId,
    })
    expect(await resolveIdentity({ issuer: TRUSTED, claims: { sub } })).toEqual({
      ok: true,
      userId: member.userId,
    })
    expect(await resolveIdentity({ issuer: OTHER, claims })).toEqual(unknown)
    expect(
      await resolveIdentity({
        issuer: TRUSTED,
        claims: { ...claims, sub: sub.toUpperCase(), email: 'x@example.test' },
      }),
    ).toEqual(unknown)
  })

  it('opens nothing for a disabled user', async () => {
    const { member, claims } = await setup()
    await resolveIdentity({ issuer: TRUSTED, claims })
    await db().user.update({ where: { id: member.userId }, data: { disabledAt: new Date() } })
    expect(await resolveIdentity({ issuer: TRUSTED, claims })).toEqual({ ok: false, reason: 'AccessDenied' })
  })
})

describe('a sign-in by an identity', () => {
  it('is none once the identity was unlinked meanwhile, by a link that proved the address', async () => {
    const { member, claims } = await setup()
    await resolveIdentity({ issuer: TRUSTED, claims })
    const trace = { requestId: null, address: null, userAgent: null }
    expect(await createIdentitySession(member.userId, TRUSTED, trace)).toEqual(expect.any(String))
    await db().account.deleteMany({ where: { userId: member.userId } })
    expect(await createIdentitySession(member.userId, TRUSTED, trace)).toBeNull()
    expect(await db().loginSession.count({ where: { userId: member.userId } })).toBe(1)
  })
})

describe('an identity that nobody has yet', () => {
  it.each([
    ['says true', true],
    ['says "true"', 'true'],
  ])(
    'is linked by email, in any case, where the issuer is trusted for it and %s',
    async (_, email_verified) => {
      const { member, sub, claims } = await setup()
      const given = { ...claims, email: member.email.toUpperCase(), email_verified }
      expect(await resolveIdentity({ issuer: TRUSTED, claims: given })).toEqual({
        ok: true,
        userId: member.userId,
      })
      expect(await identitiesOf(member)).toMatchObject([{ provider: TRUSTED, providerAccountId: sub }])
    },
  )

  // U+212A, the Kelvin sign, is a "k" in lower case and somebody else's mailbox.
  it('is not linked by an address that only becomes the same when letters of other scripts are lowered', async () => {
    const { member, claims } = await setup()
    await db().user.update({ where: { id: member.userId }, data: { email: `k-${member.email}` } })
    const given = { ...claims, email: `\u212a-${member.email}` }
    expect(await resolveIdentity({ issuer: TRUSTED, claims: given })).toEqual(unknown)
    expect(await identitiesOf(member)).toEqual([])
  })

  it.each([undefined, false, 'false', 'yes', 1, null, 'TRUE'])(
    'is not where the issuer does not say that it verified the email: %p',
    async (said) => {
      const { member, claims } = await setup()
      expect(
        await resolveIdentity({ issuer: TRUSTED, claims: { ...claims, email_verified: said } }),
      ).toMatchObject({ ok: false })
      expect(await identitiesOf(member)).toEqual([])
    },
  )

  it.each([OTHER, `${TRUSTED}/`, `${TRUSTED}.evil.test`, 'https://TRUSTED.test', ''])(
    'is not from an issuer that is not trusted for it: %p',
    async (issuer) => {
      const { member, claims } = await setup()
      expect(await resolveIdentity({ issuer, claims })).toMatchObject({ ok: false })
      expect(await identitiesOf(member)).toEqual([])
    },
  )

  it('is not where the address was never proven here, or its owner is disabled', async () => {
    const { member, claims } = await setup()
    await db().user.update({ where: { id: member.userId }, data: { emailVerified: null } })
    expect(await resolveIdentity({ issuer: TRUSTED, claims })).toEqual(unknown)
    await db().user.update({
      where: { id: member.userId },
      data: { emailVerified: new Date(), disabledAt: new Date() },
    })
    expect(await resolveIdentity({ issuer: TRUSTED, claims })).toEqual(unknown)
    expect(await identitiesOf(member)).toEqual([])
  })

  it('makes no account of its own', async () => {
    const email = `${randomUUID()}@example.test`
    expect(
      await resolveIdentity({ issuer: TRUSTED, claims: { sub: 'x', email, email_verified: true } }),
    ).toEqual(unknown)
    expect(await db().user.count({ where: { email } })).toBe(0)
  })

  it.each([
    null,
    undefined,
    'x',
    {},
    { sub: '' },
    { sub: 1 },
    { sub: 'x'.repeat(256) },
    { sub: 'x', email: 1 },
  ])('is none without claims: %p', async (claims) => {
    expect(await resolveIdentity({ issuer: TRUSTED, claims })).toEqual({ ok: false, reason: 'AccessDenied' })
  })
})

describe('bringing an identity while signed in', () => {
  it('links it to who is signed in, whatever its email and issuer', async () => {
    const { member, sub } = await setup()
    const identity = { issuer: OTHER, claims: { sub, email: 'private@example.test' } }
    expect(await resolveIdentity(identity, await signedIn(member))).toEqual({
      ok: true,
      userId: member.userId,
    })
    expect(await resolveIdentity(identity)).toEqual({ ok: true, userId: member.userId })
  })

  it('links nothing when the sign-in is more than 15 minutes old, not even by a trusted email', async () => {
    const { member, claims } = await setup()
    expect(await resolveIdentity({ issuer: TRUSTED, claims }, await signedIn(member, 15.1))).toEqual(unknown)
    expect(await identitiesOf(member)).toEqual([])
  })

  it('links nothing once that sign-in has ended meanwhile, by a link that proved the address', async () => {
    const { member, sub } = await setup()
    const squatter = await signedIn(member)
    await endAllLoginSessions(member.userId)
    expect(await resolveIdentity({ issuer: OTHER, claims: { sub } }, squatter)).toEqual(unknown)
    expect(await identitiesOf(member)).toEqual([])
  })

  it('takes nobody’s identity away: it signs its owner in', async () => {
    const { member, sub, claims } = await setup()
    await resolveIdentity({ issuer: TRUSTED, claims })
    const thief = await makeMember(member.clubId, ['ATHLETE'])
    expect(await resolveIdentity({ issuer: TRUSTED, claims }, await signedIn(thief))).toEqual({
      ok: true,
      userId: member.userId,
    })
    expect(await db().account.findMany({ where: { providerAccountId: sub } })).toMatchObject([
      { userId: member.userId },
    ])
  })

  it('of two people who bring one identity at once, one gets it', async () => {
    const { member, sub } = await setup()
    const second = await makeMember(member.clubId, ['ATHLETE'])
    const both = await Promise.all(
      [member, second].map(async (one) =>
        resolveIdentity({ issuer: OTHER, claims: { sub } }, await signedIn(one)),
      ),
    )
    const owners = await db().account.findMany({ where: { providerAccountId: sub } })
    expect(owners).toHaveLength(1)
    for (const one of both) if (one.ok) expect(one.userId).toBe(owners[0]!.userId)
    expect(both.some(({ ok }) => ok)).toBe(true)
  })
})
