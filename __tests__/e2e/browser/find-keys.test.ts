import { operatorActor } from '@/lib/auth/actor'
import { db } from '@/lib/db/client'
import { runImport } from '@/lib/import/run-import'
import { changesHeard, makeClub, makeKey, makeMember, useDatabase } from '../../support/club'
import { givePassword, ready, useBrowser } from '../../support/browser'
import { DAY_MS, found, oldToken, RULES } from '../../support/importing'
import { useServer } from '../../support/server'

const database = useDatabase()
const server = useServer(database.url)
const browser = useBrowser()

async function setup(count = 3) {
  const club = await makeClub()
  const admin = await givePassword(await makeMember(club.id, ['CLUB_ADMIN', 'COACH']), 'Ada Admin')
  const coach = await givePassword(await makeMember(club.id, ['COACH']), 'Carl Coach')
  const robots = []
  for (let i = 0; i < count; i++) robots.push(await makeKey(coach, { name: `robot ${i}` }))
  await makeKey(admin, { name: 'website', expiresAt: null })
  const open = async (email: string, path: string, zone?: string) => {
    const tab = await browser.open({ server: server(), ...(zone !== undefined && { zone }) })
    await tab.visit(`/clubs/${club.slug}/${path}`)
    await tab.signIn(email)
    // Signing in leads back to the page, not to what it was asked for.
    if (path.includes('?')) await tab.visit(`/clubs/${club.slug}/${path}`)
    await ready(tab.page)
    return tab
  }
  const live = () => db().apiKey.count({ where: { clubId: club.id, revokedAt: null } })
  return { club, admin, coach, robots, open, live }
}
type Tab = Awaited<ReturnType<Awaited<ReturnType<typeof setup>>['open']>>

const listed = ({ page }: Tab) =>
  page.getByRole('table', { name: 'Keys' }).getByRole('link').allTextContents()

describe('finding keys', () => {
  it('asks by a form whose address can be kept, and says when nothing matches', async () => {
    const { admin, open } = await setup()
    const tab = await open(admin.email, 'keys')
    await tab.page.getByLabel('Search').fill('ROBOT')
    await tab.page.getByLabel('Sort by').selectOption('Name')
    await tab.page.getByRole('button', { name: 'Show', exact: true }).click()
    await tab.page.waitForURL(/q=ROBOT/)
    await ready(tab.page)
    expect(await listed(tab)).toEqual(['robot 0', 'robot 1', 'robot 2'])
    expect(await tab.page.getByLabel('Search').inputValue()).toBe('ROBOT')
    expect(await tab.page.getByLabel('Sort by').inputValue()).toBe('name')
    await tab.page.getByText('More filters').click()
    await tab.page.getByLabel('Owner').selectOption('Ada Admin')
    await tab.page.getByRole('button', { name: 'Show', exact: true }).click()
    await tab.page.getByRole('heading', { name: 'Nothing matches' }).waitFor()
    await tab.page.getByRole('link', { name: 'Show every key' }).click()
    await tab.page.getByRole('link', { name: 'website' }).waitFor()
    expect(tab.offences).toEqual([])
  })

  it('works before any script does', async () => {
    const { admin, club, open } = await setup()
    const { context } = await open(admin.email, 'keys')
    const plain = await context
      .browser()!
      .newContext({ javaScriptEnabled: false, storageState: await context.storageState() })
    try {
      const page = await plain.newPage()
      await page.goto(`http://localhost:${server().port}/clubs/${club.slug}/keys`)
      await page.getByLabel('Search').fill('robot 1')
      await page.getByRole('button', { name: 'Show', exact: true }).click()
      await page.waitForURL(/q=robot/)
      expect(await page.getByRole('table', { name: 'Keys' }).getByRole('link').allTextContents()).toEqual([
        'robot 1',
      ])
    } finally {
      await plain.close()
    }
  })

  it('keeps what was asked for from page to page', async () => {
    const { admin, open } = await setup(23)
    const tab = await open(admin.email, 'keys?q=robot&sort=name')
    expect(await listed(tab)).toHaveLength(20)
    await tab.page.getByRole('link', { name: 'Load more keys' }).click()
    await tab.page.waitForURL(/cursor=/)
    await tab.page.getByRole('link', { name: 'robot 9' }).waitFor()
    expect(await listed(tab)).toHaveLength(3)
    await tab.page.getByRole('link', { name: 'Back to the beginning' }).click()
    await tab.page.getByRole('link', { name: 'robot 0', exact: true }).waitFor()
    expect(tab.page.url()).toMatch(/\?q=robot&sort=name$/)
  })

  it('asks for nothing where it was asked for what cannot be, or for a key', async () => {
    const { admin, robots, open } = await setup()
    for (const query of ['status=lost', 'owner=x', `q=${robots[0]!.token}`, 'used=often', 'sort=digest']) {
      const tab = await open(admin.email, `keys?${query}`)
      expect(await listed(tab)).toHaveLength(4)
    }
  })
})

