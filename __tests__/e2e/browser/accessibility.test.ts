import type { Page } from 'playwright-core'
import { makeClub, makeKey, makeMember, makeServiceAccount, useDatabase } from '../../support/club'
import { accessibilityFaults, givePassword, ready, useBrowser, type Tab } from '../../support/browser'
import { useServer } from '../../support/server'

const database = useDatabase()
const server = useServer(database.url)
const browser = useBrowser()

type State = { name: string; path: string; act?: (page: Page) => Promise<unknown> }

const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click()
const menu = async (page: Page, of: string, item: string) => {
  await press(page, `Actions for ${of}`)
  await page.getByRole('menuitem', { name: item }).click()
}

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

const DOCS: State[] = [
  { name: 'docs', path: '/docs' },
  { name: 'a page of the docs', path: '/docs/integration-guide' },
  { name: 'the picture', path: '/docs/concepts' },
  { name: 'problems', path: '/docs/problems' },
  { name: 'the reference', path: '/docs/api' },
  { name: 'operations', path: '/docs/api/practices' },
  { name: 'an operation, tried', path: '/docs/api/practices', act: tryIt },
  { name: 'a problem', path: '/docs/problems/invalid_token' },
  { name: 'docs found', path: '/docs/search?q=rotate' },
  { name: 'docs, search open', path: '/docs', act: search },
]

const inside = (club: string): State[] => [
  { name: 'clubs', path: '/clubs' },
  { name: 'overview', path: `${club}/overview` },
  { name: 'account menu', path: `${club}/overview`, act: (page) => press(page, /Your account/) },
  { name: 'not found in a club', path: `${club}/none` },
  { name: 'no such club', path: '/clubs/there-is-none' },
  { name: 'keys', path: `${club}/keys` },
  { name: 'key menu', path: `${club}/keys`, act: (page) => press(page, 'Actions for ci-bot') },
  { name: 'key', path: `${club}/keys`, act: openKey },
  { name: 'key, figures', path: `${club}/keys`, act: openFigures },
  { name: 'key, scopes', path: `${club}/keys`, act: (page) => editKey(page, 'scopes') },
  { name: 'key, expiry', path: `${club}/keys`, act: (page) => editKey(page, 'expiry') },
  { name: 'key, metadata', path: `${club}/keys`, act: (page) => editKey(page, 'metadata') },
  { name: 'rotate key', path: `${club}/keys`, act: (page) => menu(page, 'ci-bot', 'Rotate…') },
  { name: 'change scopes', path: `${club}/keys`, act: (page) => menu(page, 'ci-bot', 'Change scopes…') },
  { name: 'create key', path: `${club}/keys`, act: (page) => press(page, 'Create key') },
  { name: 'create key, refused', path: `${club}/keys`, act: refuseKey },
  { name: 'create key, about to be closed', path: `${club}/keys`, act: discardKey },
  { name: 'create key, without an answer', path: `${club}/keys`, act: loseKey },
  { name: 'rename key', path: `${club}/keys`, act: (page) => menu(page, 'ci-bot', 'Rename…') },
  { name: 'revoke key', path: `${club}/keys`, act: (page) => menu(page, 'ci-bot', 'Revoke…') },
  { name: 'new key', path: `${club}/keys`, act: newKey },
  { name: 'keys, filtered', path: `${club}/keys?q=ci&used=unused-30&sort=name` },
  { name: 'keys, nothing', path: `${club}/keys?status=revoked&owner=0190d9a0-0000-7000-8000-000000000000` },
  {
    name: 'keys, some selected',
    path: `${club}/keys`,
    act: (page) => page.getByRole('checkbox', { name: 'Select ci-bot' }).check(),
  },
  { name: 'revoke many', path: `${club}/keys?status=active`, act: revokeMany },
  { name: 'addresses', path: `${club}/keys`, act: (page) => menu(page, 'ci-bot', 'Addresses…') },
  { name: 'limit', path: `${club}/keys`, act: (page) => menu(page, 'ci-bot', 'Limit…') },
  { name: 'settings', path: `${club}/settings` },
  { name: 'settings, before a change', path: `${club}/settings`, act: shorten },
  { name: 'members', path: `${club}/members` },
  { name: 'members, invited', path: `${club}/members?show=invited` },
  { name: 'members, nobody', path: `${club}/members?q=nobody+at+all` },
  {
    name: 'a new invitation link',
    path: `${club}/members`,
    act: (page) => menu(page, 'Ines Invited', 'New invitation link…'),
  },
  {
    name: 'withdrawal',
    path: `${club}/members`,
    act: (page) => menu(page, 'Ines Invited', 'Withdraw invitation…'),
  },
  { name: 'invite', path: `${club}/members`, act: (page) => press(page, 'Invite member') },
  { name: 'roles', path: `${club}/members`, act: (page) => menu(page, 'Ada Admin', 'Change roles…') },
  { name: 'removal', path: `${club}/members`, act: (page) => menu(page, 'Ada Admin', 'Remove…') },
  { name: 'hand over', path: `${club}/members`, act: (page) => menu(page, 'Ada Admin', 'Hand keys over…') },
  { name: 'service accounts', path: `${club}/service-accounts` },
  {
    name: 'create service account',
    path: `${club}/service-accounts`,
    act: (page) => press(page, 'Create service account'),
  },
  {
    name: 'edit service account',
    path: `${club}/service-accounts`,
    act: (page) => menu(page, 'robot', 'Name and roles…'),
  },
  {
    name: 'a service account’s key',
    path: `${club}/service-accounts`,
    act: (page) => menu(page, 'robot', 'Create key…'),
  },
  {
    name: 'remove service account',
    path: `${club}/service-accounts`,
    act: (page) => menu(page, 'robot', 'Remove…'),
  },
  { name: 'audit', path: `${club}/audit`, act: (page) => page.locator('summary').first().click() },
  { name: 'audit, nothing', path: `${club}/audit?action=member.remove` },
  { name: 'account', path: '/account' },
]

