import { db } from '@/lib/db/client'
import { changesHeard, makeClub, makeKey, makeMember, useDatabase } from '../../support/club'
import { givePassword, PASSWORD, ready, useBrowser } from '../../support/browser'
import { useServer } from '../../support/server'

const database = useDatabase()
const server = useServer(database.url)
const browser = useBrowser()

async function setup() {
  const club = await makeClub()
  const admin = await givePassword(await makeMember(club.id, ['CLUB_ADMIN']), 'Ada Admin')
  const coach = await givePassword(await makeMember(club.id, ['COACH']), 'Carl Coach')
  const path = (section: string) => `/clubs/${club.slug}/${section}`
  const open = async (email: string, section: string) => {
    const tab = await browser.open({ server: server() })
    await tab.visit(path(section))
    await tab.signIn(email)
    await ready(tab.page)
    return tab
  }
  return { club, admin, coach, path, open }
}

describe('members', () => {
  it('an admin invites somebody, who chooses a password by the link and gets in', async () => {
    const { admin, open, path } = await setup()
    const { page, offences } = await open(admin.email, 'members')
    const email = `nora-${Date.now()}@example.test`
    await page.getByRole('button', { name: 'Invite member' }).click()
    await page.getByLabel('Email').fill(email)
    await page.getByLabel('Name').fill('Nora New')
    await page.getByRole('button', { name: 'Invite', exact: true }).click()
    const link = new URL((await page.getByLabel('The link').textContent()) ?? '')
    await page.getByRole('button', { name: 'Done' }).click()
    await page.getByRole('cell', { name: /^Nora New/ }).waitFor()

    const theirs = await browser.open({ server: server() })
    const sent: string[] = []
    theirs.page.on('request', (request) => sent.push(request.url()))
    await theirs.visit(link.pathname + link.hash)
    await theirs.page.getByLabel('New password').fill('password1234')
    expect(theirs.page.url()).not.toContain(link.hash)
    await theirs.page.getByRole('button', { name: 'Save and sign in' }).click()
    await theirs.page.getByText('too easy to guess').waitFor()
    await theirs.page.getByLabel('New password').fill('a wholly new set of words')
    await theirs.page.getByRole('button', { name: 'Save and sign in' }).click()
    await theirs.page.getByRole('heading', { name: 'My keys' }).waitFor()
    expect(new URL(theirs.page.url()).pathname).toBe(path('keys'))
    expect(sent.join('\n')).not.toContain(link.hash.slice(1))
    await theirs.visit(link.pathname + link.hash)
    await theirs.page.getByText('no longer good').waitFor()
    expect([...offences, ...theirs.offences]).toEqual([])
  })

  it('an admin changes roles, suspends and reinstates; a coach may only look, an athlete not even that', async () => {
    const { club, admin, coach, open, path } = await setup()
    const athlete = await givePassword(await makeMember(club.id, ['ATHLETE']))
    const { page } = await open(admin.email, 'members')
    const choose = async (item: string) => {
      await page.getByRole('button', { name: 'Actions for Carl Coach' }).click()
      await page.getByRole('menuitem', { name: item }).click()
    }
    await choose('Change roles…')
    await page.getByRole('checkbox', { name: 'Athlete' }).check()
    await page.getByRole('button', { name: 'Save roles' }).click()
    await page.getByRole('cell', { name: 'Coach and athlete' }).waitFor()
    await choose('Suspend…')
    await page.getByRole('button', { name: 'Suspend member' }).click()
    await page.getByRole('cell', { name: 'Suspended' }).waitFor()
    await choose('Reinstate')
    await page.getByText('Carl Coach is back.').waitFor()
    const looking = await open(coach.email, 'members')
    await looking.page.getByRole('cell', { name: /^Ada Admin/ }).waitFor()
    expect(await looking.page.getByRole('button', { name: /Invite|Actions for/ }).count()).toBe(0)
    expect(await looking.visit(path('audit'))).toBe(404)
    const outside = await open(athlete.email, 'keys')
    expect(await outside.visit(path('members'))).toBe(404)
  })

  it('says that the last admin cannot go, and changes nothing', async () => {
    const { admin, open } = await setup()
    const { page } = await open(admin.email, 'members')
    await page.getByRole('button', { name: 'Actions for Ada Admin' }).click()
    await page.getByRole('menuitem', { name: 'Remove…' }).click()
    await page.getByRole('button', { name: 'Remove member' }).click()
    await page.getByRole('alert').getByText('at least one active admin').waitFor()
    expect(await db().membership.findFirstOrThrow({ where: { userId: admin.userId } })).toMatchObject({
      status: 'ACTIVE',
    })
  })

  it('a removed member’s open tab gets nothing more, and their key is dead', async () => {
    const { club, admin, coach, open, path } = await setup()
    const key = await makeKey(coach, { name: 'of the coach' })
    const theirs = await open(coach.email, 'keys')
    const { page } = await open(admin.email, 'members')
    await page.getByRole('button', { name: 'Actions for Carl Coach' }).click()
    await page.getByRole('menuitem', { name: 'Remove…' }).click()
    await page.getByText('One key of theirs will be revoked for good').waitFor()
    await page.getByRole('button', { name: 'Remove member' }).click()
    await page.getByText('Carl Coach is removed.').waitFor()
    await changesHeard()
    expect((await server().call('GET', '/api/v1/whoami', key.token)).status).toBe(401)
    await theirs.page.getByRole('button', { name: 'Create key' }).click()
    await theirs.page.getByLabel('Name', { exact: true }).fill('one more')
    await theirs.page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click()
    await theirs.page.getByRole('heading', { name: 'Nothing here' }).waitFor()
    expect(await theirs.page.locator('body').innerText()).not.toContain('of the coach')
    expect(await theirs.visit(path('keys'))).toBe(404)
    expect(await db().apiKey.count({ where: { clubId: club.id } })).toBe(1)
  })
})

describe('audit', () => {
  it('tells in sentences who did what, and filters by act and person', async () => {
    const { admin, coach, open, path } = await setup()
    await makeKey(coach, { name: 'ci-bot' })
    const tab = await open(admin.email, 'keys')
    await tab.page.getByRole('button', { name: 'Actions for ci-bot' }).click()
    await tab.page.getByRole('menuitem', { name: 'Revoke…' }).click()
    await tab.page.getByRole('button', { name: 'Revoke key' }).click()
    await tab.page.getByRole('cell', { name: 'Revoked' }).waitFor()
    await tab.page.getByRole('link', { name: 'Audit' }).click()
    await tab.page.getByText('Ada Admin revoked key ci-bot').click()
    await tab.page.getByText('User agent').first().waitFor()
    await tab.page.getByLabel('What').selectOption('Key created')
    await tab.page.getByRole('button', { name: 'Show', exact: true }).click()
    await tab.page.waitForURL(/action=api-key.create/)
    expect(await tab.page.locator('summary').allInnerTexts()).toEqual([
      expect.stringContaining('created key ci-bot'),
    ])
    await tab.visit(`${path('audit')}?action=api-key.create&actorUserId=${admin.userId}`)
    await tab.page.getByText('Nothing on record').waitFor()
    expect(tab.offences).toEqual([])
  })
})

describe('one’s own account', () => {
  it('changes the password, which ends the other sign-ins', async () => {
    const { coach, open, path } = await setup()
    const [here, elsewhere] = [await open(coach.email, 'keys'), await open(coach.email, 'keys')]
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

  it('signs out here, and everywhere', async () => {
    const { coach, open, path } = await setup()
    const [first, second] = [await open(coach.email, 'keys'), await open(coach.email, 'keys')]
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
