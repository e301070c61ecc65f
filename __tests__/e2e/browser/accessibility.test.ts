import type { Page } from 'playwright-core'
import { db } from '@/lib/db/client'
import { newId } from '@/lib/db/new-id'
import { sealSecret } from '@/lib/webhooks/secret'
import {
  makeClub,
  makeKey,
  makeMember,
  makeServiceAccount,
  useDatabase,
  type Member,
} from '../../support/club'
import { accessibilityFaults, givePassword, ready, useBrowser, type Tab } from '../../support/browser'
import { useServer } from '../../support/server'

// Whole pages, as the built app serves them. The states of single components and dialogs are the gallery's.

const database = useDatabase()
const server = useServer(database.url)
const browser = useBrowser()

type State = { name: string; path: string; act?: (page: Page) => Promise<unknown> }

const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click()

const OUTSIDE: State[] = [
  { name: 'home', path: '/' },
  { name: 'sign-in', path: '/sign-in' },
  { name: 'sign-in, refused', path: '/sign-in?error=CredentialsSignin' },
  {
    name: 'set-password, spent',
    path: '/set-password#spent',
    act: (page) => page.getByText('no longer good').waitFor(),
  },
  { name: 'forgotten password, no mail', path: '/forgot-password' },
  { name: 'not found', path: '/there/is/none' },
]

const inside = (club: string): State[] => [
  { name: 'clubs', path: '/clubs' },
  { name: 'overview', path: `${club}/overview` },
  { name: 'account menu', path: `${club}/overview`, act: (page) => press(page, /Your account/) },
  { name: 'not found in a club', path: `${club}/none` },
  { name: 'no such club', path: '/clubs/there-is-none' },
  { name: 'keys', path: `${club}/keys` },
  { name: 'keys, filtered', path: `${club}/keys?q=ci&used=unused-30&sort=name` },
  { name: 'keys, nothing', path: `${club}/keys?status=revoked&owner=0190d9a0-0000-7000-8000-000000000000` },
  {
    name: 'keys, some selected',
    path: `${club}/keys`,
    act: (page) => page.getByRole('checkbox', { name: 'Select ci-bot' }).check(),
  },
  { name: 'key', path: `${club}/keys`, act: (page) => open(page, 'ci-bot') },
  { name: 'new key', path: `${club}/keys`, act: newKey },
  { name: 'settings', path: `${club}/settings` },
  { name: 'members', path: `${club}/members` },
  { name: 'members, invited', path: `${club}/members?show=invited` },
  { name: 'service accounts', path: `${club}/service-accounts` },
  { name: 'audit', path: `${club}/audit`, act: (page) => page.locator('summary').first().click() },
  { name: 'audit, nothing', path: `${club}/audit?action=member.remove` },
  { name: 'webhooks', path: `${club}/webhooks` },
  { name: 'webhook', path: `${club}/webhooks`, act: openWebhook },
  { name: 'key, leaked', path: `${club}/keys?status=disabled`, act: (page) => open(page, 'leaked') },
  { name: 'account', path: '/account' },
]

async function open(page: Page, name: string) {
  await page.getByRole('link', { name, exact: true }).click()
  await page.getByRole('heading', { name }).waitFor()
}

async function openWebhook(page: Page) {
  await page.getByRole('link', { name: /^hooks\./ }).click()
  await page.getByRole('heading', { name: 'Deliveries' }).waitFor()
}

async function newKey(page: Page) {
  await press(page, 'Create key')
  await page.getByLabel('Name', { exact: true }).fill('new')
  await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click()
  await page.getByLabel('The key', { exact: true }).waitFor()
  await press(page, 'Send a test call')
  await page.getByText(/^200 in/).waitFor()
}

/** What is on a page is the same in both themes: in the second one, only colours are looked at. */
const LOOKS = [
  [390, 'light'],
  [390, 'dark'],
  [1280, 'dark'],
  [1280, 'light'],
] as const

/** Every fault of every state at every width, named by both. */
async function faultsOf({ page, visit }: Tab, states: State[]) {
  const faults: string[] = []
  for (const { name, path, act } of states) {
    await page.setViewportSize({ width: 1280, height: 900 })
    await page.emulateMedia({ colorScheme: 'light' })
    await page.goto('about:blank')
    await visit(path)
    await ready(page)
    await act?.(page)
    for (const width of [320, 390, 768, 1280, 1920]) {
      await page.setViewportSize({ width, height: 900 })
      const isWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
      // Nothing is to be scrolled sideways, on no screen (WCAG 1.4.10).
      if (isWide) faults.push(`${name}, ${width}: wider than its screen`)
    }
    for (const [width, colorScheme] of LOOKS) {
      await page.setViewportSize({ width, height: 900 })
      await page.emulateMedia({ colorScheme })
      const found = await accessibilityFaults(page, colorScheme === 'light' ? 'all' : 'colours')
      faults.push(...found.map((fault) => `${name}, ${width}, ${colorScheme}: ${fault}`))
    }
  }
  return faults
}

/** A key whose token was found in public, and a webhook where nothing arrives. */
async function makeTrouble(admin: Member) {
  const at = new Date()
  const leak = { disabledAt: at, leakedAt: at, leakSource: 'GitHub', leakUrl: 'https://github.com/a/b.env' }
  await db().apiKey.update({ where: { id: (await makeKey(admin, { name: 'leaked' })).id }, data: leak })
  const id = newId()
  const where = { url: 'https://hooks.example.test/keys', host: 'hooks.example.test' }
  const secret = sealSecret(id, 'whsec_shown')
  const { clubId } = admin
  const types = ['api_key.revoked']
  await db().webhookEndpoint.create({ data: { id, clubId, ...where, types, secret, failingSince: at } })
}

async function setup() {
  const [club, second] = [await makeClub(), await makeClub()]
  const admin = await givePassword(await makeMember(club.id, ['CLUB_ADMIN', 'COACH']), 'Ada Admin')
  await db().membership.create({ data: { clubId: second.id, userId: admin.userId, roles: ['COACH'] } })
  const { id: apiKeyId } = await makeKey(admin, { name: 'ci-bot' })
  const hour = new Date(new Date().setUTCMinutes(0, 0, 0))
  const counts = { requests: 9, denied: 2, limited: 3, errors: 1 }
  await db().apiKeyUsage.create({ data: { apiKeyId, clubId: club.id, hour, ...counts } })
  const invited = await givePassword(await makeMember(club.id, ['ATHLETE']), 'Ines Invited')
  const expiresAt = new Date(Date.now() + 3_600_000)
  await db().invitation.create({ data: { clubId: club.id, userId: invited.userId, expiresAt } })
  await makeServiceAccount(club.id, ['COACH'], 'robot')
  await makeTrouble(admin)
  await makeKey(admin, { name: 'a name as long as it may be, with-a-word-that-does-not-end' })
  return { admin, states: inside(`/clubs/${club.slug}`) }
}

it('axe finds nothing on any page in either theme, the policy refuses nothing, and nothing scrolls sideways', async () => {
  const { admin, states } = await setup()
  const outside = await browser.open({ server: server() })
  expect(await faultsOf(outside, OUTSIDE)).toEqual([])
  const inside = await browser.open({ server: server(), as: admin })
  expect(await faultsOf(inside, states)).toEqual([])
  expect([...outside.offences, ...inside.offences]).toEqual([])
}, 300_000)
