import type { Page } from 'playwright-core'
import { db } from '@/lib/db/client'
import {
  changesHeard,
  makeClub,
  makeKey,
  makeMember,
  makeServiceAccount,
  useDatabase,
} from '../../support/club'
import { givePassword, ready, useBrowser } from '../../support/browser'
import { useServer } from '../../support/server'

const database = useDatabase()
const server = useServer(database.url)
const browser = useBrowser()

async function setup() {
  const club = await makeClub()
  const admin = await givePassword(await makeMember(club.id, ['CLUB_ADMIN', 'COACH']), 'Ada Admin')
  const coach = await givePassword(await makeMember(club.id, ['COACH']), 'Carl Coach')
  const board = await makeKey(coach, { name: 'Scoreboard', scopes: ['practices:read', 'practices:write'] })
  const idle = await makeKey(coach, { name: 'Old script', scopes: ['practices:read'] })
  await db().apiKeyUsage.create({
    data: { apiKeyId: board.id, clubId: club.id, hour: new Date(), requests: 1234 },
  })
  await db().apiKeyUse.create({ data: { apiKeyId: board.id, clubId: club.id, lastUsedAt: new Date() } })
  await db().apiKeyScopeUse.create({
    data: { apiKeyId: board.id, clubId: club.id, scope: 'practices:write', lastUsedAt: new Date() },
  })
  const open = async () => {
    const tab = await browser.open({ server: server(), as: admin })
    await tab.visit(`/clubs/${club.slug}/members`)
    await ready(tab.page)
    return tab
  }
  return { club, coach, board, idle, open }
}

async function choose(page: Page, item: string): Promise<void> {
  await page.getByRole('button', { name: 'Actions for Carl Coach' }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

const status = async (token: string) => (await server().call('GET', '/api/v1/whoami', token)).status

it('before a removal an admin sees what stops, hands it over, saves the new key, and removes: only what was handed over goes on', async () => {
  const { club, board, idle, open } = await setup()
  await makeServiceAccount(club.id, ['ATHLETE'], 'athlete robot')
  await makeServiceAccount(club.id, ['COACH'], 'scoreboard robot')
  const { page, offences } = await open()
  await choose(page, 'Remove…')
  const used = page.getByRole('region', { name: 'Used in the last 30 days' })
  await used.getByText('1,234 requests').waitFor()
  await page.getByText('Not used in the last 30 days: Old script').waitFor()
  await page.getByRole('button', { name: 'Hand keys over…' }).click()

  const wanted = page.getByRole('checkbox', { name: 'Scoreboard' })
  expect(await wanted.isDisabled()).toBe(true)
  await page.getByText('Needs practices:write').waitFor()
  await page.getByLabel('To').selectOption('scoreboard robot')
  expect(await wanted.isChecked()).toBe(true)
  expect(await page.getByRole('checkbox', { name: 'Old script' }).isChecked()).toBe(false)
  await page.getByRole('button', { name: 'Hand over', exact: true }).click()
  const token = (await page.getByLabel('The new key “Scoreboard”').textContent()) ?? ''
  expect(await page.getByRole('button', { name: 'Done' }).isDisabled()).toBe(true)
  await page.getByRole('checkbox', { name: 'I have saved this key' }).check()
  await page.getByRole('button', { name: 'Done' }).click()
  expect([await status(token), await status(board.token)]).toEqual([200, 200])

  await choose(page, 'Remove…')
  await used.getByText('Replaced already').waitFor()
  await page.getByRole('button', { name: 'Remove member' }).click()
  await page.getByText('Carl Coach is removed.').waitFor()
  await changesHeard()
  expect([await status(token), await status(board.token), await status(idle.token)]).toEqual([200, 401, 401])
  expect(await page.locator('body').innerText()).not.toContain(token)
  expect(offences).toEqual([])
})

it('before a demotion an admin sees what breaks; Cancel changes nothing', async () => {
  const { coach, open } = await setup()
  const { page } = await open()
  const demote = async () => {
    await choose(page, 'Change roles…')
    await page.getByRole('checkbox', { name: 'Coach' }).uncheck()
    await page.getByRole('checkbox', { name: 'Athlete' }).check()
    await page.getByRole('button', { name: 'Save roles' }).click()
  }
  await demote()
  await page.getByText('Breaks: it uses practices:write').waitFor()
  // Enter alone does no harm, though another dialog stood here a moment ago.
  expect(
    await page
      .getByRole('button', { name: 'Cancel' })
      .evaluate((button) => button === document.activeElement),
  ).toBe(true)
  await page.getByRole('button', { name: 'Cancel' }).click()
  expect(await db().membership.findFirstOrThrow({ where: { userId: coach.userId } })).toMatchObject({
    roles: ['COACH'],
  })
  await demote()
  await page.getByRole('button', { name: 'Change roles', exact: true }).click()
  await page.getByText('The roles of Carl Coach are changed.').waitFor()
  expect(await db().membership.findFirstOrThrow({ where: { userId: coach.userId } })).toMatchObject({
    roles: ['ATHLETE'],
  })
})

it('without a service account it says where to make one', async () => {
  const { open } = await setup()
  const { page } = await open()
  await choose(page, 'Hand keys over…')
  await page.getByRole('link', { name: 'Create one' }).click()
  await page.getByRole('heading', { name: 'No service accounts yet' }).waitFor()
})
