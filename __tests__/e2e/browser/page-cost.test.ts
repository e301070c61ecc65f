import type { Page } from 'playwright-core'
import { db } from '@/lib/db/client'
import { newId } from '@/lib/db/new-id'
import { useBrowser } from '../../support/browser'
import { makeClub, makeKey, makeMember, useDatabase, type Member } from '../../support/club'
import { makeManyKeys } from '../../support/many-keys'
import { countStatements } from '../../support/statements'
import { useServer } from '../../support/server'

const database = useDatabase()
const server = useServer(database.url)
const browser = useBrowser()

const CHROMIUM =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36'

/** A page of events as a busy club has them. */
async function makeEvents(admin: Member): Promise<void> {
  const { clubId, userId } = admin
  const key = await makeKey(admin, { name: 'ci-bot' })
  const changes = {
    scopes: { from: ['practices:read'], to: ['practices:read', 'practices:write'] },
    expiresAt: { from: null, to: '2027-02-24T23:59:59.000Z' },
    name: { from: 'ci', to: 'ci-bot' },
  }
  await db().auditEvent.createMany({
    data: Array.from({ length: 40 }, (_, n) => ({
      ...{ id: newId(), clubId, at: new Date(Date.now() - n * 3_600_000), action: 'api-key.update', changes },
      ...{ actorKind: 'session' as const, actorUserId: userId, targetType: 'ApiKey', targetId: key.id },
      ...{ requestId: newId(), address: '203.0.113.7', userAgent: CHROMIUM },
    })),
  })
}

async function setup() {
  const club = await makeClub()
  const admin = await makeMember(club.id, ['CLUB_ADMIN', 'COACH'])
  const tab = await browser.open({ server: server(), as: admin })
  const go = (section: string) => goTo(tab.page, `/clubs/${club.slug}/${section}`)
  await tab.visit(`/clubs/${club.slug}/members`)
  return { ...tab, club, admin, go }
}

/** Follows the link there. @returns what the server answered, in bytes before it is compressed */
async function goTo(page: Page, path: string): Promise<number> {
  await page.waitForLoadState('networkidle')
  let bytes = 0
  const isThere = (url: URL) => url.pathname === path
  await page.route(isThere, async (route) => {
    const response = await route.fetch()
    bytes += (await response.body()).length
    await route.fulfill({ response })
  })
  await page.locator(`header a[href="${path}"]`).first().click()
  await page.waitForURL(isThere)
  await page.waitForLoadState('networkidle')
  await page.unroute(isThere)
  return bytes
}

/** The fewest of some tries: what the server does beside it counts, too. */
async function fewestStatements(
  run: () => Promise<unknown>,
  between: () => Promise<unknown>,
): Promise<number> {
  let fewest = Infinity
  for (let i = 0; i < 4; i++) {
    fewest = Math.min(fewest, await countStatements(database.directUrl(), run, '%FROM "public".%'))
    await between()
  }
  return fewest
}

it('going to the audit page loads the words of its events, and their markup once', async () => {
  const { admin, go, page, offences } = await setup()
  await makeEvents(admin)
  const bytes = await go('audit')
  expect(await page.locator('summary', { hasText: 'ci-bot' }).count()).toBe(30)
  expect(bytes).toBeGreaterThan(10_000)
  expect(bytes).toBeLessThan(60_000)
  expect(offences).toEqual([])
})

it('going to the keys page asks the database a few times', async () => {
  const { admin, go } = await setup()
  await makeManyKeys(admin, 40)
  const statements = await fewestStatements(
    () => go('keys'),
    () => go('members'),
  )
  expect(statements).toBeGreaterThan(5)
  expect(statements).toBeLessThanOrEqual(12)
})
