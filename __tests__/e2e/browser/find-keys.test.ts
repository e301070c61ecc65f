import { readFileSync } from 'node:fs'
import { operatorActor } from '@/lib/auth/actor'
import { db } from '@/lib/db/client'
import { runImport } from '@/lib/import/run-import'
import { changesHeard } from '../../support/club'
import { ready } from '../../support/browser'
import { DAY_MS, found, oldToken, RULES } from '../../support/importing'
import { useKeysPage } from '../../support/keys-page'

const { server, setup } = useKeysPage()
type Tab = Awaited<ReturnType<Awaited<ReturnType<typeof setup>>['open']>>

/** The names of the keys on the page. The heads hold links, too. */
const listed = ({ page }: Tab) =>
  page.getByRole('table', { name: 'Keys' }).getByRole('cell').getByRole('link').allTextContents()

describe('finding keys', () => {
  it('searches as one types, without losing the focus, and the address can be kept', async () => {
    const { admin, open } = await setup()
    const tab = await open(admin, 'keys')
    const search = tab.page.getByLabel('Search keys')
    await search.pressSequentially('ROBOT', { delay: 20 })
    await tab.page.waitForURL(/\?q=ROBOT$/)
    await tab.page.getByRole('link', { name: 'website' }).waitFor({ state: 'detached' })
    expect((await listed(tab)).sort()).toEqual(['robot 0', 'robot 1', 'robot 2'])
    expect(await search.evaluate((field) => field === document.activeElement)).toBe(true)
    await tab.reload()
    await ready(tab.page)
    expect(await search.inputValue()).toBe('ROBOT')
    await search.fill('nobody has this')
    await tab.page.getByRole('heading', { name: 'Nothing matches' }).waitFor()
    await search.fill('')
    await tab.page.getByRole('link', { name: 'website' }).waitFor()
    expect(tab.page.url()).toMatch(/keys$/)
    expect(tab.offences).toEqual([])
  })

  it('puts no key into its address: of a pasted one it searches for the beginning', async () => {
    const { admin, robots, open } = await setup()
    const tab = await open(admin, 'keys')
    const { token, start } = { token: robots[1]!.token, start: robots[1]!.token.slice(0, 12) }
    await tab.page.getByLabel('Search keys').fill(token)
    await tab.page.waitForURL((url) => url.searchParams.get('q') === start)
    await tab.page.getByRole('link', { name: 'robot 0' }).waitFor({ state: 'detached' })
    expect(await listed(tab)).toEqual(['robot 1'])
    expect(await tab.page.getByLabel('Search keys').inputValue()).toBe(start)
  })

  it('filters by what is in the menu, by status, and shows how many there are of each', async () => {
    const { admin, robots, open } = await setup()
    await db().apiKey.update({ where: { id: robots[0]!.id }, data: { revokedAt: new Date() } })
    const tab = await open(admin, 'keys?q=robot')
    const { page } = tab
    const chip = (name: string) => page.getByRole('navigation', { name: 'Keys by status' }).getByText(name)
    expect(await page.getByRole('navigation', { name: 'Keys by status' }).innerText()).toMatch(
      /All\s*3\s*Usable\s*2[^]*Revoked\s*1/,
    )
    await chip('Usable').click()
    await page.waitForURL(/status=usable/)
    await page.getByRole('link', { name: 'robot 0' }).waitFor({ state: 'detached' })
    await page.getByText('Filters').click()
    await page.getByLabel('Owner').selectOption('Ada Admin')
    await page.getByRole('button', { name: 'Apply' }).click()
    await page.getByRole('heading', { name: 'Nothing matches' }).waitFor()
    expect(page.url()).toMatch(/q=robot/)
    await page.getByText('Filters').click()
    expect(await page.getByLabel('Owner').locator('option:checked').innerText()).toBe('Ada Admin')
    await page.keyboard.press('Escape')
    await page.getByLabel('Owner').waitFor({ state: 'hidden' })
    await page.getByText('Filters').click()
    await page.getByRole('link', { name: 'Clear' }).click()
    await page.getByRole('link', { name: 'robot 1' }).waitFor()
    expect(tab.offences).toEqual([])
  })

  it('sorts by its heads, the other way round, and as before', async () => {
    const { admin, open } = await setup()
    const tab = await open(admin, 'keys')
    const { page } = tab
    const head = page.getByRole('columnheader', { name: 'Name' })
    for (const [address, sorted, first] of [
      [/sort=name$/, 'ascending', 'robot 0'],
      [/sort=name&order=desc$/, 'descending', 'website'],
      [/keys$/, null, 'website'],
    ] as const) {
      await head.getByRole('link').click()
      await page.waitForURL(address)
      await ready(page)
      expect([await head.getAttribute('aria-sort'), (await listed(tab))[0]]).toEqual([sorted, first])
    }
  })

  it('works before any script does', async () => {
    const { admin, club, open } = await setup()
    const { context } = await open(admin, 'keys')
    const plain = await context
      .browser()!
      .newContext({ javaScriptEnabled: false, storageState: await context.storageState() })
    try {
      const page = await plain.newPage()
      const names = () => page.getByRole('table', { name: 'Keys' }).getByRole('row').getByRole('link', { name: /robot|website/ }).allTextContents() // prettier-ignore
      await page.goto(`http://localhost:${server().port}/clubs/${club.slug}/keys`)
      await page.getByLabel('Search keys').fill('robot')
      await page.getByLabel('Search keys').press('Enter')
      await page.waitForURL(/q=robot/)
      await page.getByText('Filters').click()
      await page.getByLabel('Sort by').selectOption('Name')
      await page.getByRole('button', { name: 'Apply' }).click()
      await page.waitForURL(/sort=name/)
      expect(await names()).toEqual(['robot 0', 'robot 1', 'robot 2'])
      await page.getByRole('columnheader', { name: 'Name' }).getByRole('link').click()
      await page.waitForURL(/order=desc/)
      expect(await names()).toEqual(['robot 2', 'robot 1', 'robot 0'])
    } finally {
      await plain.close()
    }
  })

  it('leads from page to page and back with what was asked for, and reads on at the list', async () => {
    const { admin, open } = await setup(43)
    const tab = await open(admin, 'keys?q=robot&sort=name')
    const { page } = tab
    const first = await listed(tab)
    expect(first).toHaveLength(20)
    const pages = page.getByRole('navigation', { name: 'Pages of keys' })
    await pages.getByText('1–20 of 43').waitFor()
    await pages.getByRole('link', { name: 'Next' }).click()
    await pages.getByText('21–40 of 43').waitFor()
    const focused = () => page.evaluate(() => document.activeElement?.textContent)
    expect(await focused()).toBe('Rows 21–40 of 43')
    const second = await listed(tab)
    await pages.getByRole('link', { name: 'Next' }).click()
    await pages.getByText('41–43 of 43').waitFor()
    expect(await listed(tab)).toHaveLength(3)
    await pages.getByRole('link', { name: 'Previous' }).click()
    await pages.getByText('21–40 of 43').waitFor()
    expect(await listed(tab)).toEqual(second)
    await pages.getByRole('link', { name: 'Previous' }).click()
    await pages.getByText('1–20 of 43').waitFor()
    expect(await listed(tab)).toEqual(first)
    expect(page.url()).toMatch(/\?q=robot&sort=name$/)
    expect(tab.offences).toEqual([])
  })

  it('is found as it was by whoever comes back from a key', async () => {
    const { admin, open } = await setup()
    const tab = await open(admin, 'keys?q=robot&sort=name&order=desc')
    await tab.page.getByRole('link', { name: 'robot 1', exact: true }).click()
    await tab.page.getByRole('heading', { name: 'robot 1' }).waitFor()
    await tab.page.getByRole('main').getByRole('link', { name: 'Keys', exact: true }).click()
    await tab.page.waitForURL(/keys\?q=robot&sort=name&order=desc$/)
    await ready(tab.page)
    expect(await listed(tab)).toEqual(['robot 2', 'robot 1', 'robot 0'])
  })

  it('can be taken along as a table: all that the filter finds', async () => {
    const { admin, open } = await setup(23)
    const { page } = await open(admin, 'keys?q=robot')
    await page.getByRole('button', { name: 'Export what is shown' }).click()
    const download = page.waitForEvent('download')
    await page.getByRole('menuitem', { name: 'CSV' }).click()
    const file = await download
    expect(file.suggestedFilename()).toMatch(/-keys-\d{4}-\d\d-\d\d\.csv$/)
    const lines = readFileSync(await file.path(), 'utf8').split('\r\n')
    expect([lines.length, lines[0]!.slice(0, 8)]).toEqual([25, 'id,name,'])
  })

  it('asks for nothing where it was asked for what cannot be, or for a key', async () => {
    const { admin, club, robots, open } = await setup()
    const tab = await open(admin, 'keys')
    const tooLong = `owner=${'x'.repeat(256)}`
    for (const query of ['status=lost', tooLong, `q=${robots[0]!.token}`, 'used=often', 'sort=digest']) {
      await tab.visit(`/clubs/${club.slug}/keys?${query}`)
      expect([query.slice(0, 2), (await listed(tab)).length]).toEqual([query.slice(0, 2), 4])
    }
  })
})

