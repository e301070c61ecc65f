import type { Page } from 'playwright-core'
import { db } from '@/lib/db/client'
import { makeClub, makeKey, makeMember, useDatabase } from '../../support/club'
import { makeManyKeys } from '../../support/many-keys'
import { givePassword, growStale, PASSWORD, ready, useBrowser } from '../../support/browser'
import { lose as loseBy, until, unknown, useLossyServer } from '../../support/lossy'

const database = useDatabase()
const browser = useBrowser()
const lossy = useLossyServer(database.url, browser)

async function setup() {
  const club = await makeClub()
  const person = await givePassword(await makeMember(club.id, ['CLUB_ADMIN', 'COACH']), 'Ada Admin')
  const tab = await lossy.open({ as: person })
  const open = async (section: string) => {
    await tab.visit(`/clubs/${club.slug}/${section}`)
    await ready(tab.page)
  }
  const keys = (name: string) => db().apiKey.count({ where: { clubId: club.id, name } })
  return { ...tab, club, person, open, keys }
}

const dialogOf = (page: Page) => page.getByRole('dialog')
/** Does something whose answer is lost, after `isDone`. */
const lose = (act: () => Promise<unknown>, isDone: () => Promise<boolean>, page: Page) =>
  loseBy(lossy.relay(), page, act, isDone)

async function fillForm(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Create key' }).first().click()
  await dialogOf(page).getByLabel('Name', { exact: true }).fill(name)
}
const send = (page: Page) => dialogOf(page).getByRole('button', { name: 'Create key' }).click()
const askAgain = (page: Page) => page.getByRole('button', { name: 'Ask again' }).click()
const whoami = async (token: string) => (await lossy.server().call('GET', '/api/v1/whoami', token)).status

