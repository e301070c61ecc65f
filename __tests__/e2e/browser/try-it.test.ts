import type { Page } from 'playwright-core'
import { makeClub, makeKey, makeMember, makePractice, useDatabase } from '../../support/club'
import { ready, useBrowser } from '../../support/browser'
import { useServer } from '../../support/server'

const database = useDatabase()
const server = useServer(database.url)
const browser = useBrowser()

/** What outlives a page, or is told further: storage, cookies, addresses, history. */
const keptBy = (page: Page): Promise<string> =>
  page.evaluate(async () =>
    JSON.stringify([
      { ...localStorage },
      { ...sessionStorage },
      await indexedDB.databases(),
      await globalThis.caches?.keys(),
      document.cookie,
      location.href,
      history.state,
      window.name,
      performance.getEntries().map(({ name }) => name),
    ]),
  )
/** The same, and what the page holds now: its elements, and what stands in its fields. */
const allOf = async (page: Page): Promise<string> =>
  (await keptBy(page)) +
  (await page.evaluate(() => {
    const fields = [...document.querySelectorAll<HTMLInputElement>('input, textarea, select')]
    return [document.documentElement.outerHTML, ...fields.map(({ value }) => value)].join('\n')
  }))

it('a key that is tried out in the reference stays in the memory of its page, and is gone once that is left', async () => {
  const coach = await makeMember((await makeClub()).id, ['COACH'])
  const { token } = await makeKey(coach)
  await makePractice(coach)
  const { page, context, visit, offences } = await browser.open({ server: server() })
  await visit('/docs/api/practices')
  await ready(page)
  await page.locator('summary', { hasText: 'Try it' }).first().click()
  const field = page.getByLabel('Your key').first()
  await field.fill(token)
  await page.getByRole('button', { name: 'Send GET listPractices' }).click()
  await page.getByText(/^200 in/).waitFor()
  expect(await field.inputValue()).toBe(token)
  expect(await allOf(page)).toContain(token)
  expect(await keptBy(page)).not.toContain(token)

  // To another page of the docs, which the app's own router shows.
  await page.getByRole('link', { name: 'Quick start' }).first().click()
  await page.getByRole('heading', { name: 'Quick start', level: 1 }).waitFor()
  expect(await allOf(page)).not.toContain(token)
  // Elsewhere, and back: whoever sits down at this screen next.
  await visit('/sign-in')
  expect(await allOf(page)).not.toContain(token)
  await page.goBack()
  await page.goBack()
  await page.getByRole('heading', { level: 1 }).waitFor()
  expect(await allOf(page)).not.toContain(token)
  const other = await context.newPage()
  await other.goto('/docs/api/practices')
  expect(await allOf(other)).not.toContain(token)
  expect(JSON.stringify(await context.storageState({ indexedDB: true }))).not.toContain(token)
  expect(offences).toEqual([])
}, 60_000)
