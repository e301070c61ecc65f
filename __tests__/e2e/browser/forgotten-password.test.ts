import { db } from '@/lib/db/client'
import { makeClub, makeMember, useDatabase } from '../../support/club'
import { accessibilityFaults, givePassword, ready, useBrowser } from '../../support/browser'
import { startServer, type Server } from '../../support/server'
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
  for (let i = 0; i < 100; i++) {
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

describe('an invitation whose mail fails', () => {
  it('shows the admin the link, and can be sent again', async () => {
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
    await page.getByText('No mail went out: send them this link yourself.').waitFor()
    expect(await page.getByLabel('The link').textContent()).toContain('/set-password#')
    await page.getByRole('button', { name: 'Done' }).click()
    smtp.refuseAll(false)
    await page.getByRole('button', { name: /Actions for info@/ }).click()
    await page.getByRole('menuitem', { name: 'Send invitation again…' }).click()
    expect(await accessibilityFaults(page)).toEqual([])
    await page.getByRole('button', { name: 'Send again' }).click()
    await page.getByText('A mail tells them how to get in.').waitFor()
    // As the mail server of these tests writes it.
    await mailedLink('info@zürich.example')
    expect(await db().user.count({ where: { email: 'info@xn--zrich-kva.example' } })).toBe(1)
    expect(tab.offences).toEqual([])
  })
})
