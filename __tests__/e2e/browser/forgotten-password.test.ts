import { db } from '@/lib/db/client'
import { makeClub, makeMember, useDatabase } from '../../support/club'
import { accessibilityFaults, givePassword, ready, useBrowser } from '../../support/browser'
import { startServer, type Server } from '../../support/server'
import { linksIn, readMail } from '../../support/mails'
import { startSmtp } from '../../support/smtp'

const database = useDatabase()
const browser = useBrowser()
let smtp: Awaited<ReturnType<typeof startSmtp>>
let server: Server

beforeAll(async () => {
  smtp = await startSmtp()
  const env = { SMTP_URL: smtp.url, MAIL_FROM: 'clubkeys <keys@club.test>' }
  server = await startServer({ databaseUrl: database.url(), env })
}, 40_000)
afterAll(async () => {
  await server.stop()
  await smtp.stop()
})
beforeEach(() => {
  smtp.mails.length = 0
  smtp.refuseAll(false)
})

async function setup() {
  const club = await makeClub()
  const admin = await givePassword(await makeMember(club.id, ['CLUB_ADMIN']), 'Ada Admin')
  const tab = await browser.open({ server })
  return { admin, tab, members: `/clubs/${club.slug}/members` }
}

/** The link in the next mail to this address. */
async function mailedLink(email: string): Promise<string> {
  for (let i = 0; i < 200; i++) {
    const mail = smtp.mails.find(({ to }) => to.includes(email))
    const text = mail?.message.replace(/=\r\n/g, '').replace(/=23/g, '#')
    const hash = /set-password#([\w-]{43})/.exec(text ?? '')?.[1]
    if (hash) return `/set-password#${hash}`
    await new Promise((done) => setTimeout(done, 50))
  }
  throw new Error(`no mail came to ${email}, but to ${smtp.mails.map(({ to }) => to.join()).join('; ')}`)
}

describe('a forgotten password', () => {
  it('is set anew by a mailed link; once that is used up, the page leads on to another one', async () => {
    const { admin, tab } = await setup()
    const { page } = tab
    await tab.visit('/sign-in')
    await ready(page)
    await page.getByRole('link', { name: 'Forgot your password?' }).click()
    await page.waitForURL(/forgot-password/)
    await ready(page)
    expect(await accessibilityFaults(page)).toEqual([])
    await page.getByLabel('Email').fill(admin.email)
    await page.getByRole('button', { name: 'Mail me a link' }).click()
    await page.getByRole('heading', { name: 'Look into your mail' }).waitFor()
    const link = await mailedLink(admin.email)
    await tab.visit(link)
    await page.getByLabel('New password').fill('another one with several plain words')
    await page.getByRole('button', { name: 'Save and sign in' }).click()
    await page.waitForURL(/\/clubs/)

    await tab.visit('about:blank')
    await tab.visit(link)
    await page.getByRole('heading', { name: 'This link is no longer good' }).waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
    await page.getByRole('link', { name: 'Mail me a new link' }).click()
    await page.getByRole('heading', { name: 'Forgotten password' }).waitFor()
    expect(tab.offences).toEqual([])
  })
})

describe('an invitation', () => {
  it('that the mail server refuses says so among the members, and can be sent again', async () => {
    const { admin, tab, members } = await setup()
    const { page } = tab
    await tab.visit(members)
    await tab.signIn(admin.email)
    await page.waitForURL(/members/)
    await ready(page)
    smtp.refuseAll(true)
    await page.getByRole('button', { name: 'Invite member' }).click()
    await page.getByLabel('Email').fill('info@Zürich.example')
    await page.getByRole('button', { name: 'Invite', exact: true }).click()
    await page.getByText('A mail that tells them how to get in is on its way.').waitFor()
    await page.getByRole('button', { name: 'Done' }).click()
    await refused()
    await page.reload()
    await ready(page)
    await page.getByText('Mail not delivered').waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
    smtp.refuseAll(false)
    await page.getByRole('button', { name: /Actions for info@/ }).click()
    await page.getByRole('menuitem', { name: 'Send invitation again…' }).click()
    expect(await accessibilityFaults(page)).toEqual([])
    await page.getByRole('button', { name: 'Send again' }).click()
    await page.getByText('A mail that tells them how to get in is on its way.').waitFor()
    // As the mail server of these tests writes it.
    await mailedLink('info@zürich.example')
    expect(await db().user.count({ where: { email: 'info@xn--zrich-kva.example' } })).toBe(1)
    expect(tab.offences).toEqual([])
  })
})

/** Waits until the mail server has refused a mail for good. */
async function refused(): Promise<void> {
  for (let i = 0; i < 200; i++) {
    if ((await db().outgoingMail.count({ where: { outcome: 'refused' } })) > 0) return
    await new Promise((done) => setTimeout(done, 50))
  }
  throw new Error('no mail was refused')
}

describe('mails that somebody does not want', () => {
  it('stop by the link in one of them, signed out; the account’s page shows it and takes it back', async () => {
    const { admin, tab } = await setup()
    const { page } = tab
    const { clubId, userId } = admin
    const params = { clubId, newAdminId: userId, by: null }
    await db().outgoingMail.create({ data: { userId, kind: 'new-admin', params, rank: 2 } })
    await tab.visit(await stopLink(admin.email))
    await ready(page)
    expect(await accessibilityFaults(page)).toEqual([])
    expect(await db().unwantedMail.count()).toBe(0)
    await page.getByRole('button', { name: 'Stop them' }).click()
    await page.getByText('You will get no more mails about new admins').waitFor()
    expect(await db().unwantedMail.count({ where: { userId, clubId, kind: 'new-admin' } })).toBe(1)

    await page.getByRole('link', { name: 'Which mails you get' }).click()
    await page.waitForURL(/sign-in/)
    await ready(page)
    await tab.signIn(admin.email)
    await page.waitForURL(/account/)
    await ready(page)
    expect(await accessibilityFaults(page)).toEqual([])
    const box = page.getByRole('checkbox', { name: 'New admins' })
    expect(await box.isChecked()).toBe(false)
    await box.click()
    await page.waitForFunction(() => document.querySelectorAll('input[type=checkbox]:checked').length === 5)
    await page.reload()
    await ready(page)
    expect(await page.getByRole('checkbox', { name: 'New admins' }).isChecked()).toBe(true)
    expect(await db().unwantedMail.count()).toBe(0)

    await tab.visit('/unsubscribe?t=new-admin.made-up')
    await page.getByRole('heading', { name: 'This link stops no mails' }).waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
    expect(tab.offences).toEqual([])
  })
})

/** The page that the next mail to this address names for stopping such mails. */
async function stopLink(email: string): Promise<string> {
  for (let i = 0; i < 200; i++) {
    const mail = smtp.mails.find(({ to }) => to.includes(email))
    const link = mail && linksIn(readMail(mail).text).find((one) => one.includes('/unsubscribe?t='))
    if (link) return link.slice(new URL(link).origin.length)
    await new Promise((done) => setTimeout(done, 50))
  }
  throw new Error(`no mail came to ${email}`)
}
