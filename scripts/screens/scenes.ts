import type { Page } from 'playwright-core'
import { db } from '@/lib/db/client'
import { makeSetPasswordLink } from '@/lib/sign-in/set-password'

/**
 * `who` is signed in, or null; `path` may be made just before; `act` brings the page into the state to look
 * at.
 */
export type Scene = {
  name: string
  who: string | null
  path: string | (() => Promise<string>)
  act?: (page: Page) => Promise<unknown>
}

const ADA = 'ada@demo.test'
const SUE = 'sue@solo.test'
const CARL = 'carl@demo.test'
const KEYS = '/clubs/demo/keys'
const MEMBERS = '/clubs/demo/members'
const SETTINGS = '/clubs/demo/settings'
const ACCOUNTS = '/clubs/demo/service-accounts'

const BACKUP = 'Nightly backup of training plans to the federation’s archive'

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).first().click()

async function menu(page: Page, of: string, item: string): Promise<void> {
  await press(page, `Actions for ${of}`)
  await page.getByRole('menuitem', { name: item }).click()
}

async function fillKey(page: Page, name: string): Promise<void> {
  await press(page, 'Create key')
  await page.getByLabel('Name', { exact: true }).fill(name)
}

/** The newest of that name which this can still be done to. */
async function keyPath(
  name: string,
  where: { replacedById?: { not: null } | null } = { replacedById: null },
): Promise<string> {
  const { id } = await db().apiKey.findFirstOrThrow({
    where: { name, club: { slug: 'demo' }, ...where },
    orderBy: { id: 'desc' },
  })
  return `${KEYS}/${id}`
}

async function narrow(page: Page): Promise<void> {
  await menu(page, 'Carl Coach', 'Change roles…')
  await page.getByRole('checkbox', { name: 'Coach' }).uncheck()
  await page.getByRole('checkbox', { name: 'Athlete' }).check()
  await press(page, 'Save roles')
  await page.getByText('Used in the last 30 days', { exact: true }).waitFor()
}

/** The token of a picture is nobody's. */
async function hideToken(page: Page): Promise<void> {
  await page.getByLabel('The key', { exact: true }).waitFor()
  await page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) {
      const { currentNode } = walker
      currentNode.nodeValue = (currentNode.nodeValue ?? '').replace(
        /(sk_[a-z]+_)\w{49}/,
        (_, start: string) => start + 'Example'.repeat(7),
      )
    }
  })
}

