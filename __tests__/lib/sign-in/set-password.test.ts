import { createHash, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { changePassword } from '@/lib/sign-in/change-password'
import { createLoginSession, createPasswordSession } from '@/lib/sign-in/login-session'
import { hashPassword } from '@/lib/sign-in/password'
import { findSignedIn } from '@/lib/sign-in/session-actor'
import {
  makeSetPasswordLink,
  peekSetPasswordLink,
  setPassword,
  spentSetPasswordLink,
} from '@/lib/sign-in/set-password'
import { signInWithPassword } from '@/lib/sign-in/sign-in'
import { db } from '@/lib/db/client'
import { atOnce } from '../../support/at-once'
import { makeClub, makeMember, useDatabase, type Member } from '../../support/club'
import { forgetAttempts, givePassword, PASSWORD } from '../../support/sign-in'

useDatabase()
beforeEach(forgetAttempts)

const NEXT = 'another one with several plain words'
const CHOSEN = 'what its owner chose by their own link'
const NO_TRACE = { requestId: null, address: null, userAgent: null }
const newMember = async () => makeMember((await makeClub()).id, ['COACH'])
const makeLink = async ({ userId }: Member, kind: 'proving' | 'handed' = 'proving') =>
  (await db().$transaction((tx) => makeSetPasswordLink(tx, userId, kind))).split('#')[1]!
const signsIn = async ({ email }: Member, password: string) =>
  (await signInWithPassword({ email, password, address: '192.0.2.1' })).ok
const userOf = ({ userId }: Member) => db().user.findUniqueOrThrow({ where: { id: userId } })

async function signedIn(member: Member) {
  const sessionId = await createLoginSession(member.userId, NO_TRACE)
  const found = await findSignedIn({ userId: member.userId, sessionId })
  return found!
}

describe('a link to set a password', () => {
  it('works once, shows whose it is, and proves the address', async () => {
    const member = await newMember()
    await db().user.update({ where: { id: member.userId }, data: { emailVerified: null } })
    const token = await makeLink(member)
    expect(await peekSetPasswordLink(token)).toEqual({ email: member.email, identities: [] })
    expect(await setPassword(token, PASSWORD)).toEqual({ ok: true, email: member.email })
    expect(await signsIn(member, PASSWORD)).toBe(true)
    expect((await userOf(member)).emailVerified).not.toBeNull()
    expect(await peekSetPasswordLink(token)).toBeNull()
    expect(await setPassword(token, NEXT)).toEqual({ ok: false, reason: 'link' })
    expect(await signsIn(member, PASSWORD)).toBe(true)
  })

  it('proves nothing when a club handed it over', async () => {
    const member = await newMember()
    await db().user.update({ where: { id: member.userId }, data: { emailVerified: null } })
    expect(await setPassword(await makeLink(member, 'handed'), PASSWORD)).toMatchObject({ ok: true })
    expect((await userOf(member)).emailVerified).toBeNull()
  })

  it('is used by exactly one of 20 at once', async () => {
    const member = await newMember()
    const token = await makeLink(member)
    const passwordOf = (i: number) => `${NEXT} number ${i}`
    const won = await atOnce(20, async (i) => {
      const answer = await setPassword(token, passwordOf(i))
      if (!answer.ok) expect(answer).toEqual({ ok: false, reason: 'link' })
      return answer.ok ? [i] : []
    })
    expect(won.flat()).toHaveLength(1)
    expect(await signsIn(member, passwordOf(won.flat()[0]!))).toBe(true)
  })

  it('G1: is 256 random bits, of which the database keeps the digest', async () => {
    const member = await newMember()
    const token = await makeLink(member)
    expect(Buffer.from(token, 'base64url')).toHaveLength(32)
    const rows = await db().verificationToken.findMany({ where: { identifier: { contains: member.userId } } })
    expect(rows).toEqual([
      {
        identifier: `set-password:${member.userId}`,
        token: createHash('sha256').update(token).digest('hex'),
        expires: expect.any(Date),
      },
    ])
  })

  it('lives 24 hours', async () => {
    const member = await newMember()
    const token = await makeLink(member)
    const { expires } = await db().verificationToken.findFirstOrThrow({
      where: { identifier: { contains: member.userId } },
    })
    expect(Math.abs(expires.getTime() - Date.now() - 24 * 3600 * 1000)).toBeLessThan(10_000)
    await db().verificationToken.updateMany({
      where: { identifier: { contains: member.userId } },
      data: { expires: new Date(Date.now() - 1) },
    })
    expect(await peekSetPasswordLink(token)).toBeNull()
    expect(await setPassword(token, PASSWORD)).toEqual({ ok: false, reason: 'link' })
  })

  it.each(['proving', 'handed'] as const)('voids every older one, %s ones too', async (kind) => {
    const member = await newMember()
    const older = await makeLink(member, kind)
    const newer = await makeLink(member)
    expect(await setPassword(older, PASSWORD)).toEqual({ ok: false, reason: 'link' })
    expect(await setPassword(newer, PASSWORD)).toMatchObject({ ok: true })
    const links = await atOnce(8, () => makeLink(member, kind))
    const good = await Promise.all(links.map(peekSetPasswordLink))
    expect(good.filter(Boolean)).toHaveLength(1)
  })

  it('is none for a disabled user, nor is any other text, nor a spent one', async () => {
    const member = await newMember()
    const token = await makeLink(member)
    await db().user.update({ where: { id: member.userId }, data: { disabledAt: new Date() } })
    const others = [
      '',
      'x',
      '\u0000',
      token.slice(1),
      spentSetPasswordLink().split('#')[1]!,
      createHash('sha256').update(token).digest('hex'),
    ]
    for (const text of [token, ...others]) {
      expect(await peekSetPasswordLink(text)).toBeNull()
      expect(await setPassword(text, PASSWORD)).toEqual({ ok: false, reason: 'link' })
    }
  })

  it('ends every sign-in of the user', async () => {
    const member = await newMember()
    const { userId, sessionId } = await signedIn(member)
    await setPassword(await makeLink(member), PASSWORD)
    expect(await findSignedIn({ userId, sessionId })).toBeNull()
  })

  it('ends a sign-in, too, that was let in by the old password and is still being recorded', async () => {
    const member = await newMember()
    await givePassword(member)
    const attempt = await signInWithPassword({ email: member.email, password: PASSWORD, address: null })
    if (!attempt.ok) throw new Error('not let in')
    await setPassword(await makeLink(member), NEXT)
    expect(await createPasswordSession(member.userId, attempt.passwordHash, NO_TRACE)).toBeNull()
    expect(await db().loginSession.count({ where: { userId: member.userId } })).toBe(0)
  })

  it('is not used up by a password that is refused', async () => {
    const member = await newMember()
    const token = await makeLink(member)
    expect(await setPassword(token, 'too short')).toMatchObject({ ok: false, reason: 'password' })
    expect(await setPassword(token, PASSWORD)).toMatchObject({ ok: true })
  })
})

describe('a password', () => {
  const long = (length: number) =>
    Array.from({ length }, (_, i) => String.fromCodePoint(0x1f600 + ((i * 7) % 60))).join('')

  it.each([
    ['of 11 characters', 'kQ3v-8sPz_1', 'at least 12'],
    ['of 11 characters that take 22 units', long(11), 'at least 12'],
    ['of 257 characters', long(257), 'at most 256'],
    ['that everybody takes', 'password1234', 'guess'],
    ['of one character', 'aaaaaaaaaaaaaaaa', 'guess'],
    ['along the keyboard', 'qwertyuiopasdf', 'guess'],
    ['that counts', '123456789012345', 'guess'],
    ['that is no text', `${PASSWORD}\ud800`, 'text'],
  ])('%s is refused', async (_, password, why) => {
    const token = await makeLink(await newMember())
    expect(await setPassword(token, password)).toEqual({
      ok: false,
      reason: 'password',
      message: expect.stringContaining(why),
    })
  })

  it('that is the address is refused', async () => {
    const member = await newMember()
    const email = `johannes.${randomUUID().slice(0, 4)}@example.test`
    await db().user.update({ where: { id: member.userId }, data: { email } })
    const token = await makeLink(member)
    for (const password of [email, `${email}1`])
      expect(await setPassword(token, password)).toMatchObject({ ok: false, reason: 'password' })
  })

  it('of 256 characters is kept whole', async () => {
    const member = await newMember()
    const password = long(256)
    expect(await setPassword(await makeLink(member), password)).toMatchObject({ ok: true })
    expect(await signsIn(member, password)).toBe(true)
    expect(await signsIn(member, long(255))).toBe(false)
  })

  it.each([
    'mnopqrstuvwxyz plus nothing else',
    'KUCHENESSENDEZEBRAS',
    '  spaces count, too  ',
    'пароль из простых слов',
  ])('needs no digit, case or sign: %s', async (password) => {
    const member = await newMember()
    expect(await setPassword(await makeLink(member), password)).toMatchObject({ ok: true })
    expect(await signsIn(member, password)).toBe(true)
  })

  it('is compared as typed: nothing is trimmed, folded or normalised', async () => {
    const member = await newMember()
    const password = ' Cafe\u0301 with plenty of Milk '
    await setPassword(await makeLink(member), password)
    for (const other of [password.trim(), password.toLowerCase(), password.normalize('NFC')])
      expect(await signsIn(member, other)).toBe(false)
    expect(await signsIn(member, password)).toBe(true)
  })

  it('takes no long search: 256 characters are judged within a second', async () => {
    const token = await makeLink(await newMember())
    // Of the processor: a busy machine makes everything take longer.
    const before = process.threadCpuUsage()
    await setPassword(token, 'p@ssw0rdqwerty'.repeat(19).slice(0, 256))
    const { user, system } = process.threadCpuUsage(before)
    expect((user + system) / 1000).toBeLessThan(1000)
  })

  it('is stored as argon2id with OWASP’s cost', async () => {
    const member = await newMember()
    await setPassword(await makeLink(member), PASSWORD)
    expect((await userOf(member)).passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  })
})

describe('changing the password', () => {
  it('needs the current one, ends every sign-in but a new one in its place, and voids links', async () => {
    const member = await newMember()
    await givePassword(member)
    const [me, other] = [await signedIn(member), await signedIn(member)]
    const token = await makeLink(member)
    expect(await changePassword(me, { current: NEXT, next: NEXT }, NO_TRACE)).toEqual({
      ok: false,
      reason: 'current',
    })
    expect(await signsIn(member, PASSWORD)).toBe(true)
    const changed = await changePassword(me, { current: PASSWORD, next: NEXT }, NO_TRACE)
    expect(changed).toEqual({ ok: true, sessionId: expect.any(String) })
    expect(await signsIn(member, PASSWORD)).toBe(false)
    expect(await signsIn(member, NEXT)).toBe(true)
    // Somebody else may have a copy of this cookie: the person who changed the password gets a new one.
    for (const ended of [me, other]) expect(await findSignedIn(ended)).toBeNull()
    const { sessionId } = changed as { sessionId: string }
    expect(await findSignedIn({ userId: member.userId, sessionId })).not.toBeNull()
    expect(await peekSetPasswordLink(token)).toBeNull()
  })

  it('is done for a form that asks again, by the new one; each guess counts, and a wrong one is refused', async () => {
    const member = await newMember()
    await givePassword(member)
    const change = { current: PASSWORD, next: NEXT, again: true }
    const [me, other] = [await signedIn(member), await signedIn(member)]
    const first = await changePassword(me, { ...change, again: false }, NO_TRACE)
    expect(first).toMatchObject({ ok: true })
    expect(await findSignedIn(other)).toBeNull()
    expect(await changePassword(await signedIn(member), change, NO_TRACE)).toMatchObject({ ok: true })
    expect(await signsIn(member, NEXT)).toBe(true)
    const here = await signedIn(member)
    const notAgain = { ...change, again: false }
    expect(await changePassword(here, notAgain, NO_TRACE)).toEqual({ ok: false, reason: 'current' })
    await forgetAttempts()
    const guess = { current: 'a wrong guess', next: CHOSEN, again: true }
    const from = { ...NO_TRACE, address: '192.0.2.7' }
    for (let i = 0; i < 2; i++)
      expect(await changePassword(here, guess, from)).toEqual({ ok: false, reason: 'current' })
    // Of five guesses in all, the fifth is taken and the sixth is not.
    expect(await changePassword(here, guess, from)).toMatchObject({ ok: false, reason: 'slow_down' })
    expect(await signsIn(member, NEXT)).toBe(true)
  })

  it('holds the new one to the same rules', async () => {
    const member = await newMember()
    await givePassword(member)
    const change = { current: PASSWORD, next: 'password1234' }
    expect(await changePassword(await signedIn(member), change, NO_TRACE)).toMatchObject({
      ok: false,
      reason: 'password',
    })
    expect(await signsIn(member, PASSWORD)).toBe(true)
  })

  it('slows guessing at the current one like guessing at the sign-in page, and with it', async () => {
    const member = await newMember()
    await givePassword(member)
    const me = await signedIn(member)
    const change = { current: 'a wrong guess', next: NEXT }
    const from = { ...NO_TRACE, address: '192.0.2.1' }
    for (let i = 0; i < 5; i++)
      expect(await changePassword(me, change, from)).toEqual({ ok: false, reason: 'current' })
    const slowed = { ok: false, reason: 'slow_down', retryAfterSeconds: expect.any(Number) }
    expect(await changePassword(me, { ...change, current: PASSWORD }, from)).toEqual(slowed)
    expect(
      await signInWithPassword({ email: member.email, password: PASSWORD, address: '192.0.2.1' }),
    ).toEqual(slowed)
  })

  it('changes nothing once a link has set another password meanwhile: whoever knew the old one is out', async () => {
    const member = await newMember()
    await givePassword(member)
    const me = await signedIn(member)
    const token = await makeLink(member)
    let change: Promise<unknown> | undefined
    await db().$transaction(async (tx) => {
      await tx.$queryRaw`SELECT 1 FROM "User" WHERE "id" = ${member.userId}::uuid FOR NO KEY UPDATE`
      change = changePassword(me, { current: PASSWORD, next: NEXT }, NO_TRACE)
      await sleep(700)
      await tx.user.update({
        where: { id: member.userId },
        data: { passwordHash: await hashPassword(CHOSEN) },
      })
      await tx.loginSession.updateMany({ where: { userId: member.userId }, data: { revokedAt: new Date() } })
    })
    expect(await change).toEqual({ ok: false, reason: 'current' })
    expect(await signsIn(member, NEXT)).toBe(false)
    expect(await signsIn(member, CHOSEN)).toBe(true)
    expect(await peekSetPasswordLink(token)).not.toBeNull()
  })
})