describe('imported keys', () => {
  it('says how many are in use, shows those or the others, and tells them from keys made here', async () => {
    const { admin, coach, club, open } = await setup()
    const none = await open(admin.email, 'keys')
    expect(await none.page.getByText('imported keys').count()).toBe(0)
    await none.page.getByText('More filters').click()
    expect(await none.page.getByLabel('Made', { exact: true }).count()).toBe(0)

    const rows = ['old app', 'old page', 'old board'].map((name) => ({
      name,
      token: oldToken(),
      owner: coach.email,
    }))
    await runImport(operatorActor(club.id, null, 'test'), found(rows), {
      ...RULES,
      onRefused: () => undefined,
    })
    const { id: apiKeyId } = await db().apiKey.findFirstOrThrow({
      where: { clubId: club.id, name: 'old app' },
    })
    await db().apiKey.updateMany({
      where: { clubId: club.id, imported: true },
      data: { createdAt: new Date(Date.now() - 40 * DAY_MS) },
    })
    await db().apiKeyUse.create({ data: { apiKeyId, clubId: club.id, lastUsedAt: new Date() } })

    const tab = await open(admin.email, 'keys')
    await tab.page.getByText('1 of 3 imported keys were used in the last 30 days.').waitFor()
    await tab.page.getByRole('link', { name: 'Show the used ones' }).click()
    await tab.page.waitForURL(/imported=true&used=used-30/)
    await ready(tab.page)
    expect(await listed(tab)).toEqual(['old app'])
    await tab.page.getByRole('link', { name: 'Show the unused ones' }).click()
    await tab.page.waitForURL(/used=unused-30/)
    await ready(tab.page)
    expect((await listed(tab)).sort()).toEqual(['old board', 'old page'])
    expect(await tab.page.getByLabel('Made', { exact: true }).inputValue()).toBe('true')
    await tab.page.getByLabel('Made', { exact: true }).selectOption('Made here')
    await tab.page.getByLabel('Use', { exact: true }).selectOption('Used or not')
    await tab.page.getByRole('button', { name: 'Show', exact: true }).first().click()
    await tab.page.waitForURL(/imported=false/)
    await ready(tab.page)
    expect(await listed(tab)).toEqual(['website', 'robot 2', 'robot 1', 'robot 0'])
    expect(tab.offences).toEqual([])
  })
})

