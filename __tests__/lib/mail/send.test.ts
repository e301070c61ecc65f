import { randomUUID } from 'node:crypto'
import { makeSetPasswordLink, peekSetPasswordLink, setPassword } from '@/lib/auth/set-password'
import { db } from '@/lib/db/client'
import { sendMail } from '@/lib/mail/send'
import { inviteMember } from '@/lib/members/invite'
import { twoClubs, useDatabase } from '../../support/club'
import { givePassword, PASSWORD, sessionOf } from '../../support/sign-in'
import { PASSWORD as SMTP_PASSWORD, startSmtp, type Delivered } from '../../support/smtp'

let smtp: Awaited<ReturnType<typeof startSmtp>>
const printed: string[] = []
const write = process.stderr.write.bind(process.stderr)
// Before useDatabase: the environment is read once.
beforeAll(async () => {
  smtp = await startSmtp()
  process.env.SMTP_URL = smtp.url
  process.env.MAIL_FROM = 'clubkeys <keys@club.test>'
  process.stderr.write = ((chunk: string) => printed.push(chunk) > 0) as typeof write
})
afterAll(async () => {
  process.stderr.write = write
  await smtp.stop()
})
beforeEach(() => {
  smtp.mails.length = 0
  printed.length = 0
  smtp.refuseAll(false)
})
useDatabase()

/** Quoted-printable (RFC 2045 §6.7) to text. */
const bodyOf = ({ message }: Delivered) =>
  Buffer.from(
    message
      .split('\r\n\r\n')
      .slice(1)
      .join('\n\n')
      .replace(/=\r\n/g, '')
      .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  ).toString('utf8')
const newAddress = () => `${randomUUID()}@example.test`
const tokenIn = (text: string) => /\/set-password#([\w-]{43})/.exec(text)?.[1]

async function setup() {
  const { home, rival } = await twoClubs()
  const admin = await sessionOf(home.admin)
  const invite = async (email: string) => inviteMember(admin, { email, roles: ['ATHLETE'] })
  const mailTo = async (email: string) => {
    const invited = await invite(email)
    const [mail, ...more] = smtp.mails.splice(0)
    expect(more).toEqual([])
    expect(mail).toMatchObject({ from: 'keys@club.test', to: [email], user: 'mailer' })
    return { invited, mail: mail!, body: bodyOf(mail!) }
  }
  return { home, rival, admin, invite, mailTo }
}

describe('with SMTP, an invitation', () => {
  it('goes to the address alone: a plain-text mail with a link that proves it', async () => {
    const { mailTo } = await setup()
    const { invited, mail, body } = await mailTo(newAddress())
    expect(invited).toMatchObject({ mailed: true, setPasswordLink: null })
    expect(mail.message).toMatch(/^Content-Type: text\/plain; charset=utf-8\r$/m)
    expect(mail.message).toMatch(/^From: clubkeys <keys@club\.test>\r$/m)
    expect(await setPassword(tokenIn(body)!, PASSWORD)).toMatchObject({ ok: true, email: invited.user.email })
    expect(await db().user.findUnique({ where: { id: invited.user.id } })).toMatchObject({
      emailVerified: expect.any(Date),
    })
  })

  it('tells who can sign in already to do so, and its answer is the same', async () => {
    const { rival, mailTo } = await setup()
    await givePassword(rival.coach)
    const { invited, body } = await mailTo(rival.coach.email)
    expect(invited).toMatchObject({ mailed: true, setPasswordLink: null })
    expect(tokenIn(body)).toBeUndefined()
    expect(body).toContain('/sign-in')
  })

  it('has an address proven that another club only vouched for', async () => {
    const { rival, mailTo } = await setup()
    await givePassword(rival.coach)
    await db().user.update({ where: { id: rival.coach.userId }, data: { emailVerified: null } })
    const handed = (
      await db().$transaction((tx) => makeSetPasswordLink(tx, rival.coach.userId, 'handed'))
    ).split('#')[1]!
    const { body } = await mailTo(rival.coach.email)
    expect(await peekSetPasswordLink(handed)).toBeNull()
    expect(await setPassword(tokenIn(body)!, PASSWORD)).toMatchObject({ ok: true })
  })

  it('carries a club’s name without letting it write headers or another body', async () => {
    const { home, mailTo } = await setup()
    await db().club.update({
      where: { id: home.clubId },
      data: { name: 'Läufer\r\nBcc: spy@example.test\r\n\r\nClick here' },
    })
    const { mail } = await mailTo(newAddress())
    expect(mail.message.split('\r\n\r\n')[0]).not.toMatch(/^Bcc:/im)
    expect(mail.message).toMatch(/^Subject: =\?UTF-8\?/m)
  })
})

describe('a mail that the server does not take', () => {
  it('leaves the invitation standing and says so, without a link', async () => {
    const { invite } = await setup()
    smtp.refuseAll(true)
    const invited = await invite(newAddress())
    expect(invited).toMatchObject({ status: 'ACTIVE', mailed: false, setPasswordLink: null })
    expect(await db().membership.count({ where: { id: invited.id } })).toBe(1)
  })

  it('G1: is logged without its text, its address or the server’s password', async () => {
    smtp.refuseAll(true)
    const to = newAddress()
    expect(
      await sendMail({ to, subject: 'subject line', text: 'https://club.test/set-password#secret' }),
    ).toBe(false)
    const log = printed.join('')
    expect(log).toContain('a mail could not be sent')
    for (const secret of [to, 'subject line', 'set-password#', SMTP_PASSWORD])
      expect(log).not.toContain(secret)
  })
})

describe('sendMail', () => {
  it('takes two addresses for a bad one', async () => {
    expect(await sendMail({ to: 'one@example.test, two@example.test', subject: 's', text: 't' })).toBe(false)
    expect(smtp.mails).toEqual([])
  })
})
