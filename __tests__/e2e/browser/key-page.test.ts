import { dayOf } from '@/components/moment'
import { createApiKey, revokeApiKey } from '@/lib/auth/api-key'
import { db } from '@/lib/db/client'
import { makeClub, makeKey, makeMember, useDatabase, type Member, type TestKey } from '../../support/club'
import { givePassword, useBrowser, type Tab } from '../../support/browser'
import { until } from '../../support/lossy'
import { makeManyKeys } from '../../support/many-keys'
import { useServer } from '../../support/server'
import { sessionOf } from '../../support/sign-in'
import { demand } from '../../support/policy'

const database = useDatabase()
const server = useServer(database.url)
const browser = useBrowser()

/** Days begin there when half of the day before is still to come in UTC, where the club is. */
const ZONE = 'Pacific/Auckland'

type Setting = { club: { id: string; slug: string }; person: Member; key: TestKey }
/** `before`: what has happened before anybody looks. */
type Scene = { name?: string; zone?: string; before?: (setting: Setting) => Promise<unknown> }

async function setup({ name = 'ci-bot', zone = 'UTC', before }: Scene = {}) {
  const club = await makeClub()
  const person = await givePassword(await makeMember(club.id, ['CLUB_ADMIN', 'COACH']), 'Ada Admin')
  const key = await makeKey(person, { name, scopes: ['practices:read', 'members:read', 'api-keys:write'] })
  await before?.({ club, person, key })
  const tab = await browser.open({ server: server(), zone, as: person })
  const path = `/clubs/${club.slug}/keys/${key.id}`
  await tab.visit(path)
  await tab.page.getByRole('heading', { name }).waitFor()
  return { club, person, key, tab, path }
}

const whoami = async (token: string) => (await server().call('GET', '/api/v1/whoami', token)).status
const said = ({ page }: Tab, text: string) => page.getByText(text).first().waitFor()

