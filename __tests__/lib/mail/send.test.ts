import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { NOWHERE } from '@/lib/actor'
import { changePassword } from '@/lib/sign-in/change-password'
import { resolveIdentity } from '@/lib/sign-in/identity'
import { createLoginSession } from '@/lib/sign-in/login-session'
import { requestPasswordLink } from '@/lib/sign-in/request-password-link'
import { findSignedIn } from '@/lib/sign-in/session-actor'
import { makeSetPasswordLink, peekSetPasswordLink, setPassword } from '@/lib/sign-in/set-password'
import { unlinkIdentity } from '@/lib/sign-in/unlink-identity'
import { db } from '@/lib/db/client'
import { getMember } from '@/lib/members/get'
import { makeInvitationLink } from '@/lib/members/invitation-link'
import { inviteMember } from '@/lib/members/invite'
import { makePasswordLink } from '@/lib/members/password-link'
import { removeMember } from '@/lib/members/remove'
import { resendInvitation } from '@/lib/members/resend-invitation'
import { twoClubs, useDatabase } from '../../support/club'
import { linksIn, readMail, sendMails, useMails } from '../../support/mails'
import { enters, forgetAttempts, givePassword, linkTo, PASSWORD, sessionOf } from '../../support/sign-in'
import { PASSWORD as SMTP_PASSWORD, startSmtp, type Delivered } from '../../support/smtp'

const TRUSTED = 'https://trusted.test'
process.env.OIDC_TRUSTED_FOR_EMAIL = TRUSTED

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
useMails()

const bodyOf = (mail: Delivered) => readMail(mail).text
const newAddress = () => `${randomUUID()}@example.test`
const tokenIn = (text: string) => /\/set-password#([\w-]{43})/.exec(text)?.[1]

const mailsTo = (email: string) => smtp.mails.filter(({ to }) => to.includes(email))

/** Waits for the next mail to this address with this text: nobody waits for a link that is asked for. */
async function told(email: string, text: string): Promise<string> {
  for (let i = 0; i < 100; i++) {
    await sendMails()
    const found = mailsTo(email)
      .map(bodyOf)
      .find((body) => body.includes(text))
    if (found) return found
    await sleep(50)
  }
  throw new Error(`no mail says ${text}`)
}

async function setup() {
  const { home, rival } = await twoClubs()
  const admin = await sessionOf(home.admin)
  const invite = async (email: string) => inviteMember(admin, { email, roles: ['ATHLETE'] })
  const mailTo = async (email: string) => {
    const invited = await invite(email)
    await sendMails()
    const [mail, ...more] = mailsTo(email)
    expect(more).toEqual([])
    expect(mail).toMatchObject({ from: 'keys@club.test', to: [email], user: 'mailer' })
    return { invited, mail: mail!, body: bodyOf(mail!) }
  }
  return { home, rival, admin, invite, mailTo }
}

