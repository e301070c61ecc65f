import path from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { PASSWORD, ready } from '../../__tests__/support/browser'
import type { Scene } from './scene'

type Look = { browser: Browser; origin: string; theme: 'light' | 'dark'; width: number }

/** Keeps a picture of what the page shows now. */
type Keep = (page: Page, scene: Scene, look: Look) => Promise<void>

/** A scene of which there is no picture. `picture`: its name, width and theme. */
export type Failure = { picture: string; error: unknown }

/**
 * Takes every scene in one look, and goes on after one that fails.
 * @returns those that failed
 */
export async function shoot(look: Look, scenes: readonly Scene[], keep: Keep): Promise<Failure[]> {
  const failures: Failure[] = []
  for (const who of new Set(scenes.map((scene) => scene.who))) {
    const context = await contextFor(look)
    // Whoever does not come in is in none of their scenes.
    const locked = await tried(
      async () => who !== null && (await onPage(context, (page) => signIn(page, who))),
    )
    for (const scene of scenes.filter((each) => each.who === who)) {
      const picture = `${scene.name} ${look.width} ${look.theme}`
      const failed = locked ?? (await tried(() => onPage(context, (page) => take(page, scene, look, keep))))
      if (failed) failures.push({ picture, error: failed.error })
      process.stdout.write(failed ? `${picture}: ${String(failed.error)}\n` : `${picture}\n`)
    }
    await context.close()
  }
  return failures
}

async function contextFor({ browser, origin, theme, width }: Look): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width, height: width < 600 ? 844 : 800 },
    colorScheme: theme,
    reducedMotion: 'reduce',
    baseURL: origin,
  })
  context.setDefaultTimeout(10_000)
  return context
}

/** On a page of its own: what a scene leaves behind, above all one that failed, is in no other picture. */
async function onPage(context: BrowserContext, act: (page: Page) => Promise<void>): Promise<void> {
  const page = await context.newPage()
  try {
    await act(page)
  } finally {
    await page.close()
  }
}

/** @returns null: it was done */
const tried = (act: () => Promise<unknown>): Promise<{ error: unknown } | null> =>
  act().then(
    () => null,
    (error: unknown) => ({ error }),
  )

async function take(page: Page, scene: Scene, look: Look, keep: Keep): Promise<void> {
  await page.goto(typeof scene.path === 'string' ? scene.path : await scene.path())
  if (!scene.isMail) await ready(page)
  await scene.act?.(page)
  await page.waitForTimeout(50)
  await keep(page, scene, look)
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