describe('revoking several', () => {
  it('revokes the chosen ones, and nothing before it is confirmed', async () => {
    const { admin, robots, open, live } = await setup()
    const { page, offences } = await open(admin.email, 'keys')
    await page.getByRole('checkbox', { name: 'Select robot 0' }).check()
    await page.getByRole('checkbox', { name: 'Select robot 2' }).check()
    await page.getByText('2 selected').waitFor()
    await page.getByRole('button', { name: 'Revoke 2…' }).click()
    await page.getByRole('heading', { name: 'Revoke 2 keys?' }).waitFor()
    expect(await live()).toBe(4)
    await page.getByLabel('Reason').fill('moving')
    await page.getByRole('button', { name: 'Revoke 2 keys' }).click()
    await page.getByText('2 keys are revoked.').waitFor()
    expect(await live()).toBe(2)
    await changesHeard()
    const status = async (i: number) =>
      (await server().call('GET', '/api/v1/whoami', robots[i]!.token)).status
    expect([await status(0), await status(1), await status(2)]).toEqual([401, 200, 401])
    expect(await page.getByRole('checkbox', { name: 'Select robot 0' }).count()).toBe(0)
    expect(offences).toEqual([])
  })

  it('revokes all that match, on later pages too, and first says how many', async () => {
    const { admin, open, live } = await setup(22)
    const { page } = await open(admin.email, 'keys?q=robot')
    await page.getByRole('button', { name: 'Revoke all that match…' }).click()
    await page.getByRole('button', { name: 'Revoke 22 keys' }).click()
    await page.getByText('22 keys are revoked.').waitFor()
    expect(await live()).toBe(1)
  })

  it('says so where another number would be revoked by now, and counts again', async () => {
    const { admin, coach, open, live } = await setup()
    const { page } = await open(admin.email, 'keys?q=robot')
    await page.getByRole('button', { name: 'Revoke all that match…' }).click()
    await page.getByRole('heading', { name: 'Revoke 3 keys?' }).waitFor()
    await makeKey(coach, { name: 'robot late' })
    await page.getByRole('button', { name: 'Revoke 3 keys' }).click()
    await page.getByText('Nothing was revoked').waitFor()
    await page.getByRole('heading', { name: 'Revoke 4 keys?' }).waitFor()
    expect(await live()).toBe(5)
    await page.getByRole('button', { name: 'Revoke 4 keys' }).click()
    await page.getByText('4 keys are revoked.').waitFor()
  })
})

describe('addresses', () => {
  it('are set, refused with their place, and ended', async () => {
    const { coach, robots, open } = await setup()
    const { page } = await open(coach.email, 'keys')
    const edit = async (text: string) => {
      await page.getByRole('button', { name: 'Actions for robot 0' }).click()
      await page.getByRole('menuitem', { name: 'Addresses…' }).click()
      await page.getByRole('textbox', { name: 'IP allowlist' }).fill(text)
      await page.getByRole('button', { name: 'Save' }).click()
    }
    const status = async () => {
      await changesHeard()
      return (await server().call('GET', '/api/v1/whoami', robots[0]!.token)).status
    }
    await edit('203.0.113.7\n10.1.2.3/9')
    await page
      .getByText('Entry 2 must not have bits set beyond its length: the network is 10.0.0.0/9.')
      .waitFor()
    await page.getByRole('textbox', { name: 'IP allowlist' }).fill('203.0.113.7, 2001:db8::/32')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('works from these addresses only').waitFor()
    expect(await status()).toBe(401)
    await edit('127.0.0.1')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    expect(await status()).toBe(200)
    await edit('')
    await page.getByText('works from anywhere').waitFor()
    expect(await status()).toBe(200)
  })

  it('stand beside a limit, which is set and ended', async () => {
    const { coach, robots, open } = await setup()
    const { page } = await open(coach.email, 'keys')
    const edit = async (limit: string, window: string) => {
      await page.getByRole('button', { name: 'Actions for robot 0' }).click()
      await page.getByRole('menuitem', { name: 'Limit…' }).click()
      await page.getByLabel('Calls at most').fill(limit)
      await page.getByLabel('In each').selectOption(window)
      await page.getByRole('button', { name: 'Save' }).click()
    }
    const policy = async () => {
      await changesHeard()
      return (await server().call('GET', '/api/v1/whoami', robots[0]!.token)).headers['ratelimit-policy']
    }
    await edit('25', 'hour')
    await page.getByText('25 calls an hour').waitFor()
    expect(await policy()).toContain('"key";q=25;w=3600')
    await edit('', 'minute')
    await page.getByText('as many calls as the club’s default').waitFor()
    expect(await policy()).toContain('"key";q=1000000;w=60')
  })

  it('can be given to a new key', async () => {
    const { coach, open } = await setup()
    const { page } = await open(coach.email, 'keys')
    await page.getByRole('button', { name: 'Create key' }).first().click()
    await page.getByLabel('Name', { exact: true }).fill('pinned')
    await page.getByText('Set an IP allowlist').click()
    await page.getByRole('textbox', { name: 'IP allowlist' }).fill('203.0.113.9')
    await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click()
    const token = await page.getByLabel('The key', { exact: true }).textContent()
    expect((await server().call('GET', '/api/v1/whoami', token ?? '')).status).toBe(401)
  })
})

