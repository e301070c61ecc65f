import { db } from '@/lib/db/client'
import { makeClub, makeKey, makeMember, useDatabase } from '../../support/club'
import {
  givePassword,
  growStale,
  originOf,
  PASSWORD,
  ready,
  useBrowser,
  type Tab,
} from '../../support/browser'
import { useServer } from '../../support/server'

const database = useDatabase()
const server = useServer(database.url)
const browser = useBrowser()

async function setup(roles: Parameters<typeof makeMember>[1] = ['CLUB_ADMIN', 'COACH'], signedIn = true) {
  const club = await makeClub()
  const person = await givePassword(await makeMember(club.id, roles), 'Ada Admin')
  const tab = await browser.open({ server: server(), ...(signedIn && { as: person }) })
  return { club, person, tab, keys: `/clubs/${club.slug}/keys` }
}

/** Fills the form of the create dialog, sends it, and returns the token shown. */
async function createKey({ page }: Tab, name: string): Promise<string> {
  await page.getByRole('button', { name: 'Create key' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name', { exact: true }).fill(name)
  await dialog.getByRole('button', { name: 'Create key' }).click()
  return (await page.getByLabel('The key', { exact: true }).textContent()) ?? ''
}

const whoami = async (token: string) => (await server().call('GET', '/api/v1/whoami', token)).status

describe('a key’s life in the browser', () => {
  it('signs in, makes a key, calls the API with it, revokes it, and the next call is refused', async () => {
    const { person, tab, keys } = await setup(['CLUB_ADMIN', 'COACH'], false)
    const { page } = tab
    await tab.visit(keys)
    await tab.signIn(person.email)
    expect(new URL(page.url()).pathname).toBe(keys)
    const token = await createKey(tab, 'ci-bot')
    expect(await whoami(token)).toBe(200)
    expect(await page.getByLabel('Example for curl').textContent()).toContain(
      `${originOf(server())}/api/v1/whoami`,
    )
    await page.getByLabel('I have saved this key').check()
    await page.getByRole('button', { name: 'Done' }).click()
    await page.getByRole('button', { name: 'Actions for ci-bot' }).click()
    await page.getByRole('menuitem', { name: 'Revoke…' }).click()
    await page.getByLabel('Reason').fill('laptop lost')
    await page.getByRole('button', { name: 'Revoke key' }).click()
    await page.getByRole('cell', { name: 'Revoked' }).waitFor()
    expect(await whoami(token)).toBe(401)
    expect(tab.offences).toEqual([])
  })

  it('keeps the token in the one dialog: in no later HTML, no storage, no address, and after Esc only on request', async () => {
    const { tab, keys } = await setup()
    const { page } = tab
    await tab.visit(keys)
    const bodies: string[] = []
    const token = await createKey(tab, 'only once')
    page.on(
      'response',
      (response) =>
        void response
          .text()
          .then((text) => bodies.push(response.url(), text))
          .catch(() => {}),
    )
    for (const close of [() => page.keyboard.press('Escape'), () => page.mouse.click(5, 5)]) {
      await close()
      await page.getByText('Close without saving the key?').waitFor()
      await page.getByRole('button', { name: 'Back to the key' }).click()
      await page.getByRole('alertdialog').waitFor({ state: 'detached' })
    }
    expect(await page.getByLabel('The key', { exact: true }).textContent()).toBe(token)
    expect(await page.getByRole('button', { name: 'Done' }).isDisabled()).toBe(true)
    await page.getByLabel('I have saved this key').check()
    await page.getByRole('button', { name: 'Done' }).click()
    await page.getByRole('link', { name: 'only once', exact: true }).click()
    await page.getByRole('heading', { name: 'only once' }).waitFor()
    await page.getByText('practices:read').first().waitFor()
    expect(await page.content()).not.toContain(token)
    await tab.reload()
    await tab.visit('/account')
    await page.goBack()
    await page.getByRole('heading', { name: 'only once' }).waitFor()
    const kept = await page.evaluate(() =>
      JSON.stringify([
        { ...localStorage },
        { ...sessionStorage },
        history.state,
        location.href,
        document.cookie,
      ]),
    )
    expect(`${kept}${await page.content()}${bodies.join('')}`).not.toContain(token)
    expect(bodies.length).toBeGreaterThan(0)
  })

  it('is made by keyboard alone', async () => {
    const { person, tab, keys } = await setup(['CLUB_ADMIN', 'COACH'], false)
    const { page } = tab
    await tab.visit(keys)
    await ready(page)
    await page.keyboard.type(person.email)
    await page.keyboard.press('Tab')
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Keys', exact: true }).waitFor()
    await ready(page)
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '')
    for (let i = 0; i < 40 && (await focused()) !== 'Create key'; i++) await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.type('by hand')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: '“by hand” is ready' }).waitFor()
    for (let i = 0; i < 10 && !(await focusedIsCheckbox()); i++) await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'by hand', exact: true }).waitFor()
    expect(tab.offences).toEqual([])

    async function focusedIsCheckbox() {
      return page.evaluate(
        () =>
          document.activeElement instanceof HTMLInputElement && document.activeElement.type === 'checkbox',
      )
    }
  })

  it('asks for the password in place when the sign-in is old, and loses nothing that was typed', async () => {
    const { person, tab, keys } = await setup()
    const { page } = tab
    await tab.visit(keys)
    await growStale(person)
    await page.getByRole('button', { name: 'Create key' }).first().click()
    await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill('typed before')
    await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click()
    const password = page.getByLabel(`Password for ${person.email}`)
    await password.fill('not this one')
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByText('That is not your password.').waitFor()
    await password.fill(PASSWORD)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('heading', { name: '“typed before” is ready' }).waitFor()
    expect(tab.offences).toEqual([])
  })
})