describe('an answer that is lost', () => {
  it('leaves one key, whose token asking again shows', async () => {
    const { page, open, keys } = await setup()
    await open('keys')
    await fillForm(page, 'once')
    await lose(
      () => send(page),
      async () => (await keys('once')) === 1,
      page,
    )
    expect(await page.content()).not.toContain('Nothing was changed')
    expect(await dialogOf(page).getByLabel('Name', { exact: true }).isDisabled()).toBe(true)
    await askAgain(page)
    const token = (await page.getByLabel('The key', { exact: true }).textContent()) ?? ''
    expect(token).toMatch(/^sk_club_/)
    expect([await keys('once'), await whoami(token)]).toEqual([1, 200])
  })

  it('is not given any more for a key that was revoked since: it says what to do', async () => {
    const { page, open, keys, club } = await setup()
    await open('keys')
    await fillForm(page, 'too late')
    await lose(
      () => send(page),
      async () => (await keys('too late')) === 1,
      page,
    )
    await db().apiKey.updateMany({ where: { clubId: club.id }, data: { revokedAt: new Date() } })
    await askAgain(page)
    await page.getByText('what it showed only once cannot be shown again').waitFor()
    expect(await keys('too late')).toBe(1)
  })

  it('of a rotation is asked for in the same way', async () => {
    const { page, open, person, club } = await setup()
    await makeKey(person, { name: 'ci-bot' })
    await open('keys')
    await page.getByRole('button', { name: 'Actions for ci-bot' }).click()
    await page.getByRole('menuitem', { name: 'Rotate…' }).click()
    await dialogOf(page).getByRole('button', { name: 'Rotate key' }).waitFor()
    const rotated = async () => (await db().apiKey.count({ where: { clubId: club.id } })) === 2
    await lose(() => dialogOf(page).getByRole('button', { name: 'Rotate key' }).click(), rotated, page)
    await askAgain(page)
    const token = (await page.getByLabel('The key', { exact: true }).textContent()) ?? ''
    expect([await whoami(token), await db().apiKey.count({ where: { clubId: club.id } })]).toEqual([200, 2])
  })

  it('of a revocation of several is asked for again, and each is revoked once', async () => {
    const { page, open, person, club } = await setup()
    for (const name of ['one', 'two', 'three']) await makeKey(person, { name })
    await open('keys')
    for (const name of ['one', 'two']) await page.getByRole('checkbox', { name: `Select ${name}` }).check()
    await page.getByRole('button', { name: 'Revoke 2…' }).click()
    const revoke = page.getByRole('button', { name: 'Revoke 2 keys' })
    await revoke.waitFor()
    const revoked = () => db().apiKey.count({ where: { clubId: club.id, revokedAt: { not: null } } })
    await lose(
      () => revoke.click(),
      async () => (await revoked()) === 2,
      page,
    )
    await askAgain(page)
    await page.getByText('2 keys are revoked.').waitFor()
    const told = await db().auditEvent.count({ where: { clubId: club.id, action: 'api-key.revoke' } })
    expect([await revoked(), told]).toEqual([2, 2])
  })

  it('of one step of many is asked for again: it goes on from there, and counts each key once', async () => {
    const { page, open, person, club } = await setup()
    await makeKey(person, { name: 'other' })
    await makeManyKeys(person, 1_600, { name: 'many' })
    await open('keys?q=many')
    await page.getByRole('checkbox', { name: 'Select all on this page' }).check()
    await page.getByRole('button', { name: 'Revoke all that match…' }).click()
    await page.getByRole('button', { name: 'Revoke 1,600 keys' }).click()
    await page.getByText('500 of 1,600 revoked.').waitFor()
    const revoked = () => db().apiKey.count({ where: { clubId: club.id, revokedAt: { not: null } } })
    await lose(
      () => Promise.resolve(),
      async () => (await revoked()) >= 1_000,
      page,
    )
    // What was answered is certain; of the step that is lost, nobody knows.
    const said = await page.getByText(/ of 1,600 revoked/).textContent()
    expect(said).toMatch(/^At least (500|1,000) of 1,600 revoked\. It has stopped\.$/)
    await askAgain(page)
    await page.getByText('1,600 keys are revoked.').waitFor({ timeout: 60_000 })
    const told = await db().auditEvent.count({ where: { clubId: club.id, action: 'api-key.revoke' } })
    expect([await revoked(), told]).toEqual([1_600, 1_600])
  }, 90_000)

  it('is not given without permission, nor to an old sign-in: both are asked for again', async () => {
    const { page, open, keys, person, club } = await setup()
    await makeMember(club.id, ['CLUB_ADMIN'])
    await open('keys')
    await fillForm(page, 'fresh')
    await lose(
      () => send(page),
      async () => (await keys('fresh')) === 1,
      page,
    )
    await growStale(person)
    await askAgain(page)
    await page.getByLabel(`Password for ${person.email}`).waitFor()
    expect(await page.getByLabel('The key', { exact: true }).count()).toBe(0)
    await db().membership.updateMany({ where: { userId: person.userId }, data: { status: 'SUSPENDED' } })
    await page.getByLabel(`Password for ${person.email}`).fill(PASSWORD)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByLabel(`Password for ${person.email}`).waitFor({ state: 'detached' })
    await page.waitForTimeout(300)
    expect(await page.getByLabel('The key', { exact: true }).count()).toBe(0)
    expect(await page.content()).not.toContain('sk_club_')
  })

  it('can be left: “Look” closes the form and shows what is there', async () => {
    const { page, open, keys } = await setup()
    await open('keys')
    await fillForm(page, 'look at me')
    await lose(
      () => send(page),
      async () => (await keys('look at me')) === 1,
      page,
    )
    await page.getByRole('button', { name: 'Look', exact: true }).click()
    await dialogOf(page).waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'look at me', exact: true }).waitFor()
  })

  it('of something that was not done is done by asking again', async () => {
    const { page, open, keys } = await setup()
    await open('keys')
    await fillForm(page, 'never arrived')
    // Nothing arrives, nothing is answered: every connection ends at once.
    lossy.relay().cut()
    await send(page)
    await until(async () => {
      lossy.relay().drop()
      return unknown(page).isVisible()
    })
    lossy.relay().mend()
    expect(await keys('never arrived')).toBe(0)
    await askAgain(page)
    await page.getByLabel('The key', { exact: true }).waitFor()
    expect(await keys('never arrived')).toBe(1)
  })
})

