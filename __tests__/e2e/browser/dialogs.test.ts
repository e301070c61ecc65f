import type { Locator, Page } from 'playwright-core'
import { db } from '@/lib/db/client'
import { makeClub, makeKey, makeMember, useDatabase } from '../../support/club'
import { givePassword, growStale, PASSWORD, ready, useBrowser } from '../../support/browser'
import { useServer } from '../../support/server'
import { demand } from '../../support/policy'

const database = useDatabase()
const server = useServer(database.url)
const browser = useBrowser()

async function setup({ width = 1280 } = {}) {
  const club = await makeClub()
  const person = await givePassword(await makeMember(club.id, ['CLUB_ADMIN', 'COACH']), 'Ada Admin')
  await makeKey(person, { name: 'ci-bot' })
  const tab = await browser.open({ server: server(), width, as: person })
  const { page } = tab
  const path = (section: string) => `/clubs/${club.slug}/${section}`
  await tab.visit(path('members'))
  await ready(page)
  // By a link, as people come: what is behind is a page of the same document.
  await page.getByRole('link', { name: 'Keys', exact: true }).click()
  await page.getByRole('heading', { name: 'Keys', exact: true }).waitFor()
  return { ...tab, clubId: club.id, person, path }
}

const dialogOf = (page: Page) => page.getByRole('dialog')
const question = (page: Page) => page.getByRole('alertdialog')
const pathOf = (page: Page) => new URL(page.url()).pathname

async function openForm(page: Page, name?: string): Promise<Locator> {
  await page.getByRole('button', { name: 'Create key' }).click()
  const field = dialogOf(page).getByLabel('Name', { exact: true })
  if (name !== undefined) await field.fill(name)
  else await field.waitFor()
  return field
}

async function makeToken(page: Page): Promise<string> {
  await openForm(page, 'shown once')
  await dialogOf(page).getByRole('button', { name: 'Create key' }).click()
  return (await page.getByLabel('The key', { exact: true }).textContent()) ?? ''
}

const answer = (page: Page, button: string) => question(page).getByRole('button', { name: button }).click()

/** What there is to see of it, and not under something else. */
async function isInSight(element: Locator): Promise<boolean> {
  return element.evaluate((node) => {
    const { left, top, right, bottom, width, height } = node.getBoundingClientRect()
    if (width === 0 || height === 0) return false
    const onScreen = left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight
    const seen = document.elementFromPoint(left + width / 2, top + height / 2)
    return onScreen && (node === seen || node.contains(seen))
  })
}

describe('Back', () => {
  it('closes an open dialog and not the page; Forward opens nothing, and the next Back leaves the page', async () => {
    const { page, offences, path } = await setup()
    await openForm(page)
    await page.goBack()
    await dialogOf(page).waitFor({ state: 'detached' })
    expect(pathOf(page)).toBe(path('keys'))
    await page.evaluate(() => history.forward())
    await page.waitForTimeout(200)
    expect(await dialogOf(page).count()).toBe(0)
    expect(pathOf(page)).toBe(path('keys'))
    await page.goBack()
    await page.getByRole('heading', { name: 'Members', exact: true }).waitFor()
    expect(pathOf(page)).toBe(path('members'))
    await page.goForward()
    await page.getByRole('heading', { name: 'Keys', exact: true }).waitFor()
    await openForm(page)
    expect(offences).toEqual([])
  })

  it('after a dialog was closed in another way leaves the page at once', async () => {
    const { page, path } = await setup()
    await openForm(page)
    await page.keyboard.press('Escape')
    await dialogOf(page).waitFor({ state: 'detached' })
    await page.waitForTimeout(100)
    await page.goBack()
    await page.getByRole('heading', { name: 'Members', exact: true }).waitFor()
    expect(pathOf(page)).toBe(path('members'))
  })

  it('asks while a token is shown, however often; the token stays, and the page behind it is fresh', async () => {
    const { page, offences, path } = await setup()
    const token = await makeToken(page)
    for (let i = 0; i < 2; i++) {
      await page.goBack()
      await question(page).getByText('Close without saving the key?').waitFor()
      await answer(page, 'Back to the key')
      await question(page).waitFor({ state: 'detached' })
      expect(await page.getByLabel('The key', { exact: true }).textContent()).toBe(token)
    }
    await page.goBack()
    await question(page).waitFor()
    // Once more closes the question, and nothing else.
    await page.goBack()
    await question(page).waitFor({ state: 'detached' })
    expect(await page.getByLabel('The key', { exact: true }).textContent()).toBe(token)
    await page.getByLabel('I have saved this key').check()
    await page.goBack()
    await dialogOf(page).waitFor({ state: 'detached' })
    expect(pathOf(page)).toBe(path('keys'))
    await page.getByRole('link', { name: 'shown once', exact: true }).click()
    await page.getByRole('heading', { name: 'shown once' }).waitFor()
    await page.goBack()
    await page.getByRole('heading', { name: 'Keys', exact: true }).waitFor()
    expect(offences).toEqual([])
  })

  it('closes the password dialog and not the form below it', async () => {
    const { page, person } = await setup()
    await openForm(page, 'typed before')
    await growStale(person)
    await dialogOf(page).getByRole('button', { name: 'Create key' }).click()
    const password = page.getByLabel(`Password for ${person.email}`)
    await password.waitFor()
    await page.goBack()
    await password.waitFor({ state: 'detached' })
    const field = dialogOf(page).getByLabel('Name', { exact: true })
    expect(await field.inputValue()).toBe('typed before')
    await dialogOf(page).getByRole('button', { name: 'Create key' }).click()
    await password.fill(PASSWORD)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('heading', { name: '“typed before” is ready' }).waitFor()
  })

  it('from a page that a dialog’s link led to leads to the page below the dialog', async () => {
    const { page, path } = await setup()
    await page.getByRole('link', { name: 'Members', exact: true }).click()
    await page.getByRole('button', { name: 'Actions for Ada Admin' }).click()
    await page.getByRole('menuitem', { name: 'Hand keys over…' }).click()
    await page.getByRole('link', { name: 'Create one' }).click()
    await page.getByRole('heading', { name: 'No service accounts yet' }).waitFor()
    await page.goBack()
    await page.getByRole('heading', { name: 'Members', exact: true }).waitFor()
    expect([pathOf(page), await dialogOf(page).count()]).toEqual([path('members'), 0])
    await page.goBack()
    await page.getByRole('heading', { name: 'Keys', exact: true }).waitFor()
  })
})