describe('a key’s page', () => {
  it('rotates the key, shows the new token once and the old one’s traffic until its grace is ended', async () => {
    const { key, tab } = await setup()
    const { page } = tab
    await page.getByRole('button', { name: 'Rotate', exact: true }).click()
    await page.getByLabel('The old key stops').selectOption('In an hour')
    await page.getByRole('dialog').getByRole('button', { name: 'Rotate key' }).click()
    const token = (await page.getByLabel('The key', { exact: true }).textContent()) ?? ''
    expect(await Promise.all([token, key.token].map(whoami))).toEqual([200, 200])
    await page.getByLabel('I have saved this key').check()
    await page.getByRole('button', { name: 'Done' }).click()
    await said(tab, 'This key was replaced by a new one')
    expect(await page.content()).not.toContain(token)
    await until(async () => (await db().apiKeyUsage.count({ where: { apiKeyId: key.id } })) > 0)
    await tab.reload()
    await said(tab, 'Something still uses it: last call just now, one call in the last day.')
    await page.getByRole('button', { name: 'End grace now' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'End grace' }).click()
    await said(tab, 'The old key no longer works.')
    expect(await Promise.all([token, key.token].map(whoami))).toEqual([200, 401])
    const history = page.getByRole('region', { name: 'History' })
    await history.getByText('Replaced by').waitFor()
    await history.getByRole('link', { name: /^ci-bot/ }).click()
    await page.getByRole('button', { name: 'Rotate', exact: true }).waitFor()
    await history.getByText(/^Replaced /).waitFor()
    expect(tab.offences).toEqual([])
  })

  it('says in red that the key leaked and where, and enables it only by its typed name', async () => {
    const report = async ({ key, club }: Setting) => {
      await demand(club.id, { onLeak: 'disable' })
      const reported = { token: key.token, url: 'javascript:alert(1)', source: 'Paste watch' }
      expect((await server().call('POST', '/api/v1/leaks', undefined, reported)).status).toBe(202)
    }
    const { key, tab, club } = await setup({ before: report })
    const { page } = tab
    const notice = page.getByRole('alert').filter({ hasText: 'Leaked' })
    await notice.getByText('A scanner (Paste watch)').waitFor()
    await notice.getByText('javascript:alert(1)').waitFor()
    expect(await notice.getByRole('link').count()).toBe(0)
    await page.getByRole('button', { name: 'Enable', exact: true }).click()
    const dialog = page.getByRole('alertdialog')
    await dialog.getByRole('button', { name: 'Enable leaked key' }).click()
    await dialog.getByText('This is not the name.').waitFor()
    expect(await whoami(key.token)).toBe(401)
    await dialog.getByLabel(/^Type/).fill('ci-bot')
    await dialog.getByRole('button', { name: 'Enable leaked key' }).click()
    await said(tab, 'is enabled, although it leaked.')
    await notice.getByText('Somebody enabled it all the same.').waitFor()
    expect(await whoami(key.token)).toBe(200)
    await tab.visit(`/clubs/${club.slug}/keys`)
    await said(tab, 'Leaked')
    expect(tab.offences).toEqual([])
  })

  it('takes unused scopes away with one click', async () => {
    const use = async ({ key, club }: Setting) => {
      const long = new Date(Date.now() - 100 * 86_400_000)
      await db().apiKey.update({ where: { id: key.id }, data: { scopesSince: long } })
      await db().apiKeyScopeUse.create({
        data: { apiKeyId: key.id, clubId: club.id, scope: 'practices:read', lastUsedAt: new Date() },
      })
    }
    const { key, tab } = await setup({ before: use })
    await said(tab, 'No call has needed members:read and api-keys:write for 90 days.')
    await tab.page.getByRole('button', { name: 'Remove 2 unused scopes' }).click()
    await said(tab, 'keeps the scopes that it uses.')
    expect(await db().apiKey.findUnique({ where: { id: key.id } })).toMatchObject({
      scopes: ['practices:read'],
    })
    await tab.page.getByText('No call has needed').waitFor({ state: 'detached' })
    // The button that had the focus is gone: the page has it now.
    await tab.page.locator('main:focus').waitFor()
    expect(tab.offences).toEqual([])
  })

  it('changes scopes, and says which are wanted at least', async () => {
    const { key, tab } = await setup()
    const { page } = tab
    await page.getByRole('button', { name: 'Edit scopes' }).click()
    for (const scope of ['practices:read', 'members:read', 'api-keys:write'])
      await page.getByRole('checkbox', { name: scope }).uncheck()
    await page.getByRole('button', { name: 'Change scopes' }).click()
    await said(tab, 'Choose at least one scope.')
    await page.getByRole('checkbox', { name: 'practices:write' }).check()
    await page.getByRole('button', { name: 'Change scopes' }).click()
    await said(tab, 'are changed.')
    expect(await db().apiKey.findUnique({ where: { id: key.id } })).toMatchObject({
      scopes: ['practices:write'],
    })
    expect(tab.offences).toEqual([])
  })

  it('moves its end, to a day, which it says by the reader’s calendar, and to never', async () => {
    const { key, tab } = await setup({ zone: ZONE })
    const { page } = tab
    const edit = async (choice: string) => {
      await page.getByRole('button', { name: 'Edit expiry' }).click()
      await page.getByRole('radio', { name: choice }).check()
    }
    const end = async () => (await db().apiKey.findUniqueOrThrow({ where: { id: key.id } })).expiresAt
    await page.getByRole('button', { name: 'Edit expiry' }).click()
    await page.locator('input[value=date]:focus').waitFor()
    await page.keyboard.press('Escape')
    await edit('On a date')
    const day = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10)
    await page.getByLabel('Last day').fill(day)
    await page.getByRole('button', { name: 'Save' }).click()
    await said(tab, `“ci-bot” now works until ${dayOf(`${day}T23:59:59.999Z`, ZONE)}.`)
    expect((await end())?.toISOString()).toBe(`${day}T23:59:59.999Z`)
    await edit('Never')
    await page.getByRole('button', { name: 'Save' }).click()
    await said(tab, '“ci-bot” now works until somebody revokes it.')
    expect(await end()).toBeNull()
    expect(tab.offences).toEqual([])
  })

  it.each([
    [true, 401],
    [false, 200],
  ])(
    'tells how many keys it made, and lets the person choose whether they go along: %s',
    async (along, status) => {
      let child = ''
      const { tab } = await setup({ before: async ({ key }) => (child = await makeByKey(key)) })
      const { page } = tab
      await page.getByRole('button', { name: 'Revoke', exact: true }).click()
      const choice = page.getByRole('checkbox', { name: 'Also revoke the key it made' })
      expect(await choice.isChecked()).toBe(true)
      if (!along) await choice.uncheck()
      await page.getByRole('button', { name: 'Revoke key' }).click()
      await said(tab, along ? 'and a key it made are revoked' : '“ci-bot” is revoked.')
      expect(await whoami(child)).toBe(status)
      expect(tab.offences).toEqual([])
    },
  )

  it('changes each setting by its own button', async () => {
    const { key, tab } = await setup()
    const { page } = tab
    const edit = async (what: string, fill: () => Promise<void>) => {
      await page.getByRole('button', { name: `Edit ${what}` }).click()
      await fill()
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /^(Save|Rename)$/ })
        .click()
      await page.getByRole('dialog').waitFor({ state: 'detached' })
    }
    const settings = page.getByRole('region', { name: 'Settings' })
    await edit('name', () => page.getByLabel('Name', { exact: true }).fill('scoreboard'))
    await page.getByRole('heading', { name: 'scoreboard', level: 1 }).waitFor()
    await edit('IP allowlist', () => page.getByRole('textbox', { name: 'IP allowlist' }).fill('203.0.113.7'))
    await settings.getByText('203.0.113.7').waitFor()
    await edit('rate limit', () => page.getByLabel('Calls at most').fill('7'))
    await settings.getByText('7 calls a minute').waitFor()
    await page.getByRole('button', { name: 'Edit metadata' }).click()
    await page.getByRole('textbox', { name: 'Metadata' }).fill('{ "team": ')
    await page.getByRole('button', { name: 'Save' }).click()
    await said(tab, 'Write a JSON object')
    await page.getByRole('textbox', { name: 'Metadata' }).fill('{ "team": { "lead": "Ada" } }')
    await page.getByRole('button', { name: 'Save' }).click()
    await settings.getByText('{"lead":"Ada"}').waitFor()
    expect(await db().apiKey.findUnique({ where: { id: key.id } })).toMatchObject({
      name: 'scoreboard',
      allowedCidrs: '203.0.113.7/32',
      rateLimit: 7,
      metadata: { team: { lead: 'Ada' } },
    })
    expect(tab.offences).toEqual([])
  })

  it('draws 30 days of calls, and tells each in words, by keyboard and in a table', async () => {
    const { key, tab, club } = await setup()
    const { page } = tab
    await page.getByText('No calls in the last 30 days.').waitFor()
    const hour = new Date(new Date().setUTCMinutes(0, 0, 0) - 5 * 86_400_000)
    const counts = { requests: 1234, denied: 7, limited: 40, errors: 34 }
    await db().apiKeyUsage.create({ data: { apiKeyId: key.id, clubId: club.id, hour, ...counts } })
    await tab.reload()
    const calls = page.getByRole('region', { name: 'Calls', exact: true })
    const figures = () => calls.getByRole('definition').allTextContents()
    expect(await figures()).toEqual(['1,200', '40', '7', '34'])
    const days = page.getByRole('slider', { name: 'Calls by day' })
    await days.focus()
    await page.keyboard.press('End')
    for (let n = 0; n < 5; n++) await page.keyboard.press('ArrowLeft')
    const day = hour.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })
    expect(await days.getAttribute('aria-valuetext')).toBe(
      `${day}: 1,200 OK, 40 limited, 7 denied, 34 errors`,
    )
    await page.keyboard.press('ArrowLeft')
    expect(await figures()).toEqual(['0', '0', '0', '0'])
    await page.mouse.move(0, 0)
    await calls.getByText('Show the figures').click()
    expect(await calls.getByRole('row').last().innerText()).toMatch(
      new RegExp(`^${day}\\s+1,200\\s+40\\s+7\\s+34$`),
    )
    expect(tab.offences).toEqual([])
  })

  it('shows where it was used from, which scopes calls needed, and what happened to it', async () => {
    const use = async ({ key, club }: Setting) => {
      for (let n = 1; n <= 8; n++) {
        const from = { address: `203.0.113.${n}`, userAgent: n === 8 ? null : 'curl/8.14' }
        const place = { place: String(n), lastUsedAt: new Date(Date.now() - n * 60_000), ...from }
        await db().apiKeyPlace.create({ data: { apiKeyId: key.id, clubId: club.id, ...place } })
      }
      const last = { apiKeyId: key.id, clubId: club.id, lastUsedAt: new Date() }
      await db().apiKeyUse.create({ data: last })
      await db().apiKeyScopeUse.create({ data: { ...last, scope: 'practices:read' } })
    }
    const { key, tab } = await setup({ before: use })
    const { page } = tab
    const activity = page.getByRole('region', { name: 'Recent activity' })
    expect(await activity.getByText('203.0.113.5').isVisible()).toBe(true)
    expect(await activity.getByText('203.0.113.8').isVisible()).toBe(false)
    await activity.getByText('Show 3 more').click()
    expect(await activity.getByText('203.0.113.8').isVisible()).toBe(true)
    const scopes = page.getByRole('region', { name: 'Scopes' }).getByRole('listitem')
    expect(await scopes.filter({ hasText: 'practices:read' }).innerText()).toContain('Used just now')
    expect(await scopes.filter({ hasText: 'members:read' }).innerText()).toContain('Not used yet')
    await page.getByRole('region', { name: 'What happened' }).getByText('created').waitFor()
    await page.getByRole('link', { name: 'All in the audit log' }).click()
    await page.waitForURL(`**/audit?targetId=${key.id}`)
    expect(tab.offences).toEqual([])
  })

  it('names some of the keys that go back to it, and how many more there are', async () => {
    const { key, person, tab } = await setup()
    const made = tab.page.getByRole('region', { name: 'Keys it made' })
    expect(await made.count()).toBe(0)
    await makeManyKeys(person, 12, { madeBy: key.id })
    await tab.reload()
    expect(await made.getByRole('listitem').count()).toBe(8)
    await made.getByText('And 4 more.').waitFor()
    expect(tab.offences).toEqual([])
  })

  it('says of a key that no longer works since when, by whom and why, and offers no edit', async () => {
    const { tab } = await setup({
      before: async ({ key, person }) =>
        revokeApiKey(await sessionOf(person), { id: key.id, reason: 'lost on a train' }),
    })
    await said(tab, 'by Ada Admin. Reason: lost on a train')
    expect(await tab.page.getByRole('button', { name: /^(Edit|Rotate|Disable|Revoke)/ }).count()).toBe(0)
    expect(await tab.page.title()).toContain('ci-bot · Keys')
    expect(tab.offences).toEqual([])
  })

  it('leads back to the list when the key is deleted', async () => {
    const revoke = ({ key: { id } }: Setting) =>
      db().apiKey.update({ where: { id }, data: { revokedAt: new Date() } })
    const { tab, club } = await setup({ before: revoke })
    await tab.page.getByRole('button', { name: 'Actions for ci-bot' }).click()
    await tab.page.getByRole('menuitem', { name: 'Delete…' }).click()
    await tab.page.getByRole('button', { name: 'Delete key' }).click()
    await tab.page.getByText('This is not the name.').waitFor()
    expect(await tab.page.getByLabel(/^Type/).evaluate((field) => field === document.activeElement)).toBe(
      true,
    )
    await tab.page.getByLabel(/^Type/).fill(' ci-bot ')
    await tab.page.getByRole('button', { name: 'Delete key' }).click()
    await tab.page.waitForURL(`**/clubs/${club.slug}/keys`)
    expect(tab.offences).toEqual([])
  })

  it('G3: is the same 404 for another club’s key, a missing one and what is no id', async () => {
    const { club, tab } = await setup()
    const foreign = await makeKey(await makeMember((await makeClub()).id, ['COACH']))
    const pages: string[] = []
    for (const id of [foreign.id, '0190d9a0-0000-7000-8000-000000000000', 'x']) {
      expect(await tab.visit(`/clubs/${club.slug}/keys/${id}`)).toBe(404)
      pages.push(await tab.page.locator('main').innerText())
    }
    expect(new Set(pages).size).toBe(1)
  })
})

