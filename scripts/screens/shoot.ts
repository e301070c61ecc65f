import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { PASSWORD, ready } from '../../__tests__/support/browser'
import type { Scene } from './scene'

type Look = { browser: Browser; origin: string; theme: 'light' | 'dark'; width: number }

/** Keeps a picture of what the page shows now. */
type Keep = (page: Page, scene: Scene, look: Look) => Promise<void>

/** Takes every scene in one look. */
export async function shoot(look: Look, scenes: readonly Scene[], keep: Keep): Promise<void> {
  const { browser, origin, theme, width } = look
  for (const who of new Set(scenes.map((scene) => scene.who))) {
    const viewport = { width, height: width < 600 ? 844 : 800 }
    const context = await browser.newContext({
      viewport,
      colorScheme: theme,
      reducedMotion: 'reduce',
      baseURL: origin,
    })
    context.setDefaultTimeout(10_000)
    const page = await context.newPage()
    if (who) await signIn(page, who)
    for (const scene of scenes.filter((each) => each.who === who)) {
      // From elsewhere: a new fragment alone loads nothing.
      await page.goto('about:blank')
      await page.goto(typeof scene.path === 'string' ? scene.path : await scene.path())
      if (!scene.isMail) await ready(page)
      await scene.act?.(page)
      await page.waitForTimeout(50)
      await keep(page, scene, look)
      process.stdout.write(`${scene.name} ${width} ${theme}\n`)
    }
    await context.close()
  }
}

/** As a file of the folder, whole where it is a mail. */
export const inFolder =
  (folder: string): Keep =>
  async (page, { name, isMail = false }, { width, theme }) => {
    const file = path.join(folder, `${name}-${width}-${theme}.png`)
    await page.screenshot({ path: file, animations: 'disabled', fullPage: isMail })
  }

async function signIn(page: Page, email: string): Promise<void> {
  await page.goto('/sign-in')
  await ready(page)
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
}
