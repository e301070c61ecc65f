import type { Page } from 'playwright-core'
import { mailPath } from './data/mails'
import { likenessOf } from './likeness'

/** When it is in the gallery, always: what is said of times stays the same. */
const NOW = new Date('2027-01-14T12:00:00Z')

/** Of a phone, and of a desk: what is drawn differently differs between these two. */
const WIDTHS = [390, 1280] as const

type Shows = { showState: (name: string) => Promise<string> }

/** Shows a state on a phone, in the light theme. @throws Error that says what was in the way of the state */
export async function showState(page: Page, name: string): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light' })
  await sizeTo(page, WIDTHS[0])
  const mail = mailPath(name)
  if (mail !== null) return void (await page.goto(mail))
  if (new URL(page.url()).pathname !== '/') await open(page)
  const said = await page.evaluate((state) => (globalThis as unknown as Shows).showState(state), name)
  if (said !== 'yes') throw new Error(`${name}: ${said}`)
}

export const sizeTo = (page: Page, width: number) => page.setViewportSize({ width, height: 900 })

/** The names of all states, as the first page lists them. */
export async function namesOf(page: Page): Promise<string[]> {
  await page.clock.setFixedTime(NOW)
  await open(page)
  return page.locator('li a').allTextContents()
}

async function open(page: Page): Promise<void> {
  await page.goto('/')
  await page.waitForFunction(() => document.documentElement.dataset.shown)
}

/** What draws after its window has another size is given so long, in milliseconds. */
const SETTLES_MS = 2_000

/**
 * How the state that is shown looks in the light theme, by its name and each width.
 * @param isSettled whether a look is taken as it is; if not, it is looked at again for a while
 */
export async function looksOf(
  page: Page,
  name: string,
  scale: Page,
  isSettled: (look: string, likeness: string) => boolean = () => true,
): Promise<[string, string][]> {
  await page.emulateMedia({ colorScheme: 'light' })
  const looks: [string, string][] = []
  for (const width of WIDTHS) {
    await sizeTo(page, width)
    const look = `${width} ${name}`
    const until = Date.now() + SETTLES_MS
    let likeness = await likenessOf(page, scale)
    while (!isSettled(look, likeness) && Date.now() < until) likeness = await likenessOf(page, scale)
    looks.push([look, likeness])
  }
  return looks
}