describe('the policy', () => {
  it('says which keys a change leaves outside before it is made, and where they are', async () => {
    const { admin, club, open } = await setup()
    const { page, offences } = await open(admin.email, 'settings')
    const policy = () => db().club.findUniqueOrThrow({ where: { id: club.id } })
    await page.getByLabel('Longest expiry, in days').fill('60')
    await page.getByRole('button', { name: 'Save policy' }).click()
    await page.getByText('must be at most the longest expiry').waitFor()
    await page.getByLabel('Default expiry, in days').fill('30')
    await page.getByRole('checkbox', { name: 'Every key must expire' }).check()
    await page.getByRole('button', { name: 'Save policy' }).click()
    await page.getByRole('heading', { name: '4 keys could not be made under this policy' }).waitFor()
    expect(
      await page.getByRole('list', { name: 'Keys outside the policy' }).getByRole('link').allTextContents(),
    ).toContain('website')
    expect(await policy()).toMatchObject({ maxKeyDays: 366, allowNonExpiringKeys: true })
    await page.getByRole('button', { name: 'Save the policy' }).click()
    await page.getByText('The policy is saved').waitFor()
    expect(await policy()).toMatchObject({ defaultKeyDays: 30, maxKeyDays: 60, allowNonExpiringKeys: false })
    await page.getByRole('link', { name: 'Show them' }).click()
    await page.getByRole('link', { name: 'website' }).waitFor()
    expect(await page.getByLabel('Status').inputValue()).toBe('outside')
    expect(offences).toEqual([])
  })

  it('is an admin’s: for anyone else there is no such page', async () => {
    const { coach, open } = await setup()
    const { page } = await open(coach.email, 'settings')
    await page.getByRole('heading', { name: 'Nothing here' }).waitFor()
    expect(await page.getByRole('link', { name: 'Settings' }).count()).toBe(0)
  })
})

describe('times', () => {
  const ENDS = '2030-02-28T23:30:00.000Z'

  async function withTimes() {
    const made = await setup(0)
    const { id } = await db().apiKey.findFirstOrThrow({ where: { clubId: made.club.id, name: 'website' } })
    await db().apiKey.update({ where: { id }, data: { expiresAt: new Date(ENDS) } })
    const lastUsedAt = new Date(Date.now() - 5_000)
    await db().apiKeyUse.create({ data: { apiKeyId: id, clubId: made.club.id, lastUsedAt } })
    return { ...made, used: lastUsedAt.toISOString() }
  }

  it('are the reader’s, with UTC when asked for', async () => {
    const { admin, open } = await withTimes()
    const { page, offences } = await open(admin.email, 'keys', 'Asia/Tokyo')
    const end = page.locator(`time[datetime="${ENDS}"]`).first()
    await end.getByText('1 Mar 2030').waitFor()
    expect(await end.getAttribute('title')).toBe('1 Mar 2030, 08:30:00 (2030-02-28 23:30:00 UTC)')
    expect(offences).toEqual([])
  })

  it('are in UTC before any script runs', async () => {
    const { admin, club, open } = await withTimes()
    const { context } = await open(admin.email, 'keys')
    const html = await (await context.request.get(`/clubs/${club.slug}/keys`)).text()
    expect(html).toContain('title="2030-02-28 23:30:00 UTC"')
    expect(html).toContain('28 Feb 2030')
  })

  it('go on while somebody looks', async () => {
    const { admin, open, used } = await withTimes()
    const { page } = await open(admin.email, 'keys')
    await page.clock.install()
    await page.reload()
    await ready(page)
    const said = page.locator(`time[datetime="${used}"]`).first()
    await said.getByText('just now').waitFor()
    await page.clock.fastForward('03:00')
    await said.getByText('3 minutes ago').waitFor()
    await page.clock.fastForward('05:00:00')
    await said.getByText('5 hours ago').waitFor()
  })
})
