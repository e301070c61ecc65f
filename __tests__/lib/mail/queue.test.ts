import { randomUUID } from 'node:crypto'
import { db } from '@/lib/db/client'
import { claimMails } from '@/lib/mail/claim'
import { queueMail } from '@/lib/mail/queue'
import { sendClaimedMail } from '@/lib/mail/send-claimed-mail'
import { inviteMember } from '@/lib/members/invite'
import { removeMember } from '@/lib/members/remove'
import { resendInvitation } from '@/lib/members/resend-invitation'
import { withdrawInvitation } from '@/lib/members/withdraw-invitation'
import { queuePasswordLink } from '@/lib/sign-in/request-password-link'
import { peekSetPasswordLink, setPassword } from '@/lib/sign-in/set-password'
import { sweepAlso, sweep } from '@/lib/sweep/sweep'
import { outdatedMails } from '@/lib/mail/outdated'
import { twoClubs, useDatabase } from '../../support/club'
import { readMail, sendMails, subjectOf, useMails } from '../../support/mails'
import { PASSWORD, sessionOf } from '../../support/sign-in'
import { startSmtp, type Smtp } from '../../support/smtp'

let smtp: Smtp
// Before useDatabase: the environment is read once.
beforeAll(async () => {
  smtp = await startSmtp()
  process.env.SMTP_URL = smtp.url
  process.env.MAIL_FROM = 'clubkeys <keys@club.test>'
})
useDatabase()
useMails()
afterAll(() => smtp.stop())
beforeEach(async () => {
  smtp.mails.length = 0
  smtp.answer(undefined)
  await db().outgoingMail.deleteMany()
})

const newAddress = () => `${randomUUID()}@example.test`
const mailsTo = (email: string) => smtp.mails.filter(({ to }) => to.includes(email))
const tokenIn = (text: string) => /\/set-password#([\w-]{43})/.exec(text)?.[1] ?? ''
const tokensTo = (email: string) => mailsTo(email).map((mail) => tokenIn(readMail(mail).text))
const isGood = async (token: string) => (await peekSetPasswordLink(token)) !== null
const dueNow = () => db().outgoingMail.updateMany({ data: { dueAt: new Date() } })
const theOne = () => db().outgoingMail.findFirstOrThrow()
const inSeconds = (at: Date) => (at.getTime() - Date.now()) / 1000

async function setup() {
  const { home, rival } = await twoClubs()
  const admin = await sessionOf(home.admin)
  const email = newAddress()
  const invite = () => inviteMember(admin, { email, roles: ['ATHLETE'] })
  const ask = (userId = home.coach.userId) => db().$transaction((tx) => queuePasswordLink(tx, userId))
  return { home, rival, admin, email, invite, ask }
}

