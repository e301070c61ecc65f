import { db } from '@/lib/db/client'
import { makeClub, makeMember, useDatabase } from '../../support/club'
import {
  givePassword,
  growStale,
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

  it('links an identity to who is signed in, asks for the password first when that is long ago, then lets him in by it', async () => {
    const { coach, tab, subject, keys } = await setup()
    const { page } = tab
    await tab.visit('/account')
    await tab.signIn(coach.email)
    await growStale(coach)
    await page.reload()
    await ready(page)
    await page.getByRole('button', { name: 'Link Club ID' }).click()
    await page.getByLabel(/Password for/).fill(PASSWORD)
    await page.getByRole('button', { name: 'Continue' }).click()
    await identify(tab, subject)
    await page.getByText('Linked', { exact: true }).waitFor()

    await page.getByRole('button', { name: /Your account/ }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.waitForURL(/\/sign-in/)
    await tab.visit(keys)
    await ready(page)
    await page.getByRole('button', { name: 'Continue with Club ID' }).click()
    await page.getByRole('heading', { name: 'My keys' }).waitFor()
    expect(new URL(page.url()).pathname).toBe(keys)
    expect(tab.offences).toEqual([])
  })
})
