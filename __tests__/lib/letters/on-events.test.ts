import { operatorActor, systemActor } from '@/lib/auth/actor'
import { db } from '@/lib/db/client'
import { tellEvents } from '@/lib/events/tell'
import { reportLeaks } from '@/lib/leaks/report-leaks'
import { mailOnEvents } from '@/lib/letters/on-events'
import { updateMember } from '@/lib/members/update'
import { deleteWebhook } from '@/lib/webhooks/delete'
import { updateWebhook } from '@/lib/webhooks/update'
import { makeKey, twoClubs, useDatabase, type Member } from '../../support/club'
import { readMail, sendMails, subjectOf, useMails } from '../../support/mails'
import { sessionOf } from '../../support/sign-in'
import { startSmtp, type Smtp } from '../../support/smtp'
import { makeWebhook } from '../../support/webhooks'

let smtp: Smtp
beforeAll(async () => {
  smtp = await startSmtp()
  process.env.SMTP_URL = smtp.url
  process.env.MAIL_FROM = 'clubkeys <keys@club.test>'
  process.env.NEXTAUTH_URL = 'https://keys.test'
})
useDatabase()
useMails()
afterAll(() => smtp.stop())
beforeAll(mailOnEvents)
beforeEach(() => {
  smtp.mails.length = 0
})

const TRACE = { requestId: null, address: null, userAgent: null }
const actorIn = (clubId: string) => systemActor(clubId, 'A scanner', TRACE)

/** Who got which mail, once everything that waits is sent. */
async function told(): Promise<string[]> {
  while ((await tellEvents()) > 0);
  await sendMails()
  return smtp.mails.map((mail) => `${mail.to.join()}: ${subjectOf(mail)}`).sort()
}

const setRoles = async (member: Member, roles: ('CLUB_ADMIN' | 'COACH')[]) => {
  const { id } = await db().membership.findFirstOrThrow({
    where: { clubId: member.clubId, userId: member.userId },
  })
  return updateMember(operatorActor(member.clubId, null, 'operator:test'), { id, roles })
}

it('a leaked key is told to its owner and the admins, once each, and to nobody of another club', async () => {
  const { home } = await twoClubs()
  const key = await makeKey(home.coach, { name: 'scoreboard' })
  await reportLeaks([{ token: key.token }], { label: 'A scanner', actorIn })
  await reportLeaks([{ token: key.token }], { label: 'A scanner', actorIn })
  const mails = await told()
  expect(mails).toHaveLength(2)
  for (const { email } of [home.admin, home.coach])
    expect(mails).toContainEqual(expect.stringMatching(new RegExp(`^${email}: .*scoreboard.* has leaked`)))
})

it('who becomes an admin is told to all admins, and who was one already to nobody', async () => {
  const { home } = await twoClubs()
  await setRoles(home.coach, ['CLUB_ADMIN', 'COACH'])
  const mails = await told()
  expect(mails).toHaveLength(2)
  expect(mails).toContainEqual(expect.stringMatching(new RegExp(`^${home.coach.email}: .*you are an admin`)))
  smtp.mails.length = 0
  await setRoles(home.coach, ['CLUB_ADMIN'])
  expect(await told()).toEqual([])
})

it('a webhook that an admin disables or deletes is told to all admins, with who did it', async () => {
  const { home, rival } = await twoClubs()
  await setRoles(home.coach, ['CLUB_ADMIN', 'COACH'])
  await told()
  smtp.mails.length = 0
  const { id } = await makeWebhook(home.clubId, 'https://hooks.example.test/services/T01', ['api_key.leaked'])
  await updateWebhook(await sessionOf(home.coach), { id, disabled: true })
  const { name } = await db().user.findUniqueOrThrow({ where: { id: home.coach.userId } })
  const toldAs = async (done: string) => {
    smtp.mails.length = 0
    const mails = await told()
    expect(mails).toHaveLength(2)
    const subject = `the webhook to hooks.example.test was ${done}`
    for (const { email } of [home.admin, home.coach])
      expect(mails).toContainEqual(expect.stringMatching(new RegExp(`^${email}: .*: ${subject}$`)))
    for (const mail of smtp.mails) {
      expect(readMail(mail).text.replace(/\s+/g, ' ')).toContain(`${name} ${done} the webhook of`)
      expect(readMail(mail).text).not.toContain('T01')
    }
    expect(mails.join()).not.toContain(rival.admin.email)
  }
  await toldAs('turned off')
  await deleteWebhook(await sessionOf(home.coach), { id })
  await toldAs('deleted')
})

it('an event that is told twice is mailed once', async () => {
  const { home } = await twoClubs()
  const key = await makeKey(home.coach)
  await reportLeaks([{ token: key.token }], { label: 'A scanner', actorIn })
  await told()
  await db().event.updateMany({ data: { tellAt: new Date() } })
  smtp.mails.length = 0
  expect(await told()).toEqual([])
})
