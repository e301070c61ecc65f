import { createApiKey } from '@/lib/auth/api-key'
import { db } from '@/lib/db/client'
import { makeClub, makeKey, makeMember, useDatabase, type TestKey } from '../../support/club'
import { givePassword, useBrowser, type Tab } from '../../support/browser'
import { useServer } from '../../support/server'

const database = useDatabase()
const server = useServer(database.url)
const browser = useBrowser()

async function setup(name = 'ci-bot') {
  const club = await makeClub()
  const person = await givePassword(await makeMember(club.id, ['CLUB_ADMIN', 'COACH']), 'Ada Admin')
  const key = await makeKey(person, { name, scopes: ['practices:read', 'members:read', 'api-keys:write'] })
  const tab = await browser.open({ server: server() })
  const path = `/clubs/${club.slug}/keys/${key.id}`
  await tab.visit(path)
  await tab.signIn(person.email)
  await tab.page.getByRole('heading', { name }).waitFor()
  return { club, person, key, tab, path }
}

const whoami = async (token: string) => (await server().call('GET', '/api/v1/whoami', token)).status
const said = ({ page }: Tab, text: string) => page.getByText(text).first().waitFor()

describe('a key’s page', () => {
  it('rotates the key, shows the new token once and the old one’s traffic until its grace is ended', async () => {
    const { key, tab } = await setup()
    const { page } = tab
    await page.getByRole('button', { name: 'Rotate key' }).click()
    await page.getByLabel('The old key stops').selectOption('In an hour')
    await page.getByRole('dialog').getByRole('button', { name: 'Rotate key' }).click()
    const token = (await page.getByLabel('The key', { exact: true }).textContent()) ?? ''
    expect(await Promise.all([token, key.token].map(whoami))).toEqual([200, 200])
    await page.getByLabel('I have saved this key').check()
    await page.getByRole('button', { name: 'Done' }).click()
    await said(tab, 'This key was replaced by a new one')
    expect(await page.content()).not.toContain(token)
    for (
      let tries = 0;
      tries < 20 && !(await page.getByText('Something still uses it').isVisible());
      tries++
    ) {
      await page.waitForTimeout(250)
      await page.reload()
    }
    await said(tab, 'Something still uses it: last call just now, one call in the last day.')
    await page.getByRole('button', { name: 'End grace now' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'End grace' }).click()
    await said(tab, 'The old key no longer works.')
    expect(await Promise.all([token, key.token].map(whoami))).toEqual([200, 401])
    await page.getByRole('link', { name: /^ci-bot/ }).click()
    await page.getByRole('button', { name: 'Rotate key' }).waitFor()
    expect(tab.offences).toEqual([])
  })

  it('takes unused scopes away with one click', async () => {
    const { key, tab, club } = await setup()
    const long = new Date(Date.now() - 100 * 86_400_000)
    await db().apiKey.update({ where: { id: key.id }, data: { scopesSince: long } })
    await db().apiKeyScopeUse.create({
      data: { apiKeyId: key.id, clubId: club.id, scope: 'practices:read', lastUsedAt: new Date() },
    })
    await tab.page.reload()
    await said(tab, 'No call has needed members:read and api-keys:write for 90 days.')
    await tab.page.getByRole('button', { name: 'Remove 2 unused scopes' }).click()
    await said(tab, 'keeps the scopes that it uses.')
    expect(await db().apiKey.findUnique({ where: { id: key.id } })).toMatchObject({
      scopes: ['practices:read'],
    })
    await tab.page.getByText('No call has needed').waitFor({ state: 'detached' })
    expect(tab.offences).toEqual([])
  })

  it('changes scopes, and says which are wanted at least', async () => {
    const { key, tab } = await setup()
    const { page } = tab
    await page.getByRole('button', { name: 'Actions for ci-bot' }).click()
    await page.getByRole('menuitem', { name: 'Change scopes…' }).click()
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

  it('moves its end, to a day and to never', async () => {
    const { key, tab } = await setup()
    const { page } = tab
    const edit = async (choice: string) => {
      await page.getByRole('button', { name: 'Actions for ci-bot' }).click()
      await page.getByRole('menuitem', { name: 'Expiry…' }).click()
      await page.getByLabel('Expires', { exact: true }).selectOption(choice)
    }
    const end = async () => (await db().apiKey.findUniqueOrThrow({ where: { id: key.id } })).expiresAt
    await edit('date')
    const day = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10)
    await page.getByLabel('Last day').fill(day)
    await page.getByRole('button', { name: 'Save' }).click()
    await said(tab, `“ci-bot” now works until ${day}.`)
    expect((await end())?.toISOString()).toBe(`${day}T23:59:59.999Z`)
    await edit('never')
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
      const { key, tab } = await setup()
      const child = await makeByKey(key)
      const { page } = tab
      await page.reload()
      await page.getByRole('button', { name: 'Actions for ci-bot' }).click()
      await page.getByRole('menuitem', { name: 'Revoke…' }).click()
      const choice = page.getByRole('checkbox', { name: 'Also revoke the key it made' })
      expect(await choice.isChecked()).toBe(true)
      if (!along) await choice.uncheck()
      await page.getByRole('button', { name: 'Revoke key' }).click()
      await said(tab, along ? 'and a key it made are revoked' : '“ci-bot” is revoked.')
      expect(await whoami(child)).toBe(status)
      expect(tab.offences).toEqual([])
    },
  )

  it('leads back to the list when the key is deleted', async () => {
    const { key, tab, club } = await setup()
    await db().apiKey.update({ where: { id: key.id }, data: { revokedAt: new Date() } })
    await tab.page.reload()
    await tab.page.getByRole('button', { name: 'Actions for ci-bot' }).click()
    await tab.page.getByRole('menuitem', { name: 'Delete…' }).click()
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
  await tab.page.getByRole('button', { name: 'Actions for of the coach' }).click()
  await tab.page.getByRole('menuitem', { name: 'Revoke…' }).waitFor()
  expect(await tab.page.getByText(/Rotate/).count()).toBe(0)
})

/** @returns the token of a key that this one makes */
async function makeByKey({ actor }: TestKey): Promise<string> {
  return (await createApiKey(actor, { name: 'made', scopes: ['practices:read'] })).key
}