it('an admin is not offered to rotate a coach’s key, nor shown its successor’s token by any other way', async () => {
  const { club, tab } = await setup()
  const { id } = await makeKey(await makeMember(club.id, ['COACH']), { name: 'of the coach' })
  await tab.visit(`/clubs/${club.slug}/keys/${id}`)
  await tab.page.getByRole('heading', { name: 'of the coach' }).waitFor()
  await tab.page.getByRole('button', { name: 'Revoke', exact: true }).waitFor()
  expect(await tab.page.getByText(/Rotate/).count()).toBe(0)
})

/** @returns the token of a key that this one makes */
async function makeByKey({ actor }: TestKey): Promise<string> {
  return (await createApiKey(actor, { name: 'made', scopes: ['practices:read'] })).key
}

it('a coach sees their own key whole but for the audit log, and nothing of an admin’s', async () => {
  const { club, person } = await setup()
  const coach = await givePassword(await makeMember(club.id, ['COACH']))
  const own = await makeKey(coach, { name: 'my laptop' })
  const theirs = await makeKey(person)
  const tab = await browser.open({ server: server(), as: coach })
  await tab.visit(`/clubs/${club.slug}/keys/${own.id}`)
  for (const title of ['Calls', 'Scopes', 'Recent activity', 'Settings', 'History'])
    await tab.page.getByRole('region', { name: title, exact: true }).waitFor()
  expect(await tab.page.getByRole('region', { name: 'What happened' }).count()).toBe(0)
  expect(await tab.visit(`/clubs/${club.slug}/keys/${theirs.id}`)).toBe(404)
  expect(tab.offences).toEqual([])
})