describe('what is typed', () => {
  it('is asked about before it goes, by Back, Esc, the X and a click outside, but not where nothing was typed', async () => {
    const { page } = await setup()
    const ways = [
      () => page.goBack(),
      () => page.keyboard.press('Escape'),
      () => dialogOf(page).getByRole('button', { name: 'Close' }).click(),
      () => page.mouse.click(5, 5),
    ]
    const field = await openForm(page, 'mine')
    for (const close of ways) {
      await close()
      await question(page).getByText('Discard what you typed?').waitFor()
      await answer(page, 'Keep editing')
      await question(page).waitFor({ state: 'detached' })
      expect(await field.inputValue()).toBe('mine')
    }
    await field.fill('')
    await page.keyboard.press('Escape')
    await dialogOf(page).waitFor({ state: 'detached' })
    await openForm(page, 'mine')
    await page.keyboard.press('Escape')
    await answer(page, 'Discard')
    await dialogOf(page).waitFor({ state: 'detached' })
    expect(await page.getByRole('button', { name: 'Create key' }).evaluate(hasFocus)).toBe(true)
    // Boxes that a preset ticks were not left as they were, either.
    await openForm(page)
    await dialogOf(page).getByRole('button', { name: 'Everything I may' }).click()
    await page.keyboard.press('Escape')
    await question(page).getByText('Discard what you typed?').waitFor()
  })

  it('is asked about by the browser before the tab is closed', async () => {
    const { page } = await setup()
    await openForm(page, 'mine')
    const asked = page.waitForEvent('dialog')
    await page.close({ runBeforeUnload: true })
    const dialog = await asked
    expect(dialog.type()).toBe('beforeunload')
    await dialog.dismiss()
    expect(await dialogOf(page).getByLabel('Name', { exact: true }).inputValue()).toBe('mine')
  })
})