describe('a queued mail', () => {
  it('goes with its change: what is rolled back mails nobody', async () => {
    const { home } = await setup()
    const { userId } = home.coach
    const failing = db().$transaction(async (tx) => {
      await queueMail(tx, { kind: 'password-link', userId, params: {} })
      throw new Error('the change failed')
    })
    await expect(failing).rejects.toThrow('the change failed')
    expect(await db().outgoingMail.count()).toBe(0)
  })

  it('is there once under one name, whoever queues it', async () => {
    const { home } = await setup()
    const mail = {
      kind: 'account-changed',
      userId: home.coach.userId,
      params: { is: 'password-set' },
      once: randomUUID(),
    } as const
    await Promise.all([1, 2, 3].map(() => db().$transaction((tx) => queueMail(tx, mail, mail))))
    expect(await db().outgoingMail.count()).toBe(1)
  })

  it('holds neither link nor address: both are found when it is sent', async () => {
    const { email, invite } = await setup()
    await invite()
    const row = JSON.stringify(await theOne())
    await sendMails()
    const [token = ''] = tokensTo(email)
    expect(await isGood(token)).toBe(true)
    const after = JSON.stringify(await db().outgoingMail.findMany())
    for (const text of [row, after]) {
      expect(text).not.toContain(token)
      expect(text).not.toContain(email)
    }
  })

  it('of somebody who waits for it goes out before reminders that were queued earlier', async () => {
    const { home, ask } = await setup()
    const params = { clubId: home.clubId, newAdminId: home.coach.userId, by: null }
    await queueMail(db(), { kind: 'new-admin', userId: home.admin.userId, params })
    await ask()
    expect((await claimMails(1)).map(({ kind }) => kind)).toEqual(['password-link'])
  })

  it('that waits makes room for the same one asked for again', async () => {
    const { home, ask } = await setup()
    await ask()
    await ask()
    await ask(home.athlete.userId)
    await sendMails()
    expect(mailsTo(home.coach.email)).toHaveLength(1)
    expect(mailsTo(home.athlete.email)).toHaveLength(1)
    expect((await db().outgoingMail.findMany()).map(({ outcome }) => outcome).sort()).toEqual([
      'replaced',
      'sent',
      'sent',
    ])
  })

  it('is not sent to somebody whose invitation was withdrawn meanwhile, or who was removed', async () => {
    const { admin, email, invite } = await setup()
    const { id } = await invite()
    await withdrawInvitation(admin, { id })
    await sendMails()
    await invite()
    await removeMember(admin, { id })
    await sendMails()
    expect(mailsTo(email)).toEqual([])
    expect((await db().outgoingMail.findMany()).map(({ outcome }) => outcome)).toEqual([
      'unneeded',
      'unneeded',
    ])
  })

  it('is not sent to somebody who was disabled meanwhile', async () => {
    const { home, ask } = await setup()
    await ask()
    await db().user.update({ where: { id: home.coach.userId }, data: { disabledAt: new Date() } })
    await sendMails()
    expect(mailsTo(home.coach.email)).toEqual([])
  })

  it('is deleted 30 days after it ended, and not while it waits', async () => {
    const { home, ask } = await setup()
    sweepAlso(outdatedMails)
    const old = new Date(Date.now() - 31 * 86_400_000)
    const row = { userId: home.coach.userId, kind: 'password-link', params: {}, rank: 0, at: old }
    await db().outgoingMail.create({ data: { ...row, endedAt: old, outcome: 'sent' } })
    await ask()
    expect((await sweep()).OutgoingMail).toBe(1)
    expect(await db().outgoingMail.count()).toBe(1)
  })
})

describe('a mail that does not go out', () => {
  it.each([
    ['refuses it for good', 550, { outcome: 'refused', trouble: '550' }],
    ['cannot take it now', 451, { outcome: null, trouble: '451' }],
    ['closes the connection', 421, { outcome: null, trouble: 'ECONNECTION' }],
  ])('where the mail server %s: %i', async (_, code, left) => {
    const { ask } = await setup()
    await ask()
    smtp.answer(code)
    await sendMails()
    expect(await theOne()).toMatchObject({ ...left, attempts: 1 })
    if (left.outcome === null) expect(inSeconds((await theOne()).dueAt)).toBeLessThan(6)
  })

  it('is tried again with growing pauses, and arrives once', async () => {
    const { home, ask } = await setup()
    await ask()
    smtp.answer(451)
    const pauses: number[] = []
    for (let i = 0; i < 4; i++) {
      await sendMails()
      pauses.push(inSeconds((await theOne()).dueAt))
      await dueNow()
    }
    expect(
      pauses.map((pause) => [5, 30, 120, 600].find((one) => pause > one * 0.85 && pause < one * 1.15)),
    ).toEqual([5, 30, 120, 600])
    smtp.answer(undefined)
    await sendMails()
    expect(mailsTo(home.coach.email)).toHaveLength(1)
    expect(await theOne()).toMatchObject({ outcome: 'sent', attempts: 5 })
  })

  it('is given up after three days, and the members’ page says so', async () => {
    const { admin, invite } = await setup()
    const { id } = await invite()
    await db().outgoingMail.updateMany({ data: { at: new Date(Date.now() - 73 * 3_600_000) } })
    await sendMails()
    expect(smtp.mails).toEqual([])
    expect(await theOne()).toMatchObject({ outcome: 'gave-up' })
    const { mail } = await db().invitation.findFirstOrThrow({ where: { member: { id } } })
    expect(mail).toBe('failed')
    expect(await resendInvitation(admin, { id })).toMatchObject({
      mailed: true,
      invitation: { mail: 'waiting' },
    })
  })

  it('because it cannot be written holds up no other', async () => {
    const { home, ask } = await setup()
    const unknown = { userId: home.admin.userId, kind: 'of-a-later-release', params: {}, rank: 0 }
    await db().outgoingMail.create({ data: unknown })
    await ask()
    await sendMails()
    expect(mailsTo(home.coach.email)).toHaveLength(1)
    const row = await db().outgoingMail.findFirstOrThrow({ where: { kind: unknown.kind } })
    expect(row).toMatchObject({ outcome: null, trouble: 'unwritten' })
  })
})