describe('a sign-in that has ended', () => {
  it('is renewed in place: nothing typed is lost, and the key is made', async () => {
    const { page, open, person, keys } = await setup()
    await open('keys?sort=name')
    await fillForm(page, 'typed before')
    await db().loginSession.updateMany({ where: { userId: person.userId }, data: { revokedAt: new Date() } })
    await send(page)
    await page.getByRole('heading', { name: 'Sign in again' }).waitFor()
    await page.getByLabel(`Password for ${person.email}`).fill(PASSWORD)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByLabel('The key', { exact: true }).waitFor()
    expect(await keys('typed before')).toBe(1)
    expect(new URL(page.url()).search).toBe('?sort=name')
  })

  it('found by what is typed into a search leads back to it, with what was typed', async () => {
    const { page, open, person, signIn } = await setup()
    await open('members')
    await db().loginSession.updateMany({ where: { userId: person.userId }, data: { revokedAt: new Date() } })
    await page.getByRole('searchbox').first().fill('Ada')
    await page.waitForURL((url) => url.pathname === '/sign-in')
    await signIn(person.email)
    expect(await page.getByRole('searchbox').first().inputValue()).toBe('Ada')
  })

  it('leads back to the very page, with what it was asked for', async () => {
    const { page, person, visit, signIn, club, context } = await setup()
    await context.clearCookies()
    await visit(`/clubs/${club.slug}/keys?sort=name&q=ci`)
    await signIn(person.email)
    expect(new URL(page.url()).search).toBe('?sort=name&q=ci')
  })
})

describe('what another tab or admin changed', () => {
  it('shows after a refusal, and not only where something is gone', async () => {
    const { page, open, person } = await setup()
    const { id } = await makeKey(person, { name: 'ci-bot' })
    await open('keys')
    await page.getByRole('button', { name: 'Actions for ci-bot' }).click()
    await page.getByRole('menuitem', { name: 'Rotate…' }).click()
    await dialogOf(page).getByRole('button', { name: 'Rotate key' }).waitFor()
    await db().apiKey.update({ where: { id }, data: { disabledAt: new Date(), name: 'named anew' } })
    await dialogOf(page).getByRole('button', { name: 'Rotate key' }).click()
    await dialogOf(page).getByRole('alert').first().waitFor()
    await page.getByText('named anew').first().waitFor({ state: 'attached' })
  })
})

describe('what is told after an act', () => {
  it('can be taken back where that is honest: each time with a row in the audit log', async () => {
    const { page, open, person } = await setup()
    const { id } = await makeKey(person, { name: 'ci-bot' })
    await open('keys')
    const actions = () =>
      db().auditEvent.findMany({ where: { targetId: id }, orderBy: { id: 'asc' }, select: { action: true } })
    await page.getByRole('button', { name: 'Actions for ci-bot' }).click()
    await page.getByRole('menuitem', { name: 'Disable' }).click()
    await page.getByText('is disabled.').waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('Undone.').waitFor()
    expect(await db().apiKey.findUniqueOrThrow({ where: { id } })).toMatchObject({ disabledAt: null })
    expect((await actions()).slice(1)).toEqual([{ action: 'api-key.update' }, { action: 'api-key.update' }])
    await page.getByRole('link', { name: 'ci-bot' }).click()
    await page.getByRole('button', { name: 'Edit name' }).click()
    await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill('misnamed')
    await page.getByRole('button', { name: 'Rename', exact: true }).click()
    await page.getByText('Renamed to “misnamed”.').waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('Undone.').nth(1).waitFor()
    expect(await db().apiKey.findUniqueOrThrow({ where: { id } })).toMatchObject({ name: 'ci-bot' })
    expect(await actions()).toHaveLength(5)
  })

  it('waits while the pointer or the focus is on it', async () => {
    const { page, open, person } = await setup()
    await makeKey(person, { name: 'ci-bot' })
    await page.clock.install()
    await open('keys')
    await page.getByRole('button', { name: 'Actions for ci-bot' }).click()
    await page.getByRole('menuitem', { name: 'Disable' }).click()
    const undo = page.getByRole('button', { name: 'Undo' })
    await undo.focus()
    await page.clock.fastForward(60_000)
    expect(await undo.count()).toBe(1)
    await page.getByRole('main').focus()
    await page.clock.fastForward(60_000)
    await undo.waitFor({ state: 'detached' })
  })
})
