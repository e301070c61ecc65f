import { db } from '@/lib/db/client'
import { makeClub, makeMember, useDatabase, type Member } from '../../support/club'
import { givePassword, PASSWORD, ready, useBrowser } from '../../support/browser'
import { useServer } from '../../support/server'

const database = useDatabase()
const server = useServer(database.url, { env: { CLUB_CREATION: 'members' } })
const browser = useBrowser()

async function setup() {
  const club = await makeClub()
  const coach = await givePassword(await makeMember(club.id, ['COACH']), 'Carl Coach')
  const path = (section: string) => `/clubs/${club.slug}/${section}`
  const open = async (as: Member, section: string) => {
    const tab = await browser.open({ server: server(), as })
    await tab.visit(path(section))
    await ready(tab.page)
    return tab
  }
  return { coach, path, open }
}

describe('one’s own account', () => {
  it('changes the password, which ends the other sign-ins', async () => {
    const { coach, open, path } = await setup()
    const [here, elsewhere] = [await open(coach, 'keys'), await open(coach, 'keys')]
    await here.visit('/account')
    await ready(here.page)
    await here.page.getByLabel('Current password').fill('not this')
    await here.page.getByLabel('New password').fill('a wholly new set of words')
    await here.page.getByRole('button', { name: 'Change password' }).click()
    await here.page.getByText('That is not your password.').waitFor()
    await here.page.getByLabel('Current password').fill(PASSWORD)
    await here.page.getByRole('button', { name: 'Change password' }).click()
    await here.page.getByText('Your password is changed.').waitFor()
    expect(await here.visit(path('keys'))).toBe(200)
    await elsewhere.visit(path('keys'))
    expect(new URL(elsewhere.page.url()).pathname).toBe('/sign-in')
  })

  it('says where one is signed in, and ends one or all others on their next request', async () => {
    const { coach, open, path } = await setup()
    const here = await browser.open({ server: server() })
    await here.signIn(coach.email)
    const [one, two, three] = [
      await open(coach, 'keys'),
      await open(coach, 'keys'),
      await open(coach, 'keys'),
    ]
    await here.visit('/account')
    await ready(here.page)
    const list = here.page.getByRole('list', { name: 'Sign-ins' }).getByRole('listitem')
    expect(await list.count()).toBe(4)
    expect(await list.first().innerText()).toMatch(
      /Chrome on Linux\s+This device\s+(127\.0\.0\.1|::1), just now/,
    )
    const newest = await db().loginSession.findFirstOrThrow({
      where: { userId: coach.userId },
      orderBy: { id: 'desc' },
    })
    await db().loginSession.update({
      where: { id: newest.id },
      data: { userAgent: 'curl/8.14.1 by somebody' },
    })
    await here.visit('/account')
    await ready(here.page)
    await here.page.getByRole('button', { name: /^End the sign-in on curl\/8/ }).click()
    await here.page.getByText('That sign-in has ended.').waitFor()
    await three.visit(path('keys'))
    expect(new URL(three.page.url()).pathname).toBe('/sign-in')
    await list.nth(3).waitFor({ state: 'detached' })
    expect(await list.count()).toBe(3)
    expect(await one.visit(path('keys'))).toBe(200)
    expect(new URL(one.page.url()).pathname).toBe(path('keys'))

    await here.page.getByRole('button', { name: 'End all others' }).click()
    await here.page.getByRole('alertdialog').getByRole('button', { name: 'End all others' }).click()
    await here.page.getByText('All other sign-ins have ended.').waitFor()
    await list.nth(1).waitFor({ state: 'detached' })
    expect(await list.count()).toBe(1)
    for (const tab of [one, two]) {
      await tab.visit(path('keys'))
      expect(new URL(tab.page.url()).pathname).toBe('/sign-in')
    }
    expect(await here.visit(path('keys'))).toBe(200)
    expect(new URL(here.page.url()).pathname).toBe(path('keys'))
  })

  it('signs out here, and everywhere', async () => {
    const { coach, open, path } = await setup()
    const [first, second] = [await open(coach, 'keys'), await open(coach, 'keys')]
    await first.page.getByRole('button', { name: /Your account/ }).click()
    await first.page.getByRole('menuitem', { name: 'Sign out' }).click()
    await first.page.waitForURL(/\/sign-in/)
    await second.visit('/account')
    await ready(second.page)
    await second.page.getByRole('button', { name: 'Sign out everywhere' }).click()
    await second.page.getByRole('alertdialog').getByRole('button', { name: 'Sign out everywhere' }).click()
    await second.page.waitForURL(/\/sign-in/)
    await second.visit(path('keys'))
    expect(new URL(second.page.url()).pathname).toBe('/sign-in')
    expect(await db().loginSession.count({ where: { userId: coach.userId, revokedAt: null } })).toBe(0)
  })
})

describe('signing in', () => {
  it('says the same of a wrong password and an unknown address, and later to slow down', async () => {
    const { coach } = await setup()
    const { page, visit } = await browser.open({ server: server() })
    const attempt = async (email: string) => {
      await page.getByLabel('Email').fill(email)
      await page.getByLabel('Password').fill('wrong')
      const answered = page.waitForResponse((response) => response.url().includes('/callback/password'))
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
      await answered
      return page.locator('main [role=alert]').innerText()
    }
    await visit('/sign-in')
    await ready(page)
    const known = await attempt(coach.email)
    expect(await attempt('nobody@example.test')).toBe(known)
    for (let i = 0; i < 4; i++) await attempt(coach.email)
    expect(await attempt(coach.email)).toContain('Too many attempts')
    expect(page.url()).not.toContain('wrong')
  })
})

describe('a club', () => {
  it('is created by a person whom the operator lets, then named and put on the map', async () => {
    const { coach, path, open } = await setup()
    const { page, offences } = await open(coach, 'keys')
    await page.getByRole('button', { name: /change club/ }).click()
    await page.getByRole('menuitem', { name: 'Create a club…' }).click()
    await page.getByRole('heading', { name: 'Create a club' }).waitFor()
    await ready(page)
    const address = page.getByLabel('Address')
    await page.getByLabel('Name').fill('Läufer & Größe')
    expect(await address.inputValue()).toBe('laufer-grosse')
    await address.fill('no--good')
    await page.getByText('Hyphens stand alone').waitFor()
    await address.fill(path('').split('/')[2]!)
    await page.getByRole('button', { name: 'Create club' }).click()
    await page.getByText('is taken').waitFor()
    const slug = `own-${Date.now()}`
    await address.fill(slug)
    await page.getByRole('button', { name: 'Create club' }).click()
    await page.waitForURL((url) => url.pathname.startsWith(`/clubs/${slug}`))

    await page.getByRole('link', { name: 'Settings' }).click()
    await page.getByRole('heading', { name: 'Club', exact: true }).waitFor()
    await ready(page)
    await page.getByLabel('Name').fill('Ärzte am Ball')
    await page.getByLabel('Time zone').selectOption('Pacific/Pago_Pago')
    await page.getByRole('button', { name: 'Save club' }).click()
    await page.getByText('The club is saved.').waitFor()
    await page.getByRole('button', { name: 'Ärzte am Ball: change club' }).waitFor()
    expect(await db().club.findUniqueOrThrow({ where: { slug } })).toMatchObject({
      name: 'Ärzte am Ball',
      timeZone: 'Pacific/Pago_Pago',
    })
    expect(offences).toEqual([])
  })
})