describe('the link in a mail', () => {
  /** As if the process had died after the mail server took it. */
  async function sendAndForget() {
    const [mail] = await claimMails(1)
    const before = await theOne()
    await sendClaimedMail(mail!)
    const { endedAt, outcome, claimedAt } = before
    await db().outgoingMail.updateMany({ data: { endedAt, outcome, claimedAt, dueAt: new Date() } })
  }

  it('is the same when it is sent again, under the same Message-ID: the first copy is as good as the second', async () => {
    const { home, ask } = await setup()
    await ask()
    await sendAndForget()
    await sendMails()
    const [first, second] = mailsTo(home.coach.email)
    expect(readMail(second!).headers.get('message-id')).toBe(readMail(first!).headers.get('message-id'))
    const [token, again] = tokensTo(home.coach.email)
    expect(again).toBe(token)
    expect(await isGood(token!)).toBe(true)
  })

  it('that was used is not made good by another attempt', async () => {
    const { home, ask } = await setup()
    await ask()
    await sendAndForget()
    const [token] = tokensTo(home.coach.email)
    expect(await setPassword(token!, PASSWORD)).toMatchObject({ ok: true })
    await db().outgoingMail.deleteMany({ where: { kind: 'account-changed' } })
    await sendMails()
    expect(tokensTo(home.coach.email)).toEqual([token])
    expect(await isGood(token!)).toBe(false)
    expect(await theOne()).toMatchObject({ outcome: 'unneeded' })
  })

  it('of an invitation that another club’s mail voided is made anew: they still have to come in', async () => {
    const { rival, email, invite } = await setup()
    await invite()
    await sendAndForget()
    const theirs = await sessionOf(rival.admin)
    await db().outgoingMail.updateMany({ data: { dueAt: new Date(Date.now() + 60_000) } })
    await inviteMember(theirs, { email, roles: ['ATHLETE'] })
    await sendMails()
    await dueNow()
    await sendMails()
    const [first, second, third] = tokensTo(email)
    expect(new Set([first, second, third]).size).toBe(3)
    expect([await isGood(first!), await isGood(second!), await isGood(third!)]).toEqual([false, false, true])
  })
})

describe('what people chose, in a mail', () => {
  it.each([
    ['line breaks', 'Läufer\r\nBcc: spy@example.test\r\n\r\nClick <b>here</b>'],
    ['quotes and commas', `"Ö" <x@evil.test>, 'y' & co; z`],
    ['right-to-left letters', 'מועדון צפון'],
    ['many characters', '北'.repeat(100)],
  ])('a club’s name of %s adds no header, no recipient, no markup', async (_, name) => {
    const { home, email, invite } = await setup()
    await db().club.update({ where: { id: home.clubId }, data: { name } })
    await invite()
    await sendMails()
    const [mail, ...more] = smtp.mails
    expect([mail?.to, more]).toEqual([[email], []])
    const { head, headers, html } = readMail(mail!)
    expect(head).not.toMatch(/^(Bcc|Cc):/im)
    expect(headers.get('to')).toBe(email)
    expect(headers.get('from')).toBe('clubkeys <keys@club.test>')
    const [first = ''] = name.split(/[\r\n]/)
    expect(subjectOf(mail!)).toContain(first)
    expect(html).not.toContain('<b>here')
    // Set apart: what follows is read from left to right.
    if (name.startsWith('מ')) expect(subjectOf(mail!)).toContain(`\u2068${name}\u2069`)
  })

  it.each(["o'brien+club@example.test", '_x-1@sub.example.test'])(
    'an address is taken as it is: %s',
    async (email) => {
      const { admin } = await setup()
      await inviteMember(admin, { email, roles: ['ATHLETE'] })
      await sendMails()
      expect(smtp.mails.map(({ to }) => to)).toEqual([[email]])
    },
  )

  it('an address that could name two goes to nobody', async () => {
    const { home, ask } = await setup()
    await ask()
    const email = 'one@example.test, two@example.test'
    await db().user.update({ where: { id: home.coach.userId }, data: { email } })
    await sendMails()
    expect(smtp.mails).toEqual([])
    expect(await theOne()).toMatchObject({ outcome: 'refused' })
  })
})
