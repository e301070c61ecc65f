import { randomUUID } from 'node:crypto'
import { RateLimiterPrisma } from 'rate-limiter-flexible'
import { signInWithPassword } from '@/lib/sign-in/sign-in'
import { closeDb, db } from '@/lib/db/client'
import { atOnce } from '../../support/at-once'
import { makeClub, makeMember, useDatabase } from '../../support/club'
import { forgetAttempts, givePassword, PASSWORD } from '../../support/sign-in'

useDatabase()
beforeEach(forgetAttempts)

const HERE = '192.0.2.1'
const WRONG = 'not this one, for certain'

async function setup() {
  const member = await makeMember((await makeClub()).id, ['COACH'])
  await givePassword(member)
  const attempt = (password: string, { email = member.email, address = HERE as string | null } = {}) =>
    signInWithPassword({ email, password, address })
  const fail = async (times: number, options = {}) => {
    for (let i = 0; i < times; i++)
      expect(await attempt(WRONG, options)).toEqual({ ok: false, reason: 'refused' })
  }
  return { member, attempt, fail }
}
const slowed = { ok: false, reason: 'slow_down', retryAfterSeconds: expect.any(Number) }

describe('signing in with a password', () => {
  it('lets in whoever knows it, by their address in upper or lower case', async () => {
    const { member, attempt } = await setup()
    expect(await attempt(PASSWORD)).toMatchObject({ ok: true, userId: member.userId })
    expect(await attempt(PASSWORD, { email: `  ${member.email.toUpperCase()} ` })).toMatchObject({
      ok: true,
      userId: member.userId,
    })
  })

  it('refuses a wrong password, an unknown address, an account without one, and a disabled user with the same words', async () => {
    const { member, attempt } = await setup()
    const refused = { ok: false, reason: 'refused' }
    expect(await attempt(WRONG)).toEqual(refused)
    expect(await attempt(PASSWORD, { email: `${randomUUID()}@example.test` })).toEqual(refused)
    await db().user.update({ where: { id: member.userId }, data: { disabledAt: new Date() } })
    expect(await attempt(PASSWORD)).toEqual(refused)
    await db().user.update({ where: { id: member.userId }, data: { disabledAt: null, passwordHash: null } })
    expect(await attempt(PASSWORD)).toEqual(refused)
  })
})

describe('guessing', () => {
  it('is slowed after 5 attempts at an account from an address, even with the right password', async () => {
    const { attempt, fail } = await setup()
    await fail(5)
    expect(await attempt(PASSWORD)).toEqual(slowed)
    const { retryAfterSeconds } = (await attempt(PASSWORD)) as { retryAfterSeconds: number }
    expect(retryAfterSeconds).toBeGreaterThan(14 * 60)
    expect(retryAfterSeconds).toBeLessThanOrEqual(15 * 60)
  })

  it('at an address that nobody has is slowed alike', async () => {
    const { attempt, fail } = await setup()
    const options = { email: `${randomUUID()}@example.test` }
    await fail(5, options)
    expect(await attempt(WRONG, options)).toEqual(slowed)
  })

  it('does not lock the member out elsewhere', async () => {
    const { attempt, fail } = await setup()
    await fail(5)
    expect(await attempt(PASSWORD, { address: '192.0.2.2' })).toMatchObject({ ok: true })
  })

  it('does not lock the member out elsewhere, however often one address tries', async () => {
    const { attempt, fail } = await setup()
    await fail(5)
    for (let i = 0; i < 60; i++) expect(await attempt(WRONG)).toEqual(slowed)
    expect(await attempt(PASSWORD, { address: '192.0.2.2' })).toMatchObject({ ok: true })
  })

  it('counts an IPv6 network of 64 bits as one address: one subscriber has all of it', async () => {
    const { attempt, fail } = await setup()
    for (let i = 1; i <= 5; i++) await fail(1, { address: `2001:db8::${i}:${i}` })
    expect(await attempt(PASSWORD, { address: '2001:db8:0:0:ffff::1' })).toEqual(slowed)
    expect(await attempt(PASSWORD, { address: '2001:db8:0:1::1' })).toMatchObject({ ok: true })
  })

  it('from very many addresses at one account ends after 50', async () => {
    const { attempt, fail } = await setup()
    for (let i = 0; i < 50; i++) await fail(1, { address: `198.51.100.${i}` })
    expect(await attempt(PASSWORD, { address: '192.0.2.2' })).toEqual(slowed)
  })

  it('from an address that is over its limit leaves nothing behind, whatever accounts it names', async () => {
    const { attempt } = await setup()
    const tryAnyone = () => attempt(WRONG, { email: `${randomUUID()}@example.test` })
    for (let i = 0; i < 50; i++) await tryAnyone()
    const kept = await db().rateLimiterFlexible.count()
    for (let i = 0; i < 20; i++) expect(await tryAnyone()).toEqual(slowed)
    expect(await db().rateLimiterFlexible.count()).toBe(kept)
  })

  it('at very many accounts from one address ends after 50', async () => {
    const { attempt, fail } = await setup()
    for (let i = 0; i < 50; i++) await fail(1, { email: `${i}@example.test` })
    expect(await attempt(PASSWORD)).toEqual(slowed)
  })

  it('is counted exactly: of 40 attempts at once no more than 5 are checked', async () => {
    const { attempt } = await setup()
    const results = await atOnce(40, () => attempt(WRONG))
    const checked = results.filter((one) => !one.ok && one.reason === 'refused')
    expect(checked.length).toBeGreaterThan(0)
    expect(checked.length).toBeLessThanOrEqual(5)
    expect(await attempt(PASSWORD)).toEqual(slowed)
  })

  it('costs nothing to who knows the password: 20 sign-ins in a row', async () => {
    const { attempt } = await setup()
    for (let i = 0; i < 20; i++) expect(await attempt(PASSWORD)).toMatchObject({ ok: true })
  })

  it('is forgotten after 15 minutes', async () => {
    const { attempt, fail } = await setup()
    await fail(5)
    await db().rateLimiterFlexible.updateMany({ data: { expire: new Date(Date.now() - 1) } })
    expect(await attempt(PASSWORD)).toMatchObject({ ok: true })
  })

  it('leaves no address, of a person or a machine, in the clear', async () => {
    const { member, fail } = await setup()
    await fail(1)
    const rows = JSON.stringify(await db().rateLimiterFlexible.findMany())
    expect(rows).toContain('sign-in pair')
    expect(rows).not.toContain(member.email)
    expect(rows).not.toContain(HERE)
  })

  it('is swept by no timer, which would outlive the client', async () => {
    const timer = jest.spyOn(
      RateLimiterPrisma.prototype as unknown as { _clearExpiredHourAgo: () => void },
      '_clearExpiredHourAgo',
    )
    await closeDb()
    const { attempt } = await setup()
    await attempt(PASSWORD)
    expect(timer).not.toHaveBeenCalled()
    timer.mockRestore()
  })
})