async function tryIt(page: Page) {
  await page.locator('summary', { hasText: 'Try it' }).first().click()
  await page.getByLabel('Your key').first().fill('sk_club_nonsense')
  await page.getByRole('button', { name: 'Send GET listPractices' }).click()
  await page.getByText(/^401 in/).waitFor()
}

async function search(page: Page) {
  await page.getByRole('combobox').fill('rotate')
  await page.getByRole('option').first().waitFor()
}

async function openKey(page: Page) {
  await page.getByRole('link', { name: 'ci-bot', exact: true }).click()
  await page.getByRole('heading', { name: 'ci-bot' }).waitFor()
}

async function openFigures(page: Page) {
  await openKey(page)
  await page.getByText('Show the figures').click()
  await page.getByRole('slider').focus()
}

async function editKey(page: Page, what: string) {
  await openKey(page)
  await press(page, `Edit ${what}`)
  await page.getByRole('dialog').waitFor()
}

async function revokeMany(page: Page) {
  await press(page, 'Revoke all that match…')
  await page.getByLabel('Reason').waitFor()
}

async function shorten(page: Page) {
  await page.getByLabel('Default expiry, in days').fill('1')
  await page.getByLabel('Longest expiry, in days').fill('1')
  await press(page, 'Save policy')
  await page.getByRole('dialog').waitFor()
}

async function fillKey(page: Page) {
  await press(page, 'Create key')
  await page.getByLabel('Name', { exact: true }).fill('new')
}
const sendKey = (page: Page) => page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click()

async function refuseKey(page: Page) {
  await fillKey(page)
  await page.getByRole('checkbox', { name: 'practices:read' }).uncheck()
  await sendKey(page)
  await page.getByText('Choose at least one scope.').first().waitFor()
}

