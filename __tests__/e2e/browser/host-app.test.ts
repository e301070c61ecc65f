import { encode } from 'next-auth/jwt'
import { originOf, ready, useBrowser, type Tab } from '../../support/browser'
import { makeClub, makeKey, makeMember, useDatabase, type Member } from '../../support/club'
import { bearer } from '../../support/forgery'
import { useHostApp } from '../../support/other-app'

// A person who goes from page to page of another app, by its links: the framework's own client asks for parts
// of pages, and asks ahead, through the door.

const SECRET = 'a secret of the host’s own, which the layer never sees'
const users: Record<string, string> = {}
const database = useDatabase()
const browser = useBrowser()
let member: Member
let slug: string
beforeAll(async () => {
  const club = await makeClub()
  slug = club.slug
  member = await makeMember(club.id, ['COACH'])
  users.cuid_of_a_coach = member.userId
})
const server = useHostApp(database.url, {
  HOST_SECRET: SECRET,
  get HOST_USERS() {
    return JSON.stringify(users)
  },
})

type Asked = { path: string; status: number; isPart: boolean }

/** A tab, signed in unless told otherwise, and what it asked the app for. */
async function open(mode: string, sub?: string): Promise<Tab & { asked: Asked[] }> {
  const tab = await browser.open({ server: server() })
  await tab.context.setExtraHTTPHeaders({ 'x-test-mode': mode })
  const token = sub && (await encode({ token: { sub, authenticatedAt: Date.now() }, secret: SECRET }))
  if (token)
    await tab.context.addCookies([{ name: 'next-auth.session-token', value: token, url: originOf(server()) }])
  const asked: Asked[] = []
  tab.page.on('response', (response) => {
    const request = response.request()
    const isPart = request.headers().rsc !== undefined
    asked.push({ path: new URL(response.url()).pathname, status: response.status(), isPart })
  })
  return { ...tab, asked }
}

async function remaining(token: string): Promise<number> {
  const { headers } = await server().send({ path: '/shop/api/v1/whoami/', headers: bearer(token) })
  return Number(/"key";r=(\d+)/.exec(headers.ratelimit ?? '')?.[1])
}

it.each(['nothing', 'header'])('by links, under an own part that does: %s', async (mode) => {
  const { token } = await makeKey(member, { scopes: ['practices:read'] })
  const before = await remaining(token)
  const { page, asked, offences } = await open(mode, 'cuid_of_a_coach')
  await page.goto('/shop/members/one/')
  await ready(page)
  await page.evaluate(() => Object.assign(window, { stayed: true }))
  const follow = async (link: string, heading: string) => {
    await page.getByRole('link', { name: link, exact: true }).click()
    await page.getByRole('heading', { name: heading }).waitFor()
  }
  await follow('Two', 'two')
  expect(await page.getByText('Signed in as').textContent()).toBe('Signed in as cuid_of_a_coach')
  await follow('Elsewhere', 'A page of the host’s')
  await follow('Two', 'two')
  await page.goBack()
  await page.getByRole('heading', { name: 'A page of the host’s' }).waitFor()
  await page.goForward()
  await follow('One', 'one')
  // Never loaded anew, which is how the framework's client answers what it cannot read.
  expect(await page.evaluate(() => 'stayed' in window)).toBe(true)
  const parts = asked.filter(({ isPart }) => isPart)
  expect(new Set(parts.map(({ path }) => path))).toEqual(
    new Set(['/shop/members/one/', '/shop/members/two/', '/shop/page-of-host/']),
  )
  expect(asked.filter(({ status }) => status >= 400)).toEqual([])
  expect(offences).toEqual([])
  // A page's own call, with the cookie alone.
  const call = (club: string) =>
    page.evaluate(
      async (named) => (await fetch('/shop/api/v1/whoami/', { headers: { 'X-Club': named } })).json(),
      club,
    )
  expect(await call(slug)).toMatchObject({ user: { id: member.userId }, key: null })
  expect(await remaining(token)).toBe(before - 1)
})

it('signed out, no part of a page is given either', async () => {
  const { page, asked } = await open('nothing')
  await page.goto('/shop/page-of-host/')
  await ready(page)
  await page.getByRole('link', { name: 'Two' }).click()
  await page.waitForURL('**/shop/members/two/')
  const members = asked.filter(({ path }) => path === '/shop/members/two/')
  expect(members.some(({ isPart }) => isPart)).toBe(true)
  expect(members.map(({ status }) => status)).toEqual(members.map(() => 401))
  expect(await page.getByText('Signed in as').count()).toBe(0)
})