describe('imported keys', () => {
  it('says how many are in use, shows those or the others, and tells them from keys made here', async () => {
    const { admin, coach, club, open } = await setup()
    const none = await open(admin, 'keys')
    expect(await none.page.getByText('imported keys').count()).toBe(0)
    await none.page.getByText('Filters').click()
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

    const tab = await open(admin, 'keys')
    await tab.page.getByText('1 of 3 imported keys were used in the last 30 days.').waitFor()
    await tab.page.getByRole('link', { name: 'Show the used ones' }).click()
    await tab.page.waitForURL(/imported=true&used=used-30/)
    await ready(tab.page)
    expect(await listed(tab)).toEqual(['old app'])
    await tab.page.getByRole('link', { name: 'Show the unused ones' }).click()
    await tab.page.waitForURL(/used=unused-30/)
    await ready(tab.page)
    expect((await listed(tab)).sort()).toEqual(['old board', 'old page'])
    await tab.page.getByText('Filters').click()
    expect(await tab.page.getByLabel('Made', { exact: true }).inputValue()).toBe('true')
    await tab.page.getByLabel('Made', { exact: true }).selectOption('Made here')
    await tab.page.getByLabel('Use', { exact: true }).selectOption('Used or not')
    await tab.page.getByRole('button', { name: 'Apply' }).click()
    await tab.page.waitForURL(/imported=false/)
    await ready(tab.page)
    expect(await listed(tab)).toEqual(['website', 'robot 2', 'robot 1', 'robot 0'])
    expect(tab.offences).toEqual([])
  })
})

describe('addresses', () => {
  it('are set, refused with their place, and ended', async () => {
    const { coach, robots, open } = await setup()
    const { page } = await open(coach, 'keys')
    await page.getByRole('link', { name: 'robot 0' }).click()
    const edit = async (text: string) => {
      await page.getByRole('button', { name: 'Edit IP allowlist' }).click()
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
    const { page } = await open(coach, 'keys')
    await page.getByRole('link', { name: 'robot 0' }).click()
    const edit = async (limit: string, window: string) => {
      await page.getByRole('button', { name: 'Edit rate limit' }).click()
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
    const { page } = await open(coach, 'keys')
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
    const { page, offences } = await open(admin, 'settings')
    const policy = () => db().clubPolicy.findUnique({ where: { clubId: club.id } })
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
    expect(await page.locator('[aria-current=true]').innerText()).toContain('Outside the policy')
    expect(offences).toEqual([])
  })

  it('is an admin’s: for anyone else there is no such page', async () => {
    const { coach, open } = await setup()
    const { page } = await open(coach, 'settings')
    await page.getByRole('heading', { name: 'Nothing here' }).waitFor()
    expect(await page.getByRole('link', { name: 'Settings' }).count()).toBe(0)
  })
})
