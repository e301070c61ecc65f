import { readFileSync } from 'node:fs'
import { db } from '@/lib/db/client'
import { changesHeard, makeClub, makeKey, makeMember, useDatabase, type Member } from '../../support/club'
import { givePassword, ready, useBrowser } from '../../support/browser'
import { useServer } from '../../support/server'

const database = useDatabase()
const server = useServer(database.url)
const browser = useBrowser()

async function setup() {
  const club = await makeClub()
  const admin = await givePassword(await makeMember(club.id, ['CLUB_ADMIN']), 'Ada Admin')
  const coach = await givePassword(await makeMember(club.id, ['COACH']), 'Carl Coach')
  const path = (section: string) => `/clubs/${club.slug}/${section}`
  const open = async (as: Member, section: string) => {
    const tab = await browser.open({ server: server(), as })
    await tab.visit(path(section))
    await ready(tab.page)
    return tab
  }
  return { club, admin, coach, path, open }
}

describe('members', () => {
  it('an admin invites somebody, who chooses a password by the link and gets in', async () => {
    const { admin, open, path } = await setup()
    const { page, offences } = await open(admin, 'members')
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

  it('an invitation is pending until they come: its link can be made anew, then withdrawn', async () => {
    const { admin, open, path } = await setup()
    const { page, visit, offences } = await open(admin, 'members')
    await page.getByRole('button', { name: 'Invite member' }).click()
    await page.getByLabel('Email').fill(`pia-${Date.now()}@example.test`)
    await page.getByLabel('Name').fill('Pia Pending')
    await page.getByRole('button', { name: 'Invite', exact: true }).click()
    const first = new URL((await page.getByLabel('The link').textContent()) ?? '')
    await page.getByRole('button', { name: 'Done' }).click()
    const row = page.getByRole('row', { name: /Pia Pending/ })
    await row.getByText('Invited', { exact: true }).waitFor()
    expect(await row.innerText()).toMatch(/by\s+Ada Admin; the link ends in/)

    const act = async (item: string) => {
      await page.getByRole('button', { name: 'Actions for Pia Pending' }).click()
      await page.getByRole('menuitem', { name: item }).click()
    }
    await act('New invitation link…')
    await page.getByRole('button', { name: 'Make link' }).click()
    const second = new URL((await page.getByLabel('The link').textContent()) ?? '')
    expect(second.hash).not.toBe(first.hash)
    await page.getByRole('button', { name: 'Done' }).click()
    const theirs = await browser.open({ server: server() })
    await theirs.visit(first.pathname + first.hash)
    await theirs.page.getByRole('heading', { name: 'This link is no longer good' }).waitFor()

    await db().invitation.updateMany({ data: { expiresAt: new Date(Date.now() - 60_000) } })
    await visit(`${path('members')}?show=invited`)
    await row.getByText('Invitation expired').waitFor()
    await ready(page)
    await act('Withdraw invitation…')
    await page.getByRole('button', { name: 'Withdraw invitation' }).click()
    await page.getByText('Nobody has an open invitation.').waitFor()
    await theirs.visit('about:blank')
    await theirs.visit(second.pathname + second.hash)
    await theirs.page.getByText('a club can withdraw it').waitFor()
    await visit(path('audit'))
    await page.getByText(/withdrew the invitation of member Pia Pending/).waitFor()
    expect([...offences, ...theirs.offences]).toEqual([])
  })

  it('whoever forgot their password is helped by an admin where no mail is sent', async () => {
    const { admin, coach, open, path } = await setup()
    const theirs = await browser.open({ server: server() })
    await theirs.visit('/sign-in')
    await theirs.page.getByRole('link', { name: 'Forgot your password?' }).click()
    await theirs.page.getByText('Ask an admin of your club for a password link.').waitFor()
    const { page } = await open(admin, 'members')
    await page.getByRole('button', { name: 'Actions for Carl Coach' }).click()
    await page.getByRole('menuitem', { name: 'New password link…' }).click()
    await page.getByRole('button', { name: 'Make link' }).click()
    const link = new URL((await page.getByLabel('The link').textContent()) ?? '')
    await theirs.visit(link.pathname + link.hash)
    await theirs.page.getByText(`For ${coach.email}.`).waitFor()
    await theirs.page.getByLabel('New password').fill('a wholly new set of words')
    await theirs.page.getByRole('button', { name: 'Save and sign in' }).click()
    await theirs.page.waitForURL((url) => url.pathname.startsWith(path('')))
  })

  it('tells a suspended member so by the name of the club, and nothing of it', async () => {
    const { club, coach, open, path } = await setup()
    const keys = await makeKey(coach, { name: 'of the coach' })
    await db().membership.updateMany({ where: { userId: coach.userId }, data: { status: 'SUSPENDED' } })
    const { page, visit } = await open(coach, 'keys')
    await page.getByText(`${club.name} has suspended you.`).waitFor()
    expect(new URL(page.url()).pathname).toBe('/clubs')
    expect(await page.locator('body').innerText()).not.toContain('of the coach')
    await visit(path(`keys/${keys.id}`))
    expect(new URL(page.url()).pathname).toBe('/clubs')
    expect(await visit('/clubs/there-is-none/keys')).toBe(404)
  })

  it('are found as one types, told apart by what they are, and lead to their keys', async () => {
    const { club, admin, coach, open, path } = await setup()
    await makeKey(coach, { name: 'ci-bot' })
    await makeKey(admin, { name: 'of the admin' })
    await givePassword(await makeMember(club.id, ['ATHLETE']), 'Zoë Zebra')
    const { page, visit } = await open(admin, 'members')
    await page.getByText('1–3 of 3', { exact: true }).waitFor()
    await page.getByLabel('Search members').pressSequentially('zo')
    await page.getByText('1 of 1', { exact: true }).waitFor()
    expect(await page.getByRole('row').allInnerTexts()).toHaveLength(2)
    expect(
      await page.getByLabel('Search members').evaluate((field) => field === document.activeElement),
    ).toBe(true)
    expect(new URL(page.url()).search).toBe('?q=zo')
    await page.getByLabel('Search members').fill('nobody at all')
    await page.getByText('Nobody’s name or email holds').waitFor()
    await visit(path('members'))
    await page.getByRole('link', { name: '1 live key of Carl Coach' }).click()
    await page.getByRole('link', { name: 'ci-bot' }).waitFor()
    expect(await page.getByRole('link', { name: 'of the admin' }).count()).toBe(0)
  })

  it('an admin changes roles, suspends and reinstates; a coach may only look, an athlete not even that', async () => {
    const { club, admin, coach, open, path } = await setup()
    const athlete = await givePassword(await makeMember(club.id, ['ATHLETE']))
    const { page } = await open(admin, 'members')
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
    const looking = await open(coach, 'members')
    await looking.page.getByRole('cell', { name: /^Ada Admin/ }).waitFor()
    expect(await looking.page.getByRole('button', { name: /Invite|Actions for/ }).count()).toBe(0)
    expect(await looking.visit(path('audit'))).toBe(404)
    const outside = await open(athlete, 'keys')
    expect(await outside.visit(path('members'))).toBe(404)
  })

  it('says that the last admin cannot go, and changes nothing', async () => {
    const { admin, open } = await setup()
    const { page } = await open(admin, 'members')
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
    const theirs = await open(coach, 'keys')
    const { page } = await open(admin, 'members')
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
    const tab = await open(admin, 'keys')
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

  it('says from what to what, by day, and exports what the filters find', async () => {
    const { admin, coach, open, path } = await setup()
    await makeKey(coach, { name: '=1+1' })
    const tab = await open(admin, 'members')
    await tab.page.getByRole('button', { name: 'Actions for Carl Coach' }).click()
    await tab.page.getByRole('menuitem', { name: 'Change roles…' }).click()
    await tab.page.getByRole('checkbox', { name: 'Athlete' }).check()
    await tab.page.getByRole('button', { name: 'Save roles' }).click()
    await tab.page.getByRole('cell', { name: 'Coach and athlete' }).waitFor()
    await tab.visit(path('audit'))
    await ready(tab.page)
    const today = tab.page.getByRole('region', { name: 'Today' })
    await today
      .getByText(/^Ada Admin changed the roles of member Carl Coach from coach to coach and athlete/)
      .waitFor()
    const exported = async (form: RegExp) => {
      await tab.page.getByRole('button', { name: 'Export' }).click()
      const [file] = await Promise.all([
        tab.page.waitForEvent('download'),
        tab.page.getByRole('menuitem', { name: form }).click(),
      ])
      return { name: file.suggestedFilename(), text: readFileSync(await file.path(), 'utf8') }
    }
    const csv = await exported(/^CSV/)
    expect(csv.name).toMatch(/-audit-\d{4}-\d\d-\d\d\.csv$/)
    expect(csv.text).toContain('api-key.create')
    await tab.visit(`${path('audit')}?action=member.update`)
    await ready(tab.page)
    const lines = (await exported(/^JSON lines/)).text.trim().split('\n')
    expect(lines.map((line) => (JSON.parse(line) as { action: string }).action)).toEqual(['member.update'])
    expect(tab.offences).toEqual([])
  })
})
