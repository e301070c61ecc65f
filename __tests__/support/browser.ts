import { readFileSync } from 'node:fs'
import type axe from 'axe-core'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { createLoginSession, SESSION_SECONDS } from '@/lib/sign-in/login-session'
import { hashPassword } from '@/lib/sign-in/password'
import { sessionCookie } from '@/lib/sign-in/session-token'
import { db } from '@/lib/db/client'
import { CHROMIUM_ARGUMENTS, chromiumPath } from './chromium'
import type { Member } from './club'
import type { Server } from './server'

export const PASSWORD = 'correct horse battery staple'

export type Tab = {
  page: Page
  context: BrowserContext
  /** Everything that must not happen on any page: refused by the policy, thrown, or sent elsewhere. */
  offences: string[]
  visit: (path: string) => Promise<number>
  /** As `page.reload`, once nothing is on its way. */
  reload: () => Promise<void>
  /** By the form, as people do. */
  signIn: (email: string, password?: string) => Promise<void>
}

export type Look = {
  theme?: 'light' | 'dark'
  width?: number
  zone?: string
  server: Server | { origin: string }
  origins?: string[]
  /** Whether pages run scripts. */
  scripts?: boolean
  /** Who is signed in already: what signing in is like is shown elsewhere. */
  as?: Pick<Member, 'userId'>
}

/** @throws Error that says how to install it */
export const launchChromium = (more: readonly string[] = []): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath(), args: [...CHROMIUM_ARGUMENTS, ...more] })

type Watched = { context: BrowserContext; offences: string[] }

/** One browser for a test file; every tab has cookies and storage of its own. */
export function useBrowser(): { open: (look: Look) => Promise<Tab> } {
  let browser: Browser
  const contexts: BrowserContext[] = []
  beforeAll(async () => {
    browser = await launchChromium()
  })
  afterEach(async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()))
  })
  afterAll(async () => browser.close())
  const open = async (look: Look) => {
    const watched = await makeContext(browser, look)
    contexts.push(watched.context)
    if (look.as) await signIn(watched.context, look.as, originOf(look.server))
    return tabOf(watched, look.scripts ?? true)
  }
  return { open }
}

async function makeContext(browser: Browser, look: Look): Promise<Watched> {
  const { theme = 'light', width = 1280, zone, server, origins = [], scripts = true } = look
  const viewport = { width, height: width < 600 ? 844 : 900 }
  const context = await browser.newContext({
    viewport,
    colorScheme: theme,
    reducedMotion: 'reduce',
    javaScriptEnabled: scripts,
    baseURL: originOf(server),
    ...(zone !== undefined && { timezoneId: zone }),
  })
  return watch(context, [originOf(server), ...origins])
}

/** A new sign-in, in the cookie that the server would set. */
export async function signIn(
  context: BrowserContext,
  { userId }: Pick<Member, 'userId'>,
  url: string,
): Promise<void> {
  const sessionId = await createLoginSession(userId, { requestId: null, address: null, userAgent: null })
  const { name, value } = await sessionCookie({ userId, sessionId }, SESSION_SECONDS)
  await context.addCookies([{ name, value, url, httpOnly: true, sameSite: 'Lax' }])
}

/** As NEXTAUTH_URL has it. */
export const originOf = (server: Server | { origin: string }) =>
  'origin' in server ? server.origin : `http://localhost:${server.port}`

async function watch(context: BrowserContext, origins: string[]): Promise<Watched> {
  const offences: string[] = []
  context.setDefaultTimeout(10_000)
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => {
      console.error(
        `CSP: ${event.effectiveDirective} refused ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber} ${event.sample}`,
      )
    })
  })
  context.on('console', (message) => {
    // A refusal's status is said by the browser itself, and is what some tests want.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      offences.push(message.text())
  })
  context.on('weberror', (error) => offences.push(String(error.error())))
  context.on('request', (request) => {
    const { origin, protocol } = new URL(request.url())
    // What a page of somebody else's (the provider's) asks for is not ours to answer for.
    const ours = request.isNavigationRequest() || new URL(request.frame().url()).origin === origins[0]
    if (ours && protocol.startsWith('http') && !origins.includes(origin))
      offences.push(`request to ${request.url()}`)
  })
  return { context, offences }
}

