import type { Page } from 'playwright-core'
import { useDatabase } from '../../support/club'
import { accessibilityFaults, ready, useBrowser } from '../../support/browser'
import { useServer } from '../../support/server'

const database = useDatabase()
const server = useServer(database.url)
const browser = useBrowser()

type State = { name: string; path: string; act?: (page: Page) => Promise<unknown> }

const DOCS: State[] = [
  { name: 'docs', path: '/docs' },
  { name: 'a page of the docs', path: '/docs/integration-guide' },
  { name: 'the picture', path: '/docs/concepts' },
  { name: 'problems', path: '/docs/problems' },
  { name: 'the reference', path: '/docs/api' },
  { name: 'operations', path: '/docs/api/practices' },
  { name: 'an operation, tried', path: '/docs/api/practices', act: tryIt },
  { name: 'a problem', path: '/docs/problems/invalid_token' },
  { name: 'docs found', path: '/docs/search?q=rotate' },
  { name: 'docs, search open', path: '/docs', act: search },
]

async function tryIt(page: Page) {
  await page.locator('summary', { hasText: 'Try it' }).first().click()
  await page.getByLabel('Your key').first().fill('sk_club_nonsense')
  await page.getByRole('button', { name: 'Send GET listPractices' }).click()
  await page.getByText(/^401 in/).waitFor()
}

async function search(page: Page) {
  await page.getByRole('combobox').fill('rotate')
  await page.getByRole('option').first().waitFor()
}

it('axe finds nothing in the docs, which nobody has to sign in for, and nothing scrolls sideways', async () => {
  const { page, visit, offences } = await browser.open({ server: server() })
  const faults: string[] = []
  for (const { name, path, act } of DOCS) {
    await page.setViewportSize({ width: 1280, height: 900 })
    await visit(path)
    await ready(page)
    await act?.(page)
    for (const width of [320, 390, 768, 1280, 1920]) {
      await page.setViewportSize({ width, height: 900 })
      const isWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
      if (isWide) faults.push(`${name}, ${width}: wider than its screen`)
    }
    for (const width of [390, 1280]) {
      await page.setViewportSize({ width, height: 900 })
      await page.emulateMedia({ colorScheme: 'light' })
      faults.push(...(await accessibilityFaults(page)).map((fault) => `${name}, ${width}: ${fault}`))
      await page.emulateMedia({ colorScheme: 'dark' })
      const dark = await accessibilityFaults(page, 'colours')
      faults.push(...dark.map((fault) => `${name}, ${width}, dark: ${fault}`))
    }
  }
  expect(faults).toEqual([])
  expect(offences).toEqual([])
}, 240_000)
