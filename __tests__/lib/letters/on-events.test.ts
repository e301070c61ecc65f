import { operatorActor, systemActor } from '@/lib/auth/actor'
import { db } from '@/lib/db/client'
import { tellEvents } from '@/lib/events/tell'
import { reportLeaks } from '@/lib/leaks/report-leaks'
import { mailOnEvents } from '@/lib/letters/on-events'
import { updateMember } from '@/lib/members/update'
import { makeKey, twoClubs, useDatabase, type Member } from '../../support/club'
import { sendMails, subjectOf, useMails } from '../../support/mails'
import { startSmtp, type Smtp } from '../../support/smtp'

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

it('an event that is told twice is mailed once', async () => {
  const { home } = await twoClubs()
  const key = await makeKey(home.coach)
  await reportLeaks([{ token: key.token }], { label: 'A scanner', actorIn })
  await told()
  await db().event.updateMany({ data: { tellAt: new Date() } })
  smtp.mails.length = 0
  expect(await told()).toEqual([])
})