describe('what is typed into a form of the page itself', () => {
  const openSettings = async () => {
    const setting = await setup()
    const { page } = setting
    await page.getByRole('link', { name: 'Settings', exact: true }).click()
    await page.getByRole('heading', { name: 'Settings', exact: true }).waitFor()
    return { ...setting, name: page.getByLabel('Name', { exact: true }) }
  }

  it('is asked about before it goes, by a link, by Back and with the tab', async () => {
    const { page, path, name, offences } = await openSettings()
    await name.fill('Typed anew')
    const ways = [() => page.getByRole('link', { name: 'Members', exact: true }).click(), () => page.goBack()]
    for (const leave of [...ways, ...ways]) {
      await leave()
      await question(page).getByText('Discard what you typed?').waitFor()
      await answer(page, 'Keep editing')
      await question(page).waitFor({ state: 'detached' })
      expect([pathOf(page), await name.inputValue()]).toEqual([path('settings'), 'Typed anew'])
    }
    const asked = page.waitForEvent('dialog')
    await page.close({ runBeforeUnload: true })
    await (await asked).dismiss()
    await page.goBack()
    await answer(page, 'Discard')
    await page.getByRole('heading', { name: 'Keys', exact: true }).waitFor()
    expect(pathOf(page)).toBe(path('keys'))
    await page.getByRole('link', { name: 'Settings', exact: true }).click()
    await page.getByRole('heading', { name: 'Settings', exact: true }).waitFor()
    expect(await name.inputValue()).not.toBe('Typed anew')
    await name.fill('Typed again')
    await page.getByRole('link', { name: 'Members', exact: true }).click()
    await answer(page, 'Discard')
    await page.getByRole('heading', { name: 'Members', exact: true }).waitFor()
    expect(offences).toEqual([])
  })

  it('is not asked about once it is saved, nor where it was taken back; the focus stays on its button', async () => {
    const { page, path, name, clubId } = await openSettings()
    const before = await name.inputValue()
    await name.fill('Saved now')
    await page.getByRole('button', { name: 'Save club' }).click()
    await page.getByText('The club is saved.').waitFor()
    // The page is made anew with it: its header says so.
    await page.getByRole('banner').getByText('Saved now').waitFor()
    expect(await page.getByRole('button', { name: 'Save club' }).evaluate(hasFocus)).toBe(true)
    await name.fill(before)
    await name.fill('Saved now')
    await page.waitForTimeout(100)
    await page.getByRole('link', { name: 'Members', exact: true }).click()
    await page.getByRole('heading', { name: 'Members', exact: true }).waitFor()
    expect([pathOf(page), await question(page).count()]).toEqual([path('members'), 0])
    expect(await db().club.findUniqueOrThrow({ where: { id: clubId } })).toMatchObject({ name: 'Saved now' })
  })
})

it('a reload with an open dialog shows the page without it, and the next Back leaves the page', async () => {
  const { page, offences, path } = await setup()
  await openForm(page)
  await page.reload()
  await ready(page)
  await page.waitForTimeout(200)
  expect([pathOf(page), await dialogOf(page).count()]).toEqual([path('keys'), 0])
  await page.goBack()
  await page.getByRole('heading', { name: 'Members', exact: true }).waitFor()
  expect(offences).toEqual([])
})

const hasFocus = (element: Element) => element === document.activeElement

const SIZES = [
  [1280, 800],
  [1440, 900],
  [1920, 1080],
  [390, 844],
  [390, 430],
  [320, 568],
  [320, 320],
] as const

describe('the foot of a form', () => {
  it('is in sight at every size, with the refusal, and the first bad field has the focus', async () => {
    const { page, offences } = await setup()
    for (const [width, height] of SIZES) {
      await page.setViewportSize({ width, height })
      const field = await openForm(page, 'page')
      const send = dialogOf(page).getByRole('button', { name: 'Create key' })
      const close = dialogOf(page).getByRole('button', { name: 'Close' })
      const inSight = async (...all: Locator[]) => [width, height, await Promise.all(all.map(isInSight))]
      expect(await inSight(send, close)).toEqual([width, height, [true, true]])
      await page.getByRole('checkbox', { name: 'practices:read' }).uncheck()
      await send.click()
      const fault = dialogOf(page).getByText('Choose at least one scope').first()
      await fault.waitFor()
      expect(await inSight(send, fault)).toEqual([width, height, [true, true]])
      expect(await page.getByRole('group', { name: 'Scopes' }).locator('input:focus').count()).toBe(1)
      await dialogOf(page).getByRole('alert').getByText('Choose at least one scope.').waitFor()
      await field.fill('')
      await page.getByRole('checkbox', { name: 'practices:read' }).check()
      expect(await inSight(send)).toEqual([width, height, [true]])
      await page.keyboard.press('Escape')
      await dialogOf(page).waitFor({ state: 'detached' })
    }
    expect(offences).toEqual([])
  })

  it('holds the refusal of the whole form, too', async () => {
    const { page, path, clubId } = await setup()
    await page.setViewportSize({ width: 390, height: 844 })
    await openForm(page, 'of nobody')
    await demand(clubId, { maxLiveKeysPerMember: 1 })
    await dialogOf(page).getByRole('button', { name: 'Create key' }).click()
    const refusal = dialogOf(page).getByRole('alert').first()
    await refusal.waitFor()
    expect(await isInSight(refusal)).toBe(true)
    expect(pathOf(page)).toBe(path('keys'))
  })
})