async function tabOf({ context, offences }: Watched, scripts: boolean): Promise<Tab> {
  const page = await context.newPage()
  const visit = async (path: string) => {
    if (scripts) await atRest(page)
    const status = (await page.goto(path))?.status() ?? 0
    if (scripts && (await page.locator('main').count()) > 0) await ready(page)
    return status
  }
  const reload = async () => {
    await atRest(page)
    await page.reload()
    await ready(page)
  }
  const signIn = async (email: string, password = PASSWORD) => {
    if (!page.url().includes('/sign-in')) await visit('/sign-in')
    await ready(page)
    await page.getByLabel('Email').fill(email)
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
    await ready(page)
  }
  return { page, context, offences, visit, reload, signIn }
}

/**
 * Waits until the history entry of a dialog that has closed is left: the page steps back from it a moment
 * later, and that step ends a load which began before it (`net::ERR_ABORTED`).
 */
async function atRest(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const kept = globalThis as { restedFor?: number }
    const isOpen = document.querySelector('[role=dialog], [role=alertdialog]') !== null
    const isLeft = !('clubkeysDialog' in ((history.state as object | null) ?? {}))
    // More than once in a row: while a page is drawn anew, the mark of its entry is away for a moment.
    kept.restedFor = isOpen || isLeft ? (kept.restedFor ?? 0) + 1 : 0
    return kept.restedFor >= 3
  })
}

/** Waits until React answers events: a test is quicker than any person. */
export async function ready(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    Object.keys(document.querySelector('main') ?? {}).some((key) => key.startsWith('__reactFiber')),
  )
}

let passwordHash: Promise<string> | undefined

/** Lets a member sign in with {@link PASSWORD}. */
export async function givePassword(member: Member, name?: string): Promise<Member> {
  passwordHash ??= hashPassword(PASSWORD)
  const data = {
    passwordHash: await passwordHash,
    emailVerified: new Date(),
    ...(name !== undefined && { name }),
  }
  await db().user.update({ where: { id: member.userId }, data })
  return member
}

/** As if every sign-in of this person were older than a fresh one may be. */
export async function growStale({ userId }: Member): Promise<void> {
  await db().loginSession.updateMany({
    where: { userId },
    data: { authenticatedAt: new Date(Date.now() - 16 * 60_000) },
  })
}

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')

/** Those of level AA that look at colours. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block']

/**
 * What axe finds wrong with the page as it stands (WCAG 2.2 AA and best practices), as one line each.
 * @param look `colours`: only what another theme could change
 */
export async function accessibilityFaults(page: Page, look: 'all' | 'colours' = 'all'): Promise<string[]> {
  // A page that is drawn anew after an action has none for a moment.
  await page.waitForFunction(() => document.title !== '', null, { timeout: 3_000 }).catch(() => {})
  // Another theme or width is drawn first; an element half faded in has half its contrast.
  await page.evaluate(async () => {
    const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
    const ending = () =>
      document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity)
    await drawn()
    // What inherits a colour begins to change when what it inherits from has done so.
    for (let some = ending(); some.length > 0; some = ending()) {
      await Promise.allSettled(some.map(({ finished }) => finished))
      await drawn()
    }
  })
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE)
  const violations = await page.evaluate(
    async (rules) => {
      const { axe: tool } = globalThis as unknown as { axe: typeof axe }
      const found = await tool.run(document, {
        resultTypes: ['violations'],
        ...(rules && { runOnly: rules }),
      })
      return found.violations.map(({ id, nodes }) => ({
        id,
        nodes: nodes.map(({ target, failureSummary }) => `${target.join(' ')}: ${failureSummary ?? ''}`),
      }))
    },
    look === 'colours' ? COLOUR_RULES : null,
  )
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node}`))
}

/** The same of a mail: the program that shows it brings the landmarks. */
export const mailFaults = async (page: Page, look: 'all' | 'colours' = 'all'): Promise<string[]> =>
  (await accessibilityFaults(page, look)).filter((fault) => !/^(landmark-one-main|region): /.test(fault))

/** `paint`: the largest contentful paint (ms). `shift`: how far things moved (CLS). */
export type Paint = { paint: number; shift: number }

/** What somebody sees who comes to a path: when its largest part is there, and how far things move. */
export async function paintOf(page: Page, path: string): Promise<Paint> {
  await page.addInitScript(() => {
    const seen = { paint: 0, shift: 0 }
    Object.assign(globalThis, { seen })
    new PerformanceObserver((list) => {
      for (const { startTime } of list.getEntries()) seen.paint = startTime
    }).observe({ type: 'largest-contentful-paint', buffered: true })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.shift += (entry as unknown as { value: number }).value
    }).observe({ type: 'layout-shift', buffered: true })
  })
  await page.goto(path, { waitUntil: 'networkidle' })
  await ready(page)
  return page.evaluate(() => (globalThis as unknown as { seen: Paint }).seen)
}