describe('with SMTP, an invitation', () => {
  it('goes to the address alone, as text and HTML, with a link that proves it', async () => {
    const { mailTo } = await setup()
    const { invited, mail, body } = await mailTo(newAddress())
    expect(invited).toMatchObject({ mailed: true, setPasswordLink: null })
    expect(mail.message).toMatch(/^Content-Type: multipart\/alternative;/m)
    expect(linksIn(readMail(mail).html)).toEqual(linksIn(body))
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

describe('an invitation that the mail server refuses for good', () => {
  it('stands, says so, and a link from the admin’s hand opens their club alone', async () => {
    const { home, rival, admin, invite } = await setup()
    smtp.refuseAll(true)
    const email = newAddress()
    const invited = await invite(email)
    expect(invited).toMatchObject({ status: 'ACTIVE', mailed: true, invitation: { mail: 'waiting' } })
    await sendMails()
    expect(await getMember(admin, { id: invited.id })).toMatchObject({ invitation: { mail: 'failed' } })
    const { setPasswordLink } = await makeInvitationLink(admin, { id: invited.id })
    expect(await setPassword(tokenIn(setPasswordLink!)!, PASSWORD)).toMatchObject({ ok: true, email })
    expect(await enters(invited.user.id, home.slug)).toBe(true)
    await db().membership.create({
      data: { clubId: rival.clubId, userId: invited.user.id, roles: ['CLUB_ADMIN'] },
    })
    expect(await enters(invited.user.id, rival.slug)).toBe(false)
  })

  it('G1: is logged without its text, its address or the server’s password', async () => {
    const { home, invite } = await setup()
    smtp.refuseAll(true)
    const to = newAddress()
    await invite(to)
    // A line of each kind a second: the tests before this one had theirs.
    await sleep(1_100)
    printed.length = 0
    await sendMails()
    const log = printed.join('')
    expect(log).toContain('the mail server refused a mail for good')
    const { name } = await db().club.findUniqueOrThrow({ where: { id: home.clubId } })
    for (const secret of [to, name, 'set-password#', SMTP_PASSWORD]) expect(log).not.toContain(secret)
  })
})

describe('an invitation sent again', () => {
  it('is mailed, works, and voids the one of before', async () => {
    const { admin, mailTo } = await setup()
    const { invited, body } = await mailTo(newAddress())
    expect(await resendInvitation(admin, { id: invited.id })).toMatchObject({ id: invited.id, mailed: true })
    expect(await peekSetPasswordLink(tokenIn(body)!)).not.toBeNull()
    await sendMails()
    const second = bodyOf(mailsTo(invited.user.email)[1]!)
    expect(await peekSetPasswordLink(tokenIn(body)!)).toBeNull()
    expect(await setPassword(tokenIn(second)!, PASSWORD)).toMatchObject({ ok: true })
    const acts = await db().auditEvent.findMany({ where: { targetId: invited.id }, orderBy: { at: 'asc' } })
    expect(acts.map(({ action }) => action)).toEqual([
      'member.invite',
      'member.invite-again',
      'member.password-set',
    ])
  })

  it('is an admin’s, fresh, of a member of their own club', async () => {
    const { home, rival, admin, invite } = await setup()
    const { id } = await invite(newAddress())
    const send = async (actor: Parameters<typeof resendInvitation>[0]) => resendInvitation(actor, { id })
    for (const [actor, code] of [
      [await sessionOf(home.coach), 'forbidden'],
      [home.keys.admin.actor, 'forbidden'],
      [await sessionOf(home.admin, 15.1), 'reauthentication_required'],
      [await sessionOf(rival.admin), 'not_found'],
    ] as const)
      await expect(send(actor)).rejects.toMatchObject({ code })
    await expect(resendInvitation(admin, { id: randomUUID() })).rejects.toMatchObject({ code: 'not_found' })
    await removeMember(admin, { id })
    await expect(send(admin)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('withdrawn with the membership, is worth nothing', async () => {
    const { admin, mailTo } = await setup()
    const { invited, body } = await mailTo(newAddress())
    await removeMember(admin, { id: invited.id })
    expect(await peekSetPasswordLink(tokenIn(body)!)).toBeNull()
  })
})

describe('a forgotten password', () => {
  beforeEach(forgetAttempts)
  const from = (address: string) => ({ address })

  it('is helped by a mail to whoever has the address, in whatever form it is typed', async () => {
    const { home } = await setup()
    await givePassword(home.coach)
    await requestPasswordLink({ email: home.coach.email, ...from('192.0.2.1') })
    const body = await told(home.coach.email, 'Somebody asked for a new password')
    expect(await setPassword(tokenIn(body)!, 'several other words that were chosen')).toMatchObject({
      ok: true,
    })
  })

  it('of nobody, of somebody disabled, of a service account: answers the same, and mails nobody', async () => {
    const { home } = await setup()
    await db().user.update({ where: { id: home.athlete.userId }, data: { disabledAt: new Date() } })
    const stranger = newAddress()
    for (const email of [stranger, home.athlete.email])
      expect(await requestPasswordLink({ email, ...from('192.0.2.2') })).toBeUndefined()
    await requestPasswordLink({ email: home.coach.email, ...from('192.0.2.2') })
    await told(home.coach.email, 'Somebody asked for a new password')
    for (const email of [stranger, home.athlete.email]) expect(mailsTo(email)).toEqual([])
  })

  it('mails one address three times an hour, and one asker’s ten times in 15 minutes', async () => {
    const { home } = await setup()
    for (let i = 0; i < 5; i++)
      await requestPasswordLink({ email: home.coach.email, ...from(`192.0.2.${i}`) })
    for (let i = 0; i < 10; i++) await requestPasswordLink({ email: newAddress(), ...from('198.51.100.1') })
    await expect(requestPasswordLink({ email: newAddress(), ...from('198.51.100.1') })).rejects.toMatchObject(
      {
        code: 'forbidden',
      },
    )
    await requestPasswordLink({ email: home.admin.email, ...from('192.0.2.9') })
    await told(home.admin.email, 'Somebody asked for a new password')
    expect(mailsTo(home.coach.email).length).toBeLessThanOrEqual(3)
  })
})

describe('whoever has an account', () => {
  beforeEach(forgetAttempts)

  it('is told of each change of the ways into it', async () => {
    const { home } = await setup()
    const { userId, email } = home.coach
    await givePassword(home.coach)
    const sessionId = await createLoginSession(userId, NOWHERE)
    const me = (await findSignedIn({ userId, sessionId }))!
    const id = await linkTo(userId, { issuer: 'https://issuer.test', claims: { sub: randomUUID() } })
    await unlinkIdentity(me, { id }, NOWHERE)
    await told(email, 'issuer.test was unlinked from your account')
    await changePassword(me, { current: PASSWORD, next: 'another one with several words' }, NOWHERE)
    await told(email, 'password of your account was changed')
    const link = await makePasswordLink('operator:test', { email })
    await setPassword(tokenIn(link)!, PASSWORD)
    const body = await told(email, 'A new password was set')
    expect(body).toContain('/account')
  })

  it('is told of an identity that an issuer trusted for addresses links', async () => {
    const { home } = await setup()
    const claims = { sub: randomUUID(), email: home.coach.email.toUpperCase(), email_verified: true }
    expect(await resolveIdentity({ issuer: TRUSTED, claims }, NOWHERE)).toMatchObject({ ok: true })
    await told(home.coach.email, 'trusted.test was linked to your account')
  })
})
