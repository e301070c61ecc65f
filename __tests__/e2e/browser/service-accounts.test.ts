import { db } from '@/lib/db/client'
import { changesHeard, makeClub, makeMember, useDatabase, type Member } from '../../support/club'
import { givePassword, ready, useBrowser } from '../../support/browser'
import { useServer } from '../../support/server'

const database = useDatabase()
const server = useServer(database.url)
const browser = useBrowser()

async function setup() {
  const club = await makeClub()
  const admin = await givePassword(await makeMember(club.id, ['CLUB_ADMIN', 'COACH']), 'Ada Admin')
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

describe('service accounts', () => {
  it('an admin makes one, a key for it, narrows it, and removes it: the key stops', async () => {
    const { club, admin, open } = await setup()
    const { page, offences } = await open(admin, 'service-accounts')
    const choose = async (item: string) => {
      await page.getByRole('button', { name: 'Actions for scoreboard' }).click()
      await page.getByRole('menuitem', { name: item }).click()
    }
    await page.getByRole('button', { name: 'Create service account' }).click()
    expect(await page.getByRole('checkbox', { name: 'Athlete' }).count()).toBe(0)
    await page.getByLabel('Name').fill('scoreboard')
    await page.getByRole('dialog').getByRole('button', { name: 'Create service account' }).click()
    await page.getByText('Choose at least one role.').waitFor()
    await page.getByRole('checkbox', { name: 'Coach' }).check()
    await page.getByRole('dialog').getByRole('button', { name: 'Create service account' }).click()
    await page.getByText('scoreboard is ready.').waitFor()

    await choose('Create key…')
    expect(await page.getByRole('checkbox', { name: 'audit:read' }).isDisabled()).toBe(true)
    await page.getByLabel('Name', { exact: true }).fill('stadium')
    await page.getByRole('checkbox', { name: 'practices:write' }).check()
    await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click()
    const token = (await page.getByLabel('The key', { exact: true }).textContent()) ?? ''
    await page.getByRole('checkbox', { name: 'I have saved this key' }).check()
    await page.getByRole('button', { name: 'Done' }).click()
    const whoami = async () => server().call('GET', '/api/v1/whoami', token)
    expect((await whoami()).json()).toMatchObject({
      user: { name: 'scoreboard', kind: 'service' },
      scopes: ['practices:read', 'practices:write'],
    })

    await choose('Remove…')
    await page.getByText('Its one live key will be revoked at once').waitFor()
    await page.getByRole('button', { name: 'Remove account' }).click()
    await page.getByRole('heading', { name: 'No service accounts yet' }).waitFor()
    await changesHeard()
    expect((await whoami()).status).toBe(401)
    expect(await db().apiKey.count({ where: { clubId: club.id, revokedAt: null } })).toBe(0)
    expect(offences).toEqual([])
  })

  it('says on the keys page whose a key is, and lets an admin choose; a coach sees neither page nor choice', async () => {
    const { admin, coach, open, path } = await setup()
    const { page, visit } = await open(admin, 'service-accounts')
    await page.getByRole('button', { name: 'Create service account' }).click()
    await page.getByLabel('Name').fill('scoreboard')
    await page.getByRole('checkbox', { name: 'Coach' }).check()
    await page.getByRole('dialog').getByRole('button', { name: 'Create service account' }).click()
    await page.getByText('scoreboard is ready.').waitFor()
    await visit(path('keys'))
    await ready(page)
    await page.getByRole('button', { name: 'Create key' }).click()
    expect(await page.getByRole('checkbox', { name: 'audit:read' }).isEnabled()).toBe(true)
    await page.getByLabel('Owner').selectOption('scoreboard')
    expect(await page.getByRole('checkbox', { name: 'audit:read' }).isDisabled()).toBe(true)
    await page.getByText('scoreboard cannot read the club’s audit log.').waitFor()
    await page.getByLabel('Name', { exact: true }).fill('stadium')
    await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click()
    await page.getByRole('checkbox', { name: 'I have saved this key' }).check()
    await page.getByRole('button', { name: 'Done' }).click()
    await page.getByRole('cell', { name: 'scoreboard' }).getByLabel('Service account').waitFor()
    const theirs = await open(coach, 'keys')
    await theirs.page.getByRole('button', { name: 'Create key' }).click()
    expect(await theirs.page.getByLabel('Owner').count()).toBe(0)
    expect(await theirs.visit(path('service-accounts'))).toBe(404)
  })
})