export const SCENES: readonly Scene[] = [
  { name: 'home', who: null, path: '/' },
  { name: 'problems', who: null, path: '/docs/problems' },
  { name: 'sign-in', who: null, path: '/sign-in' },
  {
    name: 'sign-in-refused',
    who: null,
    path: '/sign-in',
    act: async (page) => {
      await page.getByLabel('Email').fill(`nobody-${Date.now()}@demo.test`)
      await page.getByLabel('Password').fill('wrong')
      await press(page, 'Sign in')
      await page.getByText('do not match').waitFor()
    },
  },
  { name: 'sign-in-unknown-identity', who: null, path: '/sign-in?error=unknown_identity' },
  {
    name: 'set-password',
    who: null,
    path: setPasswordPath,
    act: (page) => page.getByLabel('New password').waitFor(),
  },
  {
    name: 'set-password-spent',
    who: null,
    path: '/set-password#spent',
    act: (page) => page.getByText('no longer good').waitFor(),
  },
  { name: 'not-found', who: ADA, path: '/clubs/not-mine/keys' },
  { name: 'clubs', who: ADA, path: '/clubs' },
  { name: 'keys', who: ADA, path: KEYS },
  { name: 'keys-menu', who: ADA, path: KEYS, act: (page) => press(page, 'Actions for ci-bot') },
  { name: 'keys-limit', who: ADA, path: KEYS, act: (page) => menu(page, 'ci-bot', 'Limit…') },
  { name: 'key-page', who: ADA, path: () => keyPath('ci-bot, preview 41') },
  {
    name: 'key-replaced',
    who: ADA,
    path: () => keyPath('Scoreboard at the main stadium', { replacedById: { not: null } }),
  },
  {
    name: 'key-successor',
    who: ADA,
    path: () => keyPath('Scoreboard at the main stadium', { replacedById: null }),
  },
  {
    name: 'key-end-grace',
    who: ADA,
    path: () => keyPath('Scoreboard at the main stadium', { replacedById: { not: null } }),
    act: (page) => press(page, 'End grace now'),
  },
  { name: 'key-unused-scopes', who: ADA, path: () => keyPath(BACKUP) },
  {
    name: 'key-scopes',
    who: ADA,
    path: () => keyPath(BACKUP),
    act: (page) => menu(page, BACKUP, 'Change scopes…'),
  },
  { name: 'key-rotate', who: ADA, path: () => keyPath('ci-bot'), act: (page) => press(page, 'Rotate key') },
  {
    name: 'key-rotated',
    who: ADA,
    path: () => keyPath('ci-bot, preview 42'),
    act: async (page) => {
      await press(page, 'Rotate key')
      await page.getByRole('dialog').getByRole('button', { name: 'Rotate key' }).click()
      await hideToken(page)
    },
  },
  { name: 'keys-revoke', who: ADA, path: KEYS, act: (page) => menu(page, 'ci-bot', 'Revoke…') },
  { name: 'keys-create', who: ADA, path: KEYS, act: (page) => fillKey(page, 'Results page') },
  {
    name: 'keys-create-refused',
    who: ADA,
    path: KEYS,
    act: async (page) => {
      await fillKey(page, 'Results page')
      await page.getByRole('checkbox', { name: 'practices:read' }).uncheck()
      await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click()
      await page.getByText('Choose at least one scope').waitFor()
    },
  },
  { name: 'keys-filtered', who: ADA, path: `${KEYS}?q=s&sort=expiresAt&used=used-30` },
  { name: 'keys-nothing', who: ADA, path: `${KEYS}?status=disabled&q=website` },
  {
    name: 'keys-selected',
    who: ADA,
    path: `${KEYS}?status=active`,
    act: async (page) => {
      await page.getByRole('checkbox', { name: 'Select ci-bot', exact: true }).check()
      await page.getByRole('checkbox', { name: 'Select Results feed', exact: true }).check()
    },
  },
  {
    name: 'keys-revoke-many',
    who: ADA,
    path: `${KEYS}?status=active`,
    act: async (page) => {
      await press(page, 'Revoke all that match…')
      await page.getByLabel('Reason').waitFor()
    },
  },
  { name: 'keys-addresses', who: ADA, path: KEYS, act: (page) => menu(page, 'ci-bot', 'Addresses…') },
  {
    name: 'keys-addresses-refused',
    who: ADA,
    path: KEYS,
    act: async (page) => {
      await menu(page, 'ci-bot', 'Addresses…')
      await page.getByLabel('Addresses').fill('203.0.113.7\n10.1.2.3/9')
      await press(page, 'Save')
      await page.getByText('the network is').waitFor()
    },
  },
  {
    name: 'keys-create-addresses',
    who: ADA,
    path: KEYS,
    act: async (page) => {
      await fillKey(page, 'Results page')
      await page.getByText('Limit where').click()
    },
  },
  { name: 'keys-empty', who: SUE, path: '/clubs/solo/keys' },
  {
    name: 'keys-created',
    who: SUE,
    path: '/clubs/solo/keys',
    act: async (page) => {
      await fillKey(page, 'Results page')
      await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click()
      await hideToken(page)
      await db().apiKey.updateMany({ where: { name: 'Results page' }, data: { revokedAt: new Date() } })
      await db().apiKey.deleteMany({ where: { name: 'Results page' } })
    },
  },
  { name: 'keys-mine', who: CARL, path: KEYS },
  { name: 'members-read-only', who: CARL, path: MEMBERS },
  { name: 'members', who: ADA, path: MEMBERS },
  {
    name: 'members-roles',
    who: ADA,
    path: MEMBERS,
    act: (page) => menu(page, 'Carl Coach', 'Change roles…'),
  },
  {
    name: 'members-remove',
    who: ADA,
    path: MEMBERS,
    act: (page) =>
      menu(page, 'Carl Coach', 'Remove…').then(() =>
        page.getByText('Used in the last 30 days', { exact: true }).waitFor(),
      ),
  },
  { name: 'members-narrow', who: ADA, path: MEMBERS, act: narrow },
  {
    name: 'members-hand-over',
    who: ADA,
    path: MEMBERS,
    act: (page) => menu(page, 'Carl Coach', 'Hand keys over…').then(() => page.getByLabel('To').waitFor()),
  },
  { name: 'members-invite', who: ADA, path: MEMBERS, act: (page) => press(page, 'Invite member') },
  {
    name: 'members-invited',
    who: SUE,
    path: '/clubs/solo/members',
    act: async (page) => {
      await press(page, 'Invite member')
      await page.getByLabel('Email').fill(`new-${Date.now()}@demo.test`)
      await page.getByLabel('Name').fill('Nora New')
      await press(page, 'Invite')
      await page.getByLabel('The link').waitFor()
    },
  },
  { name: 'accounts', who: ADA, path: ACCOUNTS },
  { name: 'accounts-empty', who: SUE, path: '/clubs/solo/service-accounts' },
  { name: 'accounts-create', who: ADA, path: ACCOUNTS, act: (page) => press(page, 'Create service account') },
  {
    name: 'accounts-edit',
    who: ADA,
    path: ACCOUNTS,
    act: (page) => menu(page, 'Stadium scoreboard', 'Name and roles…'),
  },
  {
    name: 'accounts-key',
    who: ADA,
    path: ACCOUNTS,
    act: (page) => menu(page, 'Stadium scoreboard', 'Create key…'),
  },
  {
    name: 'accounts-remove',
    who: ADA,
    path: ACCOUNTS,
    act: (page) => menu(page, 'Federation archive and results exchange', 'Remove…'),
  },
  { name: 'audit', who: ADA, path: '/clubs/demo/audit' },
  {
    name: 'audit-open',
    who: ADA,
    path: '/clubs/demo/audit',
    act: (page) => page.locator('summary').first().click(),
  },
  { name: 'audit-empty', who: ADA, path: '/clubs/demo/audit?action=member.remove' },
  { name: 'settings', who: ADA, path: SETTINGS },
  {
    name: 'settings-preview',
    who: ADA,
    path: SETTINGS,
    act: async (page) => {
      await page.getByLabel('Usual life, in days').fill('30')
      await page.getByLabel('Longest life, in days').fill('60')
      await page.getByRole('checkbox', { name: 'Every key must end' }).check()
      await press(page, 'Save')
      await page.getByRole('dialog').waitFor()
    },
  },
  {
    name: 'settings-refused',
    who: ADA,
    path: SETTINGS,
    act: async (page) => {
      await page.getByLabel('Longest life, in days').fill('60')
      await press(page, 'Save')
      await page.getByText('must be at most').waitFor()
    },
  },
  { name: 'account', who: ADA, path: '/account' },
  {
    name: 'account-menu',
    who: ADA,
    path: KEYS,
    act: (page) => page.getByRole('button', { name: /Your account/ }).click(),
  },
  {
    name: 'reauthentication',
    who: CARL,
    path: KEYS,
    act: async (page) => {
      const old = new Date(Date.now() - 3_600_000)
      await db().loginSession.updateMany({ where: { user: { email: CARL } }, data: { authenticatedAt: old } })
      await fillKey(page, 'Results page')
      await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click()
      await page.getByLabel(/Password for/).waitFor()
    },
  },
]

async function setPasswordPath(): Promise<string> {
  const { id } = await db().user.findFirstOrThrow({ where: { email: CARL } })
  const link = await db().$transaction((tx) => makeSetPasswordLink(tx, id, 'proving'))
  const { pathname, hash } = new URL(link)
  return pathname + hash
}
