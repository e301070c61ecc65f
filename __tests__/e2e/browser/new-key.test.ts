import { readFile } from 'node:fs/promises'
import { db } from '@/lib/db/client'
import { changesHeard, makeClub, makeMember, useDatabase } from '../../support/club'
import { givePassword, originOf, PASSWORD, ready, useBrowser } from '../../support/browser'
import { useServer } from '../../support/server'
import { demand } from '../../support/policy'

const database = useDatabase()
const server = useServer(database.url)
const browser = useBrowser()

/** A person on the form for a new key. */
async function setup(roles: Parameters<typeof makeMember>[1] = ['CLUB_ADMIN', 'COACH'], policy = {}) {
  const club = await makeClub()
  await demand(club.id, policy)
  const person = await givePassword(await makeMember(club.id, roles), 'Ada Admin')
  const tab = await browser.open({ server: server(), as: person })
  const { page } = tab
  await tab.visit(`/clubs/${club.slug}/keys`)
  await page.getByRole('button', { name: 'Create key' }).first().click()
  const create = async (name: string) => {
    await page.getByLabel('Name', { exact: true }).fill(name)
    await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click()
    return (await page.getByLabel('The key', { exact: true }).textContent()) ?? ''
  }
  return { club, tab, page, create }
}

describe('a new key', () => {
  it('is tried from the page and taken along in four forms, and leaves no trace of the token', async () => {
    const { tab, page, create } = await setup()
    const logged: string[] = []
    page.on('console', (message) => logged.push(message.text()))
    const asked: { url: string; cookie: string | undefined }[] = []
    page.on('request', (request) => {
      if (request.url().endsWith('/whoami'))
        void request.allHeaders().then(({ cookie }) => asked.push({ url: request.url(), cookie }))
    })
    const token = await create('taken along')
    await page.getByText('You will not see this again.').waitFor()
    await page.getByRole('button', { name: 'Send a test call' }).click()
    await page.getByText(/^200 in \d+ ms\.$/).waitFor()
    await page.getByText('It acts for Ada Admin in').waitFor()
    expect(asked).toEqual([{ url: `${originOf(server())}/api/v1/whoami`, cookie: undefined }])
    const samples: Record<string, string | null> = {}
    for (const title of ['curl', '.env', 'GitHub Actions', 'TypeScript']) {
      await page.getByRole('tab', { name: title }).click()
      samples[title] = await page.getByLabel(`Example for ${title}`).textContent()
      await page.getByRole('button', { name: `Copy for ${title}` }).waitFor()
    }
    expect(samples.curl).toContain(`Bearer ${token}`)
    expect(samples['.env']).toBe(`CLUBKEYS_URL=${originOf(server())}\nCLUBKEYS_KEY=${token}`)
    expect(samples['GitHub Actions']).toContain('gh secret set CLUBKEYS_KEY\n')
    expect(`${samples['GitHub Actions']}${samples.TypeScript}`).not.toContain(token)
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download as .env' }).click(),
    ])
    expect(file.suggestedFilename()).toBe('clubkeys.env')
    expect(await readFile(await file.path(), 'utf8')).toBe(`${samples['.env']}\n`)
    await db().apiKey.updateMany({ where: { name: 'taken along' }, data: { disabledAt: new Date() } })
    await changesHeard()
    await page.getByRole('button', { name: 'Send a test call' }).click()
    await page.getByText(/^401 in \d+ ms\.$/).waitFor()
    await page.getByLabel('I have saved this key').check()
    await page.getByRole('button', { name: 'Done' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    const kept = await page.evaluate(() =>
      JSON.stringify([
        { ...localStorage },
        { ...sessionStorage },
        history.state,
        location.href,
        document.cookie,
        performance.getEntries().map(({ name }) => name),
        document.documentElement.outerHTML,
      ]),
    )
    expect(`${kept}${logged.join()}`).not.toContain(token)
    expect(tab.offences).toEqual([])
  })

  it('says before it refuses: what the owner may not, what the club allows, and when it will end', async () => {
    const { club, tab, page, create } = await setup(['COACH'], {
      ...{ allowNonExpiringKeys: false, minKeyDays: 2, maxKeyDays: 60, defaultKeyDays: 30 },
    })
    const box = (scope: string) => page.getByRole('checkbox', { name: scope, exact: true })
    expect(await box('audit:read').isDisabled()).toBe(true)
    await page.getByText('You cannot read the club’s audit log.').waitFor()
    await page.getByText('The club lets keys live at least 2 days and at most 60 days.').waitFor()
    expect(
      await page.getByRole('radio').evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value)),
    ).toEqual(['7', '30', 'date'])
    expect(await page.getByRole('radio', { name: 'In 30 days (default)' }).isChecked()).toBe(true)
    const end = (days: number) =>
      new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' }).format(
        Date.now() + days * 86_400_000,
      )
    await page.getByText(`It stops working on ${end(30)}.`).waitFor()
    await page.getByRole('radio', { name: 'In 7 days' }).check()
    await page.getByText(`It stops working on ${end(7)}.`).waitFor()
    await page.getByRole('button', { name: 'Everything I may' }).click()
    expect(await box('practices:write').isChecked()).toBe(true)
    expect(await box('audit:read').isChecked()).toBe(false)
    await page.getByRole('button', { name: 'Read only' }).click()
    expect(await box('practices:write').isChecked()).toBe(false)
    expect(await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).isVisible()).toBe(true)
    await create('reader')
    const made = await db().apiKey.findFirstOrThrow({ where: { name: 'reader', clubId: club.id } })
    expect(made.scopes.filter((scope) => !scope.endsWith(':read'))).toEqual([])
    expect(made.scopes).toContain('practices:read')
    expect(tab.offences).toEqual([])
  })
})

