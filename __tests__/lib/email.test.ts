import { canonicalEmail, email } from '@/contracts/email'
import { signInWithPassword } from '@/lib/sign-in/sign-in'
import { db } from '@/lib/db/client'
import { inviteMember } from '@/lib/members/invite'
import { twoClubs, useDatabase } from '../support/club'
import { forgetAttempts, givePassword, PASSWORD, sessionOf } from '../support/sign-in'

useDatabase()
beforeEach(forgetAttempts)

describe('an email address', () => {
  it.each([
    ['Carl@Example.TEST', 'carl@example.test'],
    [' carl@example.test ', 'carl@example.test'],
    ['info@Käse.example', 'info@xn--kse-qla.example'],
    ['info@xn--kse-qla.example', 'info@xn--kse-qla.example'],
    // A + combining diaeresis is the same letter.
    ['info@Ka\u0308se.example', 'info@xn--kse-qla.example'],
    ['post@straße.example', 'post@xn--strae-oqa.example'],
    ['pochta@пример.рф', 'pochta@xn--e1afmkfd.xn--p1ai'],
    ['info@例え.テスト', 'info@xn--r8jz45g.xn--zckzah'],
    // The ideographic full stop ends a label (UTS #46).
    ['info@例え。テスト', 'info@xn--r8jz45g.xn--zckzah'],
    ["o'neil+a_b-c.d@sub.example.co", "o'neil+a_b-c.d@sub.example.co"],
  ])('%j has one form: %s', (typed, kept) => {
    expect(canonicalEmail(typed)).toBe(kept)
    expect(email.parse(typed)).toBe(kept)
    expect(canonicalEmail(kept)).toBe(kept)
  })

  it.each([
    '',
    '@',
    'a',
    'a@',
    '@b.test',
    'a@b',
    'a@1.2.3.4',
    'a@[::1]',
    'a@0x7f.1',
    'a b@c.test',
    'a@b.test/x',
    'a@b.test?x',
    'a@b.test#x',
    'a@b.test:80',
    'a@u:p@b.test',
    'a..b@c.test',
    '.a@c.test',
    'a.@c.test',
    'a@-b.test',
    'a@b-.test',
    'a@b..test',
    'k\u212a@c.test',
    'ä@c.test',
    'a@b.test, c@d.test',
    '"a"@b.test',
    'a\u0000@b.test',
    'a@b\u0000.test',
    'a@b.test\nBcc: x@y.test',
    '\u202ea@b.test',
    'a@%62.test',
    `${'a'.repeat(250)}@b.test`,
    `a@${'b'.repeat(64)}.test`,
    1,
    null,
    {},
  ])('%j is none', (typed) => {
    expect(email.safeParse(typed).success).toBe(false)
  })

  it('is the same person however its domain is written: inviting, and signing in', async () => {
    const { home } = await twoClubs()
    const admin = await sessionOf(home.admin)
    const invite = (typed: string) => inviteMember(admin, { email: email.parse(typed), roles: ['COACH'] })
    const { user } = await invite('info@Zürich.example')
    expect(user.email).toBe('info@xn--zrich-kva.example')
    await expect(invite('info@xn--zrich-kva.example')).rejects.toMatchObject({ code: 'conflict' })
    await givePassword({ userId: user.id })
    for (const typed of ['info@Zürich.example', 'INFO@XN--ZRICH-KVA.example'])
      expect(await signInWithPassword({ email: typed, password: PASSWORD, address: null })).toMatchObject({
        ok: true,
      })
    expect(await db().user.count({ where: { email: { contains: 'rich' } } })).toBe(1)
  })
})
