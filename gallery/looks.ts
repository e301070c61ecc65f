import type { Page } from 'playwright-core'

/** When it is in the gallery, always: what is said of times stays the same. */
const NOW = new Date('2027-01-14T12:00:00Z')

/** @throws Error that says what was in the way of the state */
export async function showState(page: Page, name: string): Promise<void> {
  await page.goto(`/?state=${encodeURIComponent(name)}`)
  const said = await shown(page)
  if (said !== 'yes') throw new Error(`${name}: ${said}`)
}

/** The names of all states, as the first page lists them. */
export async function namesOf(page: Page): Promise<string[]> {
  await page.clock.setFixedTime(NOW)
  await page.goto('/')
  await shown(page)
  return page.locator('li a').allTextContents()
}

async function shown(page: Page): Promise<string | undefined> {
  const said = await page.waitForFunction(() => document.documentElement.dataset.shown)
  return said.jsonValue()
}
