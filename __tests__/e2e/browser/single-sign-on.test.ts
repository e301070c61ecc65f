import { db } from '@/lib/db/client'
import { makePasswordLink } from '@/lib/members/password-link'
import { makeClub, makeMember, useDatabase } from '../../support/club'
import { linkTo } from '../../support/sign-in'
import {
  accessibilityFaults,
  givePassword,
  originOf,
  PASSWORD,
  ready,
  useBrowser,
  type Tab,
} from '../../support/browser'
import { startOpenIdProvider, type OpenIdProvider } from '../../support/openid'
import { startServer, type Server } from '../../support/server'

const database = useDatabase()
const browser = useBrowser()
let provider: OpenIdProvider
let server: Server

beforeAll(async () => {
  provider = await startOpenIdProvider()
  server = await startServer({ databaseUrl: database.url(), env: provider.env })
}, 40_000)
afterAll(async () => {
  await server.stop()
  await provider.stop()
})

async function setup() {
  const club = await makeClub()
  const coach = await givePassword(await makeMember(club.id, ['COACH']), 'Carl Coach')
  const tab = await browser.open({ server, origins: [provider.issuer] })
  return { coach, tab, subject: `carl-${club.slug}`, keys: `/clubs/${club.slug}/keys` }
}

/** Signs in at the provider as `subject` and agrees to be sent back. */
async function identify({ page }: Tab, subject: string): Promise<void> {
  await page.waitForURL((url) => url.origin === provider.issuer)
  await page.locator('[name=login]').fill(subject)
  await page.locator('[name=password]').fill('any')
  await page.locator('[type=submit]').click()
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.waitForURL((url) => url.origin === originOf(server))
}

describe('single sign-on', () => {
  it('refuses an identity that nobody linked, and says what to do', async () => {
    const { tab, subject } = await setup()
    await tab.visit('/sign-in')
    await ready(tab.page)
    await tab.page.getByRole('button', { name: 'Continue with Club ID' }).click()
    await identify(tab, subject)
    await tab.page.getByText('That account is not linked to anyone here yet.').waitFor()
    expect(await db().loginSession.count()).toBe(0)
    expect(tab.offences).toEqual([])
  })

  it('links an identity for who types their password, lets them in by it, and unlinks it', async () => {
    const { coach, tab, subject, keys } = await setup()
    const { page } = tab
    await tab.visit('/account')
    await tab.signIn(coach.email)
    await page.waitForURL(/\/account/)
    await ready(page)
    await page.getByRole('button', { name: 'Link Club ID' }).click()
    await page.getByLabel(/Password for/).fill('not the password of this one')
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByText('That is not your password.').waitFor()
    await page.getByLabel(/Password for/).fill(PASSWORD)
    await page.getByRole('button', { name: 'Continue' }).click()
    await identify(tab, subject)
    await page.getByText('Linked. You can sign in with it from now on.').waitFor()
    await page.getByText('Linked just now').first().waitFor()
    expect(await accessibilityFaults(page)).toEqual([])

    await page.getByRole('button', { name: /Your account/ }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.waitForURL(/\/sign-in/)
    await tab.visit(keys)
    await ready(page)
    await page.getByRole('button', { name: 'Continue with Club ID' }).click()
    await page.getByRole('heading', { name: 'My keys' }).waitFor()
    expect(new URL(page.url()).pathname).toBe(keys)

    await tab.visit('/account')
    await ready(page)
    await page.getByRole('button', { name: 'Unlink Club ID' }).click()
    await page.getByRole('button', { name: 'Unlink', exact: true }).click()
    await page.getByText('Club ID is unlinked.').waitFor()
    await page.getByRole('button', { name: 'Link Club ID' }).waitFor()
    expect(tab.offences).toEqual([])
  })

  it('asks about it when the password is changed, and when it is set by a link', async () => {
    const { coach, tab, subject } = await setup()
    const { page } = tab
    await linkTo(coach.userId, { issuer: provider.issuer, claims: { sub: subject } })
    await tab.visit('/account')
    await tab.signIn(coach.email)
    await page.waitForURL(/\/account/)
    await ready(page)
    await page.getByLabel('Current password').fill(PASSWORD)
    await page.getByLabel('New password').fill('another one with several plain words')
    await page.getByRole('button', { name: 'Change password' }).click()
    await page.getByText('Your password is changed. Your other sign-ins have ended.').waitFor()
    expect(await db().account.count({ where: { userId: coach.userId } })).toBe(1)
    // The browser has a new cookie now, and it is good.
    await page.reload()
    await page.getByRole('heading', { name: 'Account', exact: true }).waitFor()

    const link = await makePasswordLink('operator:test', { email: coach.email })
    const { hash } = new URL(link)
    await tab.visit(`/set-password${hash}`)
    await page.getByRole('checkbox', { name: /Unlink Club ID/ }).waitFor()
    expect(await page.getByRole('checkbox', { name: /Unlink Club ID/ }).isChecked()).toBe(true)
    expect(await accessibilityFaults(page)).toEqual([])
    await page.getByLabel('New password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Save and sign in' }).click()
    await page.waitForURL(/\/clubs/)
    expect(await db().account.count({ where: { userId: coach.userId } })).toBe(0)
    expect(tab.offences).toEqual([])
  })
})