async function discardKey(page: Page) {
  await fillKey(page)
  await page.keyboard.press('Escape')
  await page.getByText('Discard what you typed?').waitFor()
}

async function loseKey(page: Page) {
  await fillKey(page)
  await page.route('**/keys', (route) => route.abort(), { times: 1 })
  await sendKey(page)
  await page.getByText('Nobody knows whether this was done.').waitFor()
}

async function newKey(page: Page) {
  await fillKey(page)
  await sendKey(page)
  await page.getByLabel('The key', { exact: true }).waitFor()
  await press(page, 'Send a test call')
  await page.getByText(/^200 in/).waitFor()
}

/** Every fault of every state, named by the state it is in. */
async function faultsOf({ page, visit }: Tab, states: State[]): Promise<string[]> {
  const faults: string[] = []
  for (const { name, path, act } of states) {
    await page.goto('about:blank')
    await visit(path)
    await ready(page)
    await act?.(page)
    for (const fault of await accessibilityFaults(page)) faults.push(`${name}: ${fault}`)
  }
  return faults
}

/** Nothing is to be scrolled sideways, on no screen (WCAG 1.4.10). */
async function tooWide({ page, visit }: Tab, states: State[]): Promise<string[]> {
  const wide: string[] = []
  for (const { name, path } of states.filter(({ act }) => !act)) {
    await visit(path)
    for (const width of [320, 390, 820, 1024, 1280]) {
      await page.setViewportSize({ width, height: 800 })
      if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth))
        wide.push(`${name} at ${width}`)
    }
  }
  return wide
}

async function setup(theme: 'light' | 'dark', width: number) {
  const [club, second] = [await makeClub(), await makeClub()]
  const admin = await givePassword(await makeMember(club.id, ['CLUB_ADMIN', 'COACH']), 'Ada Admin')
  const { db } = await import('@/lib/db/client')
  await db().membership.create({ data: { clubId: second.id, userId: admin.userId, roles: ['COACH'] } })
  const { id: apiKeyId } = await makeKey(admin, { name: 'ci-bot' })
  const hour = new Date(new Date().setUTCMinutes(0, 0, 0))
  const counts = { requests: 9, denied: 2, limited: 3, errors: 1 }
  await db().apiKeyUsage.create({ data: { apiKeyId, clubId: club.id, hour, ...counts } })
  const invited = await givePassword(await makeMember(club.id, ['ATHLETE']), 'Ines Invited')
  const expiresAt = new Date(Date.now() + 3_600_000)
  await db().invitation.create({ data: { clubId: club.id, userId: invited.userId, expiresAt } })
  await makeServiceAccount(club.id, ['COACH'], 'robot')
  await makeKey(admin, { name: 'a name as long as it may be, with-a-word-that-does-not-end' })
  const tab = await browser.open({ server: server(), theme, width })
  return { admin, tab, states: inside(`/clubs/${club.slug}`) }
}

describe.each([
  ['light', 1280],
  ['dark', 390],
] as const)('%s, %d px', (theme, width) => {
  it('axe finds nothing on any page or dialog, the policy refuses nothing, and nothing scrolls sideways', async () => {
    const { admin, tab, states } = await setup(theme, width)
    expect(await faultsOf(tab, OUTSIDE)).toEqual([])
    await tab.visit('/sign-in')
    await tab.signIn(admin.email)
    expect(await faultsOf(tab, states)).toEqual([])
    expect(await tooWide(tab, [...OUTSIDE, ...states])).toEqual([])
    expect(tab.offences).toEqual([])
  }, 240_000)

  it('nor in the docs, which nobody has to sign in for', async () => {
    const tab = await browser.open({ server: server(), theme, width })
    expect(await faultsOf(tab, DOCS)).toEqual([])
    expect(await tooWide(tab, DOCS)).toEqual([])
    expect(tab.offences).toEqual([])
  }, 240_000)
})