describe('what a keys page shows', () => {
  it('a coach sees only their own keys, an admin everybody’s', async () => {
    const { club, person: coach, tab, keys } = await setup(['COACH'])
    const admin = await givePassword(await makeMember(club.id, ['CLUB_ADMIN']))
    await makeKey(coach, { name: 'of the coach' })
    await makeKey(admin, { name: 'of the admin' })
    await tab.visit(keys)
    await tab.page.getByRole('heading', { name: 'My keys' }).waitFor()
    expect(await tab.page.content()).not.toContain('of the admin')
    const other = await browser.open({ server: server(), as: admin })
    await other.visit(keys)
    const rows = await other.page.getByRole('row').allTextContents()
    expect(rows.filter((row) => /of the (coach|admin)/.test(row))).toHaveLength(2)
  })

  it('answers an admin of another club 404, like a club that does not exist', async () => {
    const { tab } = await setup()
    const { slug } = await makeClub()
    for (const page of ['', '/keys', '/members', '/audit']) {
      expect(await tab.visit(`/clubs/${slug}${page}`)).toBe(404)
      const foreign = await tab.page.locator('main').innerText()
      expect(await tab.visit(`/clubs/there-is-none${page}`)).toBe(404)
      expect(await tab.page.locator('main').innerText()).toBe(foreign)
    }
  })

  it('leads through a long list and back', async () => {
    const { person, tab, keys } = await setup()
    for (let i = 0; i < 22; i++) await makeKey(person, { name: `key ${i}` })
    await tab.visit(keys)
    await tab.page.getByRole('link', { name: 'Next' }).click()
    await tab.page.getByRole('link', { name: 'key 0', exact: true }).waitFor()
    await tab.page.getByRole('link', { name: 'Previous' }).click()
    await tab.page.getByRole('link', { name: 'key 21', exact: true }).waitFor()
    expect(tab.offences).toEqual([])
  })
})

describe('what a server action takes', () => {
  it('writes nothing for a page of another origin, even one that the framework takes for its own', async () => {
    const { person, tab, keys } = await setup()
    const { id } = await makeKey(person, { name: 'as it was' })
    await tab.visit(keys)
    const sent = tab.page.waitForRequest((request) => request.headers()['next-action'] !== undefined)
    await tab.page.getByRole('button', { name: 'Actions for as it was' }).click()
    await tab.page.getByRole('menuitem', { name: 'Disable' }).click()
    const request = await sent
    await tab.page.getByText('is disabled.').waitFor()
    const enable = async () => db().apiKey.update({ where: { id }, data: { disabledAt: null } })
    const replay = async (origin: string, host: string) => {
      await enable()
      const {
        cookie = '',
        'next-action': action = '',
        'content-type': type = '',
      } = await request.allHeaders()
      const headers: [string, string][] = [
        ['Cookie', cookie],
        ['Next-Action', action],
        ['Content-Type', type],
        ['Origin', origin],
        ['Host', host],
      ]
      const answer = await server().send({
        method: 'POST',
        path: keys,
        headers,
        body: request.postDataBuffer() ?? '',
      })
      const { disabledAt } = await db().apiKey.findUniqueOrThrow({ where: { id } })
      return { written: disabledAt !== null, said: /"code":"(\w+)"/.exec(answer.body)?.[1] }
    }
    const { port } = server()
    expect(await replay(`http://localhost:${port}`, `localhost:${port}`)).toEqual({
      written: true,
      said: undefined,
    })
    expect(await replay(`http://127.0.0.1:${port}`, `127.0.0.1:${port}`)).toEqual({
      written: false,
      said: 'forbidden',
    })
    expect(await replay('https://evil.test', `localhost:${port}`)).toMatchObject({ written: false })
  })
})
