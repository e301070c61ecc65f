import type { Page } from 'playwright-core'
import { db } from '@/lib/db/client'
import { makeSetPasswordLink } from '@/lib/sign-in/set-password'
import { KEY_SCENES } from './key-scenes'
import { MAIL_SCENES } from './mail-scenes'
import { WEBHOOK_SCENES } from './webhook-scenes'
import { ADA, CARL, fillKey, KEYS, MAXI, menu, press, SUE, type Scene } from './scene'

const MEMBERS = '/clubs/demo/members'
const SETTINGS = '/clubs/demo/settings'
const ACCOUNTS = '/clubs/demo/service-accounts'

async function narrow(page: Page): Promise<void> {
  await menu(page, 'Carl Coach', 'Change roles…')
  await page.getByRole('checkbox', { name: 'Coach' }).uncheck()
  await page.getByRole('checkbox', { name: 'Athlete' }).check()
  await press(page, 'Save roles')
  await page.getByText('Used in the last 30 days', { exact: true }).waitFor()
}

export const SCENES: readonly Scene[] = [
  { name: 'home', who: null, path: '/' },
  { name: 'docs', who: null, path: '/docs' },
  { name: 'docs-guide', who: null, path: '/docs/integration-guide' },
  { name: 'docs-picture', who: null, path: '/docs/concepts' },
  { name: 'docs-api', who: null, path: '/docs/api' },
  { name: 'docs-api-practices', who: null, path: '/docs/api/practices#createPractice' },
  {
    name: 'docs-try-it',
    who: null,
    path: '/docs/api/practices',
    act: async (page) => {
      await page.locator('summary', { hasText: 'Try it' }).first().click()
      await page.getByLabel('Your key').first().fill('sk_club_nonsense')
      await page.getByRole('button', { name: 'Send GET listPractices' }).click()
      await page.getByText(/^401 in/).waitFor()
      await page.getByText(/^401 in/).scrollIntoViewIfNeeded()
    },
  },
  { name: 'docs-problem', who: null, path: '/docs/problems/invalid_token' },
  {
    name: 'docs-search',
    who: null,
    path: '/docs/rotation',
    act: async (page) => {
      await page.getByRole('combobox').fill('limit')
      await page.getByRole('option').first().waitFor()
    },
  },
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
  { name: 'not-found-in-club', who: ADA, path: '/clubs/demo/none' },
  { name: 'clubs', who: ADA, path: '/clubs' },
  { name: 'overview', who: ADA, path: '/clubs/demo/overview' },
  { name: 'overview-own', who: CARL, path: '/clubs/demo/overview' },
  { name: 'overview-new', who: SUE, path: '/clubs/solo/overview' },
  ...KEY_SCENES,
  ...MAIL_SCENES,
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
  { name: 'members-pending', who: ADA, path: `${MEMBERS}?show=invited` },
  { name: 'members-nobody', who: ADA, path: `${MEMBERS}?q=nobody` },
  {
    name: 'members-withdraw',
    who: ADA,
    path: MEMBERS,
    act: (page) => menu(page, 'Ines Invited', 'Withdraw invitation…'),
  },
  {
    name: 'members-password-link',
    who: ADA,
    path: MEMBERS,
    act: async (page) => {
      await menu(page, 'Carl Coach', 'New password link…')
      await press(page, 'Make link')
      await page.getByLabel('The link').waitFor()
    },
  },
  { name: 'forgot-password', who: null, path: '/forgot-password' },
  { name: 'clubs-suspended', who: MAXI, path: '/clubs' },
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
  ...WEBHOOK_SCENES,
  { name: 'settings', who: ADA, path: SETTINGS },
  {
    name: 'settings-scopes',
    who: ADA,
    path: SETTINGS,
    act: (page) => page.getByText('May give a key all of the role’s scopes').nth(1).click(),
  },
  {
    name: 'settings-preview',
    who: ADA,
    path: SETTINGS,
    act: async (page) => {
      await page.getByLabel('Default expiry, in days').fill('30')
      await page.getByLabel('Longest expiry, in days').fill('60')
      await page.getByRole('checkbox', { name: 'Every key must expire' }).check()
      await press(page, 'Save policy')
      await page.getByRole('dialog').waitFor()
    },
  },
  {
    name: 'settings-refused',
    who: ADA,
    path: SETTINGS,
    act: async (page) => {
      await page.getByLabel('Longest expiry, in days').fill('60')
      await press(page, 'Save policy')
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
