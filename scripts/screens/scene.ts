import type { Page } from 'playwright-core'

/**
 * `who` is signed in, or null; `path` may be made just before; `act` brings the page into the state to look
 * at.
 */
export type Scene = {
  name: string
  who: string | null
  path: string | (() => Promise<string>)
  act?: (page: Page) => Promise<unknown>
  /** No page of the app: there is nothing to wait for. */
  isMail?: boolean
}

export const ADA = 'ada@demo.test'
export const SUE = 'sue@solo.test'
export const CARL = 'carl@demo.test'
export const MAXI = 'maximiliane.von.hohenstein@demo.test'
export const KEYS = '/clubs/demo/keys'

export const press = (page: Page, name: string) =>
  page.getByRole('button', { name, exact: true }).first().click()

export async function menu(page: Page, of: string, item: string): Promise<void> {
  await press(page, `Actions for ${of}`)
  await page.getByRole('menuitem', { name: item }).click()
}

export async function fillKey(page: Page, name: string): Promise<void> {
  await press(page, 'Create key')
  await page.getByLabel('Name', { exact: true }).fill(name)
}

/** The token of a picture is nobody's. */
export async function hideToken(page: Page): Promise<void> {
  await page.getByLabel('The key', { exact: true }).waitFor()
  await page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) {
      const { currentNode } = walker
      currentNode.nodeValue = (currentNode.nodeValue ?? '').replace(
        /(sk_[a-z]+_)\w{49}/,
        (_, start: string) => start + 'Example'.repeat(7),
      )
    }
  })
}
