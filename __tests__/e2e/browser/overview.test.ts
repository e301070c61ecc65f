import type { Page } from 'playwright-core'
import { operatorActor } from '@/lib/auth/actor'
import { db } from '@/lib/db/client'
import { runImport } from '@/lib/import/run-import'
import { makeClub, makeKey, makeMember, useDatabase, type Member } from '../../support/club'
import { givePassword, ready, useBrowser } from '../../support/browser'
import { found, oldToken, RULES } from '../../support/importing'
import { useServer } from '../../support/server'

const database = useDatabase()
const server = useServer(database.url)
const browser = useBrowser()

const DAY_MS = 86_400_000
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS)

async function setup(roles: Parameters<typeof makeMember>[1] = ['CLUB_ADMIN', 'COACH']) {
  const club = await makeClub()
  const person = await givePassword(await makeMember(club.id, roles), 'Ada Admin')
  const tab = await browser.open({ server: server(), as: person })
  return { club, person, tab, base: `/clubs/${club.slug}` }
}

const importOne = ({ clubId, userId }: Member) =>
  runImport(operatorActor(clubId, null, 'test'), found([{ name: 'another system’s', token: oldToken() }]), {
    ...RULES,
    owner: userId,
    onRefused: () => undefined,
  })

/** Keys of every kind that the overview counts, and some of none. */
async function fill(owner: Member): Promise<void> {
  const { clubId } = owner
  const used = (apiKeyId: string, daysAgo: number) =>
    db().apiKeyUse.create({ data: { apiKeyId, clubId, lastUsedAt: inDays(-daysAgo) } })
  const make = async (name: string, expiresAt: Date | null, data: object = {}) => {
    const { id } = await makeKey(owner, { name, expiresAt })
    await db().apiKey.update({ where: { id }, data })
    return id
  }
  await used(await make('quiet and well', inDays(60)), 0)
  for (const days of [3, 10, 13]) await used(await make(`ends in ${days}`, inDays(days)), 0)
  await make('ended early', inDays(5), { revokedAt: new Date() })
  await make('for ever', null)
  await make('for ever, off', null, { disabledAt: new Date() })
  await used(await make('old and idle', inDays(60), { createdAt: inDays(-200) }), 120)
  await make('never used', inDays(60), { createdAt: inDays(-100) })
  await importOne(owner)
  const { id } = await db().apiKey.findFirstOrThrow({ where: { clubId, imported: true } })
  await used(id, 2)
  // A key that failed and was revoked for it fails no more.
  for (const [name, counts, revokedAt] of [
    ['revoked since', { denied: 7 }, new Date()],
    ['denied', { denied: 3 }, null],
    ['broken', { errors: 1 }, null],
    ['limited', { limited: 9 }, null],
  ] as const) {
    const apiKeyId = await make(name, inDays(60), revokedAt ? { revokedAt } : {})
    const hour = new Date(Math.floor((Date.now() - DAY_MS) / 3_600_000) * 3_600_000)
    await db().apiKeyUsage.create({ data: { apiKeyId, clubId, hour, ...counts } })
  }
}

const numberOf = async (page: Page, name: string) => {
  const text = await page.locator('main').getByRole('link', { name }).innerText()
  return Number(/(\d+)\s*keys?$/.exec(text.trim())?.[1])
}

describe('the overview', () => {
  it('counts what needs somebody, and each number leads to exactly those keys', async () => {
    const { person, tab, base } = await setup()
    await fill(person)
    await tab.visit(`${base}/overview`)
    const { page } = tab
    const expected = {
      Failing: 2,
      'Expire within 14 days': 3,
      'Unused for 90 days': 2,
      'Never expire': 2,
      'Imported, still in use': 1,
    }
    for (const [name, count] of Object.entries(expected)) {
      await ready(page)
      expect([name, await numberOf(page, name)]).toEqual([name, count])
      await page.locator('main').getByRole('link', { name }).click()
      await page.getByRole('heading', { name: 'Keys', exact: true }).waitFor()
      const rows = await page.getByRole('table', { name: 'Keys' }).getByRole('row').count()
      // One of them is its head.
      expect([name, rows - 1]).toEqual([name, count])
      await page.goBack()
      await page.getByRole('heading', { name: 'Overview' }).waitFor()
    }
    expect(tab.offences).toEqual([])
  })

  it('leads a new club through its first steps, and says no more of them when all are done', async () => {
    const { club, person, tab, base } = await setup()
    await tab.visit(`${base}/overview`)
    const { page } = tab
    await page.getByText('0 of 4 done').waitFor()
    const { id, token } = await makeKey(person)
    await tab.reload()
    await page.getByText('1 of 4 done').waitFor()
    await server().call('GET', '/api/v1/whoami', token)
    await makeMember(club.id, ['ATHLETE'])
    await db().auditEvent.create({
      data: {
        clubId: club.id,
        actorKind: 'operator',
        action: 'club.policy',
        targetType: 'Club',
        targetId: club.id,
      },
    })
    for (let n = 0; n < 50 && (await db().apiKeyUse.count({ where: { apiKeyId: id } })) === 0; n++)
      await page.waitForTimeout(100)
    await tab.reload()
    await page.getByText('Calls today').waitFor()
    expect(await page.getByText('First steps').count()).toBe(0)
  })

  it('shows a coach their own keys alone', async () => {
    const { club, person: coach, tab, base } = await setup(['COACH'])
    await fill(await makeMember(club.id, ['CLUB_ADMIN']))
    await makeKey(coach, { name: 'mine', expiresAt: inDays(3) })
    await tab.visit(`${base}/overview`)
    expect(await numberOf(tab.page, 'Expire within 14 days')).toBe(1)
  })
})
