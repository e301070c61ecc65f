import { db } from '@/lib/db/client'
import { makeClub, makeMember, useDatabase } from '../../support/club'
import { givePassword, useBrowser } from '../../support/browser'
import { useServer } from '../../support/server'

const database = useDatabase()
const server = useServer(database.url)
const browser = useBrowser()

/** A person on the form for a new key. */
async function setup(roles: Parameters<typeof makeMember>[1] = ['CLUB_ADMIN', 'COACH'], policy = {}) {
  const club = await makeClub()
  await db().club.update({ where: { id: club.id }, data: policy })
  const person = await givePassword(await makeMember(club.id, roles), 'Ada Admin')
  const tab = await browser.open({ server: server() })
  const { page } = tab
  await tab.visit(`/clubs/${club.slug}/keys`)
  await tab.signIn(person.email)
  await page.getByRole('button', { name: 'Create key' }).first().click()
  const create = async (name: string) => {
    await page.getByLabel('Name', { exact: true }).fill(name)
    await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click()
    return (await page.getByLabel('The key', { exact: true }).textContent()) ?? ''
  }
  return { club, tab, page, create }
}

describe('a new key', () => {
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
