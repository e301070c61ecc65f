import { db } from '@/lib/db/client'
import { ADA, CARL, fillKey, hideToken, KEYS, menu, press, SUE, type Scene } from './scene'

const BACKUP = 'Nightly backup of training plans to the federation’s archive'

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

export const KEY_SCENES: readonly Scene[] = [
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
  { name: 'keys-expiry', who: ADA, path: KEYS, act: (page) => menu(page, 'ci-bot', 'Expiry…') },
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
]
