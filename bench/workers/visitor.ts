import '@/keys'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import {
  givePassword,
  launchChromium,
  paintOf,
  ready,
  signIn,
  type Paint,
} from '../../__tests__/support/browser'
import { makeClub, makeKey, makeMember, type Member } from '../../__tests__/support/club'
import { makeManyKeys } from '../../__tests__/support/many-keys'
import { fillActivity } from '../../scripts/screens/fill-activity'
import { answerCalls } from '../support/worker'

// A person with a browser, in a club of many keys and members.

const HOLDERS = 20
/** Made one by one, so that the audit log has pages. */
const MADE_EACH = 10
const MEMBERS = 300
const SLOW_DOWN = 4
const PATIENCE_MS = 10_000
const ENDING_PATIENCE_MS = 600_000
/** Drawn as a test's browser does, but at the address that the servers of the benchmark have. */
const ADDRESS_RULES = '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'

/** From a click: until the server's answer was whole, and until what it brought was drawn (ms). */
type Step = { answer: number; drawn: number }
type Visit = { origin: string; path: string }

let person: Member
let browser: Promise<Browser> | undefined

/** Fills a migrated database. @param keys a multiple of the holders */
async function fill({ keys }: { keys: number }): Promise<{ base: string; key: string }> {
  const club = await makeClub()
  person = await givePassword(await makeMember(club.id, ['CLUB_ADMIN', 'COACH']), 'Ada Admin')
  const each = keys / HOLDERS
  let key = ''
  for (let holder = 0; holder < HOLDERS; holder++) {
    const owner = await makeMember(club.id, ['COACH'])
    for (let i = 0; i < MADE_EACH; i++)
      key = (await makeKey(owner, { name: `script ${holder * MADE_EACH + i}` })).id
    // Last: a member may make no more by then.
    await makeManyKeys(owner, each - MADE_EACH, { name: `old script ${holder}` })
  }
  for (let i = HOLDERS; i < MEMBERS; i++) await makeMember(club.id, ['ATHLETE'])
  await fillActivity(club.id, key)
  return { base: `/clubs/${club.slug}`, key }
}

/** A first visit: nothing is cached. The processor is four times as slow. */
async function paint(visit: Visit): Promise<Paint> {
  return inTab(visit.origin, async (page, context) => {
    const client = await context.newCDPSession(page)
    await client.send('Emulation.setCPUThrottlingRate', { rate: SLOW_DOWN })
    return paintOf(page, visit.path)
  })
}

/** From page to page of a list. */
async function turnPages({ times, ...visit }: Visit & { times: number }): Promise<Step[]> {
  return inTab(visit.origin, async (page) => {
    await page.goto(visit.path, { waitUntil: 'networkidle' })
    await ready(page)
    const steps: Step[] = []
    for (let i = 0; i < times; i++) steps.push(await stepBy(page, 'a[data-way]:last-of-type', 'main h2'))
    return steps
  })
}

/** From a list to the first of what it lists, each time from the list's own address. */
async function openFirst({ times, ...visit }: Visit & { times: number }): Promise<Step[]> {
  return inTab(visit.origin, async (page) => {
    const steps: Step[] = []
    for (let i = 0; i < times; i++) {
      await page.goto(visit.path, { waitUntil: 'networkidle' })
      await ready(page)
      steps.push(await stepBy(page, 'main tbody a', 'main h1'))
    }
    return steps
  })
}

/** Clicks, and waits until `sign` says something else and that is drawn. */
const stepBy = (page: Page, link: string, sign: string): Promise<Step> =>
  page.evaluate(
    async ([link, sign]) => {
      const before = document.querySelector(sign)?.textContent
      const start = performance.now()
      document.querySelector<HTMLElement>(link)?.click()
      await new Promise<void>((done) => {
        const id = setInterval(() => {
          const text = document.querySelector(sign)?.textContent ?? before
          if (text === before) return
          clearInterval(id)
          requestAnimationFrame(() => setTimeout(done))
        }, 1)
      })
      const drawn = performance.now() - start
      const asked = performance
        .getEntriesByType('resource')
        .filter((entry) => entry.startTime >= start && entry.name.includes('_rsc'))
        .map((entry) => (entry as PerformanceResourceTiming).responseEnd - start)
      return { answer: Math.max(...asked), drawn }
    },
    [link, sign] as const,
  )

/** Revokes every key of the list. @returns how long that took (ms), from the last click on */
async function revokeAll(visit: Visit): Promise<number> {
  return inTab(visit.origin, async (page) => {
    await page.goto(visit.path)
    await ready(page)
    await page.getByRole('checkbox', { name: 'Select all on this page' }).check()
    await page.getByRole('button', { name: 'Revoke all that match…' }).click()
    const start = performance.now()
    await page.getByRole('button', { name: /^Revoke .* keys$/ }).click()
    await page.getByText('keys are revoked.').waitFor({ timeout: ENDING_PATIENCE_MS })
    return performance.now() - start
  })
}

async function inTab<Result>(
  origin: string,
  look: (page: Page, context: BrowserContext) => Promise<Result>,
): Promise<Result> {
  browser ??= launchChromium([ADDRESS_RULES])
  const viewport = { width: 1280, height: 900 }
  const context = await (await browser).newContext({ viewport, baseURL: origin })
  context.setDefaultTimeout(PATIENCE_MS)
  try {
    await signIn(context, person, origin)
    return await look(await context.newPage(), context)
  } finally {
    await context.close()
  }
}

const close = async () => (await browser)?.close()

const handlers = { fill, paint, turnPages, openFirst, revokeAll, close }
export type Visitor = typeof handlers
answerCalls(handlers)
