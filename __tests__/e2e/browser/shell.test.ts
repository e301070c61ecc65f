import type { Page } from 'playwright-core'
import { makeClub, makeKey, makeMember, useDatabase } from '../../support/club'
import { givePassword, ready, useBrowser } from '../../support/browser'
import { useServer } from '../../support/server'

const database = useDatabase()
const server = useServer(database.url)
const browser = useBrowser()

async function setup(roles: Parameters<typeof makeMember>[1] = ['CLUB_ADMIN', 'COACH'], width = 1280) {
  const club = await makeClub()
  const person = await givePassword(await makeMember(club.id, roles), 'Ada Admin')
  const tab = await browser.open({ server: server(), width, as: person })
  return { club, person, tab, base: `/clubs/${club.slug}` }
}

/** Waits until the page has this colour. */
const hasPaper = async (page: Page, colour: string) => {
  await page.waitForLoadState()
  await page.waitForFunction((wanted) => getComputedStyle(document.body).backgroundColor === wanted, colour)
}
const LIGHT = 'rgb(251, 251, 250)'
const DARK = 'rgb(17, 18, 20)'

describe('the theme', () => {
  it('comes with the page in what was chosen, from the very first byte', async () => {
    const get = async (cookie: string) =>
      (await server().send({ path: '/sign-in', headers: [['Cookie', cookie]] })).body
    expect(await get('clubkeys-theme=dark')).toMatch(/<html[^>]*data-theme="dark"/)
    expect(await get('clubkeys-theme=light')).toMatch(/<html[^>]*data-theme="light"/)
    for (const cookie of ['clubkeys-theme=system', 'clubkeys-theme="><script>', 'other=dark'])
      expect(await get(cookie)).not.toContain('data-theme=')
  })

  it('is chosen in the account menu and kept, against what the device says', async () => {
    const { tab, base } = await setup()
    const { page } = tab
    await tab.visit(`${base}/keys`)
    await hasPaper(page, LIGHT)
    await page.getByRole('button', { name: /Your account/ }).click()
    await page.getByRole('menuitemradio', { name: 'Dark' }).click()
    await hasPaper(page, DARK)
    await tab.reload()
    await hasPaper(page, DARK)
    await ready(page)
    await page.getByRole('button', { name: /Your account/ }).click()
    await page.getByRole('menuitemradio', { name: 'As the device' }).click()
    await hasPaper(page, LIGHT)
    expect(tab.offences).toEqual([])
  })

  it('is chosen without JavaScript, too, and leads back to the page', async () => {
    const { page, visit } = await browser.open({ server: server(), scripts: false })
    for (const path of ['/', '/sign-in', '/docs/rotation']) {
      await visit(path)
      await page.getByRole('button', { name: 'Dark theme' }).first().click()
      await page.locator('html[data-theme=dark]').waitFor()
      expect(new URL(page.url()).pathname).toBe(path)
      await page.getByRole('button', { name: 'System theme' }).first().click()
      await page.locator('html:not([data-theme])').waitFor()
    }
  })

  it('leads to no page of somebody else’s', async () => {
    for (const back of [
      '//evil.test/x',
      'https://evil.test/',
      String.raw`/\evil.test`,
      'javascript:alert(1)',
    ]) {
      const { status, headers } = await server().send({
        path: `/theme?to=dark&back=${encodeURIComponent(back)}`,
      })
      expect([back, status, headers.location]).toEqual([back, 303, '/'])
    }
  })
})

