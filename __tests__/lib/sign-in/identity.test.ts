import { randomUUID } from 'node:crypto'
import { NOWHERE } from '@/lib/actor'
import { resolveIdentity } from '@/lib/sign-in/identity'
import { createIdentitySession } from '@/lib/sign-in/login-session'
import { db } from '@/lib/db/client'
import { makeClub, makeMember, useDatabase, type Member } from '../../support/club'
import { linkTo } from '../../support/sign-in'

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

const identitiesOf = ({ userId }: Member) => db().account.findMany({ where: { userId } })
const unknown = { ok: false, reason: 'unknown_identity' }

describe('an identity that is linked', () => {
  it('is issuer and subject: its email may change, and another issuer’s same subject is somebody else', async () => {
    const { member, sub, claims } = await setup()
    await resolveIdentity({ issuer: TRUSTED, claims }, NOWHERE)
    expect(
      await resolveIdentity({ issuer: TRUSTED, claims: { sub, email: 'new@example.test' } }, NOWHERE),
    ).toMatchObject({
      ok: true,
      userId: member.userId,
    })
    expect(await resolveIdentity({ issuer: TRUSTED, claims: { sub } }, NOWHERE)).toMatchObject({
      ok: true,
      userId: member.userId,
    })
    expect(await resolveIdentity({ issuer: OTHER, claims }, NOWHERE)).toEqual(unknown)
    expect(
      await resolveIdentity(
        {
          issuer: TRUSTED,
          claims: { ...claims, sub: sub.toUpperCase(), email: 'x@example.test' },
        },
        NOWHERE,
      ),
    ).toEqual(unknown)
  })

  it('opens nothing for a disabled user', async () => {
    const { member, claims } = await setup()
    await resolveIdentity({ issuer: TRUSTED, claims }, NOWHERE)
    await db().user.update({ where: { id: member.userId }, data: { disabledAt: new Date() } })
    expect(await resolveIdentity({ issuer: TRUSTED, claims }, NOWHERE)).toEqual({
      ok: false,
      reason: 'AccessDenied',
    })
  })
})

describe('a sign-in by an identity', () => {
  it('is none once the identity was unlinked meanwhile, by a link that proved the address', async () => {
    const { member, sub, claims } = await setup()
    await resolveIdentity({ issuer: TRUSTED, claims }, NOWHERE)
    const identity = { issuer: TRUSTED, subject: sub }
    expect(await createIdentitySession(member.userId, identity, NOWHERE)).toEqual(expect.any(String))
    await db().account.deleteMany({ where: { userId: member.userId } })
    await linkTo(member.userId, { issuer: TRUSTED, claims: { sub: randomUUID() } })
    expect(await createIdentitySession(member.userId, identity, NOWHERE)).toBeNull()
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
      expect(await resolveIdentity({ issuer: TRUSTED, claims: given }, NOWHERE)).toMatchObject({
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
    expect(await resolveIdentity({ issuer: TRUSTED, claims: given }, NOWHERE)).toEqual(unknown)
    expect(await identitiesOf(member)).toEqual([])
  })

  it.each([undefined, false, 'false', 'yes', 1, null, 'TRUE'])(
    'is not where the issuer does not say that it verified the email: %p',
    async (said) => {
      const { member, claims } = await setup()
      expect(
        await resolveIdentity({ issuer: TRUSTED, claims: { ...claims, email_verified: said } }, NOWHERE),
      ).toMatchObject({ ok: false })
      expect(await identitiesOf(member)).toEqual([])
    },
  )

  it.each([OTHER, `${TRUSTED}/`, `${TRUSTED}.evil.test`, 'https://TRUSTED.test', ''])(
    'is not from an issuer that is not trusted for it: %p',
    async (issuer) => {
      const { member, claims } = await setup()
      expect(await resolveIdentity({ issuer, claims }, NOWHERE)).toMatchObject({ ok: false })
      expect(await identitiesOf(member)).toEqual([])
    },
  )

  it('is not where the address was never proven here, or its owner is disabled', async () => {
    const { member, claims } = await setup()
    await db().user.update({ where: { id: member.userId }, data: { emailVerified: null } })
    expect(await resolveIdentity({ issuer: TRUSTED, claims }, NOWHERE)).toEqual(unknown)
    await db().user.update({
      where: { id: member.userId },
      data: { emailVerified: new Date(), disabledAt: new Date() },
    })
    expect(await resolveIdentity({ issuer: TRUSTED, claims }, NOWHERE)).toEqual(unknown)
    expect(await identitiesOf(member)).toEqual([])
  })

  it('makes no account of its own', async () => {
    const email = `${randomUUID()}@example.test`
    expect(
      await resolveIdentity({ issuer: TRUSTED, claims: { sub: 'x', email, email_verified: true } }, NOWHERE),
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
    expect(await resolveIdentity({ issuer: TRUSTED, claims }, NOWHERE)).toEqual({
      ok: false,
      reason: 'AccessDenied',
    })
  })
})
