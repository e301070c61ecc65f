import '@/club-app'
import { db } from '@/lib/db/client'
import { mailFaults, useBrowser } from '../../support/browser'
import { makeClub, makeKey, makeMember, useDatabase } from '../../support/club'
import { asPage, EVERY_MAIL, mailOf } from '../../support/every-mail'

useDatabase()
const browser = useBrowser()

/** A club, people and keys with names as long as they may be. */
async function setup() {
  const club = await makeClub()
  await db().club.update({
    where: { id: club.id },
    data: { name: 'Harriers and Field Sports of the North and the Islands' },
  })
  const [admin, other] = [
    await makeMember(club.id, ['CLUB_ADMIN', 'COACH']),
    await makeMember(club.id, ['COACH']),
  ]
  const names = ['Hubert'.repeat(11).slice(0, 64), 'ci-bot', 'Tafel „Süd“ <b>']
  const keyIds = []
  for (const name of names) keyIds.push((await makeKey(other, { name })).id)
  return { clubId: club.id, adminId: admin.userId, otherId: other.userId, keyIds }
}

/** What stands there is the same in both themes: in the dark one, only colours are looked at. */
const THEMES = [
  ['light', 'all'],
  ['dark', 'colours'],
] as const

it('axe finds nothing in any mail in either theme, nothing is loaded, and nothing scrolls sideways', async () => {
  const around = await setup()
  const { page } = await browser.open({ server: { origin: 'http://127.0.0.1:9' } })
  const [faults, loaded]: [string[], string[]] = [[], []]
  page.on('request', (request) => request.url().startsWith('data:') || loaded.push(request.url()))
  for (const kind of EVERY_MAIL) {
    await page.goto(asPage(await mailOf(kind, around)))
    await page.getByRole('heading', { level: 1 }).waitFor()
    for (const width of [320, 390, 768, 1280]) {
      await page.setViewportSize({ width, height: 900 })
      const isWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
      if (isWide) faults.push(`${kind}, ${width}: wider than its screen`)
      for (const [colorScheme, look] of THEMES) {
        await page.emulateMedia({ colorScheme })
        const found = await mailFaults(page, look)
        faults.push(...found.map((fault) => `${kind}, ${width}, ${colorScheme}: ${fault}`))
      }
    }
  }
  expect(EVERY_MAIL.length).toBeGreaterThan(5)
  expect(faults).toEqual([])
  expect(loaded).toEqual([])
}, 120_000)
