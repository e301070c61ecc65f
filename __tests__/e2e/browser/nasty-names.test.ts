import type { Page } from 'playwright-core'
import { db } from '@/lib/db/client'
import {
  makeClub,
  makeKey,
  makeMember,
  makePractice,
  makeServiceAccount,
  useDatabase,
} from '../../support/club'
import { givePassword, ready, useBrowser, type Tab } from '../../support/browser'
import { useServer } from '../../support/server'

// Names as somebody may give them who wants to break a page, or who just has a long one.

const database = useDatabase()
const server = useServer(database.url)
const browser = useBrowser()

const WORD = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'
const CLUB = `${WORD} und Söhne` // 88 letters and more
const RIGHT_TO_LEFT = 'שלום עולם 7 (מפתח)'
const NAMES = [
  WORD.slice(0, 64),
  'W'.repeat(64),
  RIGHT_TO_LEFT,
  'Z' + '\u0337\u0332\u0301\u0302'.repeat(5) + ' alg' + 'o\u0316\u0301'.repeat(10),
  '﷽﷽﷽﷽﷽﷽﷽﷽',
]

async function setup() {
  const club = await makeClub()
  await db().club.update({ where: { id: club.id }, data: { name: CLUB } })
  const admin = await givePassword(await makeMember(club.id, ['CLUB_ADMIN', 'COACH']), `${WORD} Admin`)
  for (const name of NAMES) {
    await makeKey(admin, { name })
    await givePassword(await makeMember(club.id, ['COACH']), name)
    await makeServiceAccount(club.id, ['COACH'], name)
  }
  await makePractice(admin)
  const tab = await browser.open({ server: server(), as: admin })
  const idOf = async (name: string) =>
    (await db().apiKey.findFirstOrThrow({ where: { clubId: club.id, name } })).id
  const root = `/clubs/${club.slug}`
  const keys = await Promise.all([NAMES[0]!, RIGHT_TO_LEFT].map(idOf))
  const pages = [
    '/clubs', root, `${root}/keys`, ...keys.map((id) => `${root}/keys/${id}`), `${root}/members`,
    `${root}/service-accounts`, `${root}/audit`, `${root}/settings`, '/account', '/docs',
  ] // prettier-ignore
  return { tab, pages, root }
}

/** What is wider than the screen, and by how much. */
const tooWide = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement
    if (scrollWidth <= clientWidth) return []
    const wide = [...document.querySelectorAll('body *')].filter(
      (one) => one.getBoundingClientRect().right > clientWidth + 1,
    )
    return [`${scrollWidth} > ${clientWidth}`, ...wide.slice(0, 3).map((one) => one.outerHTML.slice(0, 160))]
  })

/**
 * Where the name stands among other text and is not set apart from it: by an element that isolates what is
 * in it, by one that is a line of its own, or by the characters that isolate (UAX 9).
 */
const notApart = (page: Page): Promise<string[]> =>
  page.evaluate((name) => {
    const isApart = (text: string) =>
      !text.includes(name) || text.includes(`\u2068${name}\u2069`) || text === name
    const holdsOnly = (element: Element | null): element is Element => element?.textContent?.trim() === name
    const isIsolated = (start: Element | null): boolean => {
      for (let at = start; holdsOnly(at); at = at.parentElement) {
        const { unicodeBidi, display } = getComputedStyle(at)
        if (display !== 'inline' || /isolate|plaintext/.test(unicodeBidi)) return true
      }
      return false
    }
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const found: string[] = []
    while (walker.nextNode()) {
      const { parentElement: parent, textContent } = walker.currentNode
      if (!textContent || parent?.closest('script, noscript')) continue
      if (!textContent.includes(name) || textContent.includes(`\u2068${name}\u2069`)) continue
      if (textContent.trim() !== name || !isIsolated(parent)) found.push(parent?.outerHTML ?? textContent)
    }
    for (const attribute of ['aria-label', 'title', 'alt', 'placeholder'])
      for (const one of document.querySelectorAll(`[${attribute}]`)) {
        const text = one.getAttribute(attribute) ?? ''
        if (!isApart(text)) found.push(`${attribute}: ${text}`)
      }
    if (!isApart(document.title)) found.push(`title: ${document.title}`)
    return found
  }, RIGHT_TO_LEFT)

/** A browser that shows everything twice as large has half as many pixels across: 640. */
const WIDTHS = [320, 390, 640, 768, 1280]

async function look({ page, visit }: Tab, path: string): Promise<string[]> {
  await visit(path)
  await ready(page)
  const faults = (await notApart(page)).map((one) => `${path}: ${one}`)
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 })
    faults.push(...(await tooWide(page)).map((one) => `${path} at ${width}: ${one}`))
  }
  return faults
}

it('no name is wider than its page, on the smallest screen and at 200 %, nor turns around what is beside it', async () => {
  const { tab, pages } = await setup()
  const faults: string[] = []
  for (const path of pages) faults.push(...(await look(tab, path)))
  expect(faults).toEqual([])
  expect(tab.offences).toEqual([])
}, 120_000)