describe('where people are', () => {
  it('is said by every title, the club and the section', async () => {
    const { club, person, tab, base } = await setup()
    await makeKey(person, { name: 'ci-bot' })
    const titles: Record<string, string> = {
      overview: 'Overview',
      keys: 'Keys',
      members: 'Members',
      'service-accounts': 'Service accounts',
      webhooks: 'Webhooks',
      audit: 'Audit',
      settings: 'Settings',
    }
    for (const [path, title] of Object.entries(titles)) {
      await tab.visit(`${base}/${path}`)
      expect(await tab.page.title()).toBe(`${title} · ${club.name}`)
    }
  })

  it('begins with the overview, or with their keys for who sees nothing else', async () => {
    const { tab, base } = await setup()
    await tab.visit('/sign-in')
    await tab.page.waitForURL(`**${base}/overview`)
    const other = await setup(['ATHLETE'])
    await other.tab.visit('/sign-in')
    await other.tab.page.waitForURL(`**${other.base}/keys`)
    expect(await other.tab.page.getByRole('navigation', { name: 'Club' }).count()).toBe(0)
    expect(await other.tab.visit(`${other.base}/overview`)).toBe(404)
  })

  it('stays in sight on a phone: the current section, and nothing wider than the screen', async () => {
    const { tab, base } = await setup(['CLUB_ADMIN'], 390)
    await tab.visit(`${base}/settings`)
    // The strip of sections is moved once the page has come.
    await tab.page.waitForFunction(() => {
      const { left, right } = document.querySelector('nav [aria-current=page]')!.getBoundingClientRect()
      return left >= 0 && right <= 390
    })
  })
})

describe('a page that is not there', () => {
  it('keeps the club’s navigation, and says 404', async () => {
    const { tab, base } = await setup()
    for (const path of ['/there/is/none', '/none', '/keys/0190d9a0-0000-7000-8000-000000000000']) {
      expect([path, await tab.visit(base + path)]).toEqual([path, 404])
      await tab.page.getByRole('heading', { name: 'Nothing here' }).waitFor()
      await tab.page.getByRole('navigation', { name: 'Club' }).getByRole('link', { name: 'Keys' }).waitFor()
    }
    expect(await tab.visit('/clubs/there-is-none')).toBe(404)
    await tab.page.getByRole('button', { name: /Your account/ }).waitFor()
    expect(tab.offences).toEqual([])
  })
})

describe('the way to another page', () => {
  it('shows its outline while it is on its way, and then reads on at its heading', async () => {
    const { tab, base } = await setup()
    const { page } = tab
    await tab.visit(`${base}/keys`)
    await ready(page)
    let arrive = () => {}
    const held = new Promise<void>((resolve) => (arrive = resolve))
    await page.route(/\/members\?_rsc/, async (route) => {
      await held
      await route.continue()
    })
    await page.getByRole('link', { name: 'Members', exact: true }).click()
    await page.getByText('Loading Members…').waitFor()
    expect(await page.getByRole('heading', { name: 'Keys', exact: true }).isVisible()).toBe(false)
    arrive()
    await page.getByRole('heading', { name: 'Members', exact: true }).waitFor()
    await page.waitForFunction(() => document.activeElement?.tagName === 'H1')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Members')
    expect(await page.getByText('Loading Members…').count()).toBe(0)
    expect(tab.offences).toEqual([])
  })

  it('back is where it was, as far down as it was', async () => {
    const { person, tab, base } = await setup()
    const { page } = tab
    for (let i = 0; i < 20; i++) await makeKey(person, { name: `key ${i}` })
    await tab.visit(`${base}/keys`)
    await ready(page)
    await page.evaluate(() => scrollTo(0, 400))
    const before = await page.evaluate(() => scrollY)
    await page.getByRole('link', { name: 'key 10', exact: true }).click()
    await page.getByRole('heading', { name: 'key 10' }).waitFor()
    await page.goBack()
    await page.getByRole('heading', { name: 'Keys', exact: true }).waitFor()
    await page.waitForFunction((y) => Math.abs(scrollY - y) < 2, before)
  })
})

it('without JavaScript, signing in says what is missing', async () => {
  const { page, visit } = await browser.open({ server: server(), scripts: false })
  for (const [path, text] of [
    ['/sign-in', 'Signing in needs JavaScript'],
    ['/set-password', 'Choosing a password needs JavaScript'],
  ] as const) {
    await visit(path)
    const said = page.locator('noscript').filter({ has: page.locator(':scope > *') })
    expect(await said.evaluate((element) => (element as HTMLElement).innerText)).toContain(text)
    expect((await said.boundingBox())?.height).toBeGreaterThan(20)
  }
})
