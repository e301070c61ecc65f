import type { Page } from 'playwright-core'
import { db } from '@/lib/db/client'
import { ADA, CARL, fillKey, hideToken, KEYS, menu, press, SUE, type Scene } from './scene'

const BACKUP = 'Nightly backup of training plans to the federation’s archive'

const clubId = async (slug: string): Promise<string> =>
  (await db().club.findUniqueOrThrow({ where: { slug } })).id

/** The newest of that name which this can still be done to. */
async function keyPath(
  name: string,
  where: { replacedById?: { not: null } | null } = { replacedById: null },
): Promise<string> {
  const { id } = await db().apiKey.findFirstOrThrow({
    where: { name, clubId: await clubId('demo'), ...where },
    orderBy: { id: 'desc' },
  })
  return `${KEYS}/${id}`
}

const scrollTo = (title: string) => (page: Page) =>
  page.getByRole('heading', { name: title }).evaluate((heading) => heading.scrollIntoView())

async function pointAtDay(page: Page): Promise<void> {
  await page.getByRole('slider').focus()
  for (const key of ['Home', 'PageUp', 'PageUp']) await page.keyboard.press(key)
}

/** Opens what is set on the page of a key. */
async function edit(page: Page, what: string): Promise<void> {
  await page.getByRole('link', { name: 'ci-bot', exact: true }).click()
  await press(page, `Edit ${what}`)
}

export const KEY_SCENES: readonly Scene[] = [
  { name: 'keys', who: ADA, path: KEYS },
  { name: 'keys-menu', who: ADA, path: KEYS, act: (page) => press(page, 'Actions for ci-bot') },
  { name: 'keys-limit', who: ADA, path: KEYS, act: (page) => edit(page, 'rate limit') },
  { name: 'key-page', who: ADA, path: () => keyPath('ci-bot') },
  { name: 'key-page-day', who: ADA, path: () => keyPath('ci-bot'), act: pointAtDay },
  { name: 'key-page-below', who: ADA, path: () => keyPath('ci-bot'), act: scrollTo('Recent activity') },
  { name: 'key-page-end', who: ADA, path: () => keyPath('ci-bot'), act: scrollTo('What happened') },
  { name: 'key-unused', who: ADA, path: () => keyPath('ci-bot, preview 41') },
  { name: 'key-revoked', who: ADA, path: () => keyPath('Carl’s laptop') },
  { name: 'key-expired', who: ADA, path: () => keyPath('Old website') },
  { name: 'key-disabled', who: ADA, path: () => keyPath('Spreadsheet import') },
  { name: 'key-leaked', who: ADA, path: () => keyPath('Club website') },
  { name: 'key-leaked-revoked', who: ADA, path: () => keyPath('Results bot') },
  { name: 'key-honey', who: ADA, path: () => keyPath('In the old wiki') },
  { name: 'key-imported', who: ADA, path: () => keyPath('Old scoreboard') },
  { name: 'key-of-another', who: ADA, path: () => keyPath('Team calendar') },
  { name: 'key-mine', who: CARL, path: () => keyPath('Team calendar') },
  {
    name: 'key-metadata',
    who: ADA,
    path: () => keyPath('ci-bot'),
    act: (page) => press(page, 'Edit metadata'),
  },
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
    act: (page) => press(page, 'Edit scopes'),
  },
  { name: 'key-rotate', who: ADA, path: () => keyPath('ci-bot'), act: (page) => press(page, 'Rotate') },
  {
    name: 'key-rotated',
    who: ADA,
    path: () => keyPath('ci-bot, preview 42'),
    act: async (page) => {
      await press(page, 'Rotate')
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
  {
    name: 'keys-create-discard',
    who: ADA,
    path: KEYS,
    act: async (page) => {
      await fillKey(page, 'Results page')
      await page.keyboard.press('Escape')
      await page.getByText('Discard what you typed?').waitFor()
    },
  },
  {
    name: 'keys-create-unanswered',
    who: ADA,
    path: KEYS,
    act: async (page) => {
      await fillKey(page, 'Results page')
      await page.route('**/keys', (route) => route.abort(), { times: 1 })
      await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click()
      await page.getByText('Nobody knows whether this was done.').waitFor()
    },
  },
  { name: 'keys-delete', who: ADA, path: KEYS, act: (page) => menu(page, 'Old website', 'Delete…') },
  {
    name: 'keys-disabled-told',
    who: ADA,
    path: KEYS,
    act: async (page) => {
      await menu(page, 'Excel trial', 'Disable')
      await page.getByRole('button', { name: 'Undo' }).waitFor()
      await db().apiKey.updateMany({ where: { name: 'Excel trial' }, data: { disabledAt: null } })
    },
  },
  { name: 'keys-filtered', who: ADA, path: `${KEYS}?q=s&sort=expiresAt&used=used-30` },
  {
    name: 'keys-filters',
    who: ADA,
    path: `${KEYS}?status=usable&used=used-30`,
    act: (page) => page.getByText('Filters').click(),
  },
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
      await page.getByRole('checkbox', { name: 'Select all on this page' }).check()
      await page.getByRole('button', { name: /^Revoke \d+…/ }).click()
      await page.getByLabel('Reason').waitFor()
    },
  },
  { name: 'keys-expiry', who: ADA, path: KEYS, act: (page) => edit(page, 'expiry') },
  { name: 'keys-addresses', who: ADA, path: KEYS, act: (page) => edit(page, 'IP allowlist') },
  {
    name: 'keys-addresses-refused',
    who: ADA,
    path: KEYS,
    act: async (page) => {
      await edit(page, 'IP allowlist')
      await page.getByRole('textbox', { name: 'IP allowlist' }).fill('203.0.113.7\n10.1.2.3/9')
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
      await page.getByText('Set an IP allowlist').click()
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
  {
    name: 'keys-created-called',
    who: SUE,
    path: '/clubs/solo/keys',
    act: async (page) => {
      await fillKey(page, 'Results feed')
      await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click()
      await hideToken(page)
      await page.getByRole('tab', { name: 'GitHub Actions' }).click()
      await press(page, 'Send a test call')
      await page.getByText(/^200 in/).waitFor()
      const where = { name: 'Results feed', clubId: await clubId('solo') }
      await db().apiKey.updateMany({ where, data: { revokedAt: new Date() } })
      await db().apiKey.deleteMany({ where })
    },
  },
  { name: 'keys-create-mine', who: CARL, path: KEYS, act: (page) => fillKey(page, 'Results page') },
  { name: 'keys-mine', who: CARL, path: KEYS },
]