it('how many keys the club allows is said before one too many is refused', async () => {
  const { page, create } = await setup(['COACH'], { maxLiveKeysPerMember: 2 })
  const open = () => page.getByRole('button', { name: 'Create key' }).first().click()
  const dialog = page.getByRole('dialog')
  for (const name of ['one', 'two']) {
    await dialog.getByText(name === 'one' ? '2 more can be made' : '1 more can be made').waitFor()
    await create(name)
    await page.getByLabel('I have saved this key').check()
    await page.getByRole('button', { name: 'Done' }).click()
    await page.getByRole('link', { name, exact: true }).waitFor()
    await open()
  }
  await dialog.getByText('You have 2 live keys. The club allows 2: revoke one first.').waitFor()
})

it('the first key of a new club takes four clicks from the sign-in', async () => {
  const club = await makeClub()
  const person = await givePassword(await makeMember(club.id, ['CLUB_ADMIN', 'COACH']), 'Ada Admin')
  const { page, visit } = await browser.open({ server: server() })
  let clicks = 0
  const click = async (name: string) => {
    await page
      .getByRole('button', { name, exact: true })
      .or(page.getByRole('link', { name, exact: true }))
      .last()
      .click()
    clicks += 1
  }
  await visit('/sign-in')
  await ready(page)
  await page.getByLabel('Email').fill(person.email)
  await page.getByLabel('Password').fill(PASSWORD)
  await click('Sign in')
  await page.getByRole('heading', { name: 'First steps' }).waitFor()
  await click('Keys')
  await page.getByRole('heading', { name: 'No keys yet' }).waitFor()
  await click('Create key')
  await page.getByLabel('Name', { exact: true }).fill('the first')
  await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click()
  clicks += 1
  await page.getByLabel('The key', { exact: true }).waitFor()
  expect(clicks).toBeLessThanOrEqual(4)
})

it('a honeykey is made from the same dialog by admins alone, and its use shows in red', async () => {
  const { tab, page } = await setup()
  await page.getByRole('button', { name: 'make a honeykey' }).click()
  await page.getByLabel('Name', { exact: true }).fill('In the old wiki')
  await page.getByRole('dialog').getByRole('button', { name: 'Create honeykey' }).click()
  const token = (await page.getByLabel('The key', { exact: true }).textContent()) ?? ''
  await page.getByText('Do not try it: that raises the alarm.').waitFor()
  expect(await page.getByRole('button', { name: 'Send a test call' }).count()).toBe(0)
  await page.getByLabel('I have saved this key').check()
  await page.getByRole('button', { name: 'Done' }).click()
  await changesHeard()
  const used = await server().call('GET', '/api/v1/whoami', token)
  const unknown = await server().call('GET', '/api/v1/whoami', token.replace(/.$/, 'x'))
  expect([used.status, unknown.status]).toEqual([401, 401])
  await changesHeard()
  await page.getByRole('link', { name: 'In the old wiki' }).click()
  await page.getByText('Somebody used this honeykey').waitFor()
  await page.getByText('Honeykey, used').first().waitFor()
  expect(await page.getByRole('button', { name: 'Enable', exact: true }).count()).toBe(0)
  expect(tab.offences).toEqual([])
  const coach = await setup(['COACH'])
  await coach.page.getByLabel('Name', { exact: true }).waitFor()
  expect(await coach.page.getByRole('button', { name: 'make a honeykey' }).count()).toBe(0)
})
