import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { revokeApiKey } from '@/lib/auth/api-key'
import { db } from '@/lib/db/client'
import {
  makeClub,
  makeKey,
  makeMember,
  makeServiceAccount,
  useDatabase,
  type Member,
} from '../../support/club'
import { givePassword, ready, useBrowser } from '../../support/browser'
import {
  ACCOUNT_FORMS,
  ELSEWHERE,
  formOf,
  keyForms,
  MEMBER_FORMS,
  OWN_FORMS,
  type Form,
} from '../../support/forms'
import { lose, unknown, until, useLossyServer } from '../../support/lossy'
import { linkTo } from '../../support/sign-in'

// Each form of the app, in one manner: what is refused stands by its button, the first field that was refused
// has the focus, and a lost answer is asked for again and found, without doing it twice.

const database = useDatabase()
const browser = useBrowser()
const lossy = useLossyServer(database.url, browser, { CLUB_CREATION: 'members' })

async function setup() {
  const club = await makeClub()
  const admin = await givePassword(await makeMember(club.id, ['CLUB_ADMIN', 'COACH']), 'Ada Admin')
  const tab = await lossy.open({ as: admin })
  return { club, admin, tab, root: `/clubs/${club.slug}/` }
}

type Setting = Awaited<ReturnType<typeof setup>>

/** Whether anything was done since: every act leaves a row in the audit log. */
const acts = () => db().auditEvent.count()

async function walk({ tab: { page, visit }, root }: Setting, forms: readonly Form[]): Promise<void> {
  for (const form of forms) {
    await visit(form.path.startsWith('/') ? form.path : root + form.path)
    await ready(page)
    await form.open?.(page)
    await formOf(page, form.nth).waitFor()
    if (form.bad) await refuse(page, form, form.bad)
    await form.fill?.(page)
    await loseAndAskAgain(page, form)
  }
}

async function refuse(
  page: Page,
  { nth, fill: fillIn, submit, file }: Form,
  [label, value]: [string, string],
) {
  const before = await acts()
  const form = formOf(page, nth)
  const field = form.getByLabel(label, { exact: true })
  const first = await field.inputValue()
  await fillIn?.(page)
  await form.evaluate(letEverythingThrough)
  await field.fill(value)
  await form.getByRole('button', { name: submit, exact: true }).click()
  const said = form.locator('[data-fault]').first()
  await until(async () => (await said.count()) > 0 && (await said.evaluate(isToldInFocus)))
  expect([file, await acts()]).toEqual([file, before])
  await field.fill(first)
}

/** The browser's own checks would keep it from the server. */
function letEverythingThrough(form: HTMLElement | SVGElement): void {
  ;(form as HTMLFormElement).noValidate = true
  for (const name of ['maxlength', 'min', 'max'])
    for (const one of form.querySelectorAll(`[${name}]`)) one.removeAttribute(name)
}

function isToldInFocus(said: Element): boolean {
  const field = document.activeElement
  const told = field?.getAttribute('aria-describedby')?.split(' ') ?? []
  return told.includes(said.id) && field?.getAttribute('aria-invalid') === 'true'
}

async function loseAndAskAgain(page: Page, { file, nth, submit, done, ...how }: Form): Promise<void> {
  const before = await acts()
  const form = formOf(page, nth)
  const send = () => form.getByRole('button', { name: submit, exact: true }).click()
  await lose(lossy.relay(), page, send, async () => how.looksFirst ?? (await acts()) > before)
  const after = how.looksFirst ? before + 1 : await acts()
  const button = form.getByRole('button', { name: 'Ask again' })
  const [notice, below] = [await form.getByRole('alert').last().boundingBox(), await button.boundingBox()]
  const gap = (below?.y ?? 0) - ((notice?.y ?? 0) + (notice?.height ?? 0))
  const open = await form.locator(':is(input, select, textarea):enabled').count()
  expect([file, await unknown(page).count(), gap >= 0 && gap < 60, open]).toEqual([file, 1, true, 0])
  await button.click()
  await how.again?.(page)
  await page.getByText(done).first().waitFor()
  if (!how.twice) expect([file, await acts()]).toEqual([file, after])
}

const ROOT = path.resolve(__dirname, '../../../src/components')
const files = globSync('**/*.tsx', { cwd: ROOT }).map((file) => file.replace(/\.tsx$/, ''))
const textOf = (file: string) => readFileSync(path.join(ROOT, `${file}.tsx`), 'utf8')

it('every form of the app is among these, so that a new one is as the others are', () => {
  const parts = /<(DialogForm|PageForm|EntranceForm|ConfirmDialog|SettingDialog)\b/
  const made = new Set(['confirm-dialog', 'keys/setting-dialog'])
  const forms = files.filter((file) => parts.test(textOf(file)) && !made.has(file))
  const known = [...keyForms('', ''), ...MEMBER_FORMS, ...ACCOUNT_FORMS, ...OWN_FORMS]
  expect(forms.sort()).toEqual(
    [...new Set([...known.map(({ file }) => file), ...Object.keys(ELSEWHERE)])].sort(),
  )
})

it('no form is made by hand: it would say its refusals in a manner of its own', () => {
  const own = files.filter((file) => /<form[^>]*method="post"/.test(textOf(file)))
  expect(own.sort()).toEqual(['auth/entrance-form', 'docs/api/try-it', 'ui/dialog-form', 'ui/page-form'])
})

describe('each form', () => {
  it('of keys', async () => {
    const setting = await setup()
    const { admin } = setting
    const { id } = await makeKey(admin, { name: 'a key' })
    const dead = await makeKey(admin, { name: 'dead key' })
    await revokeApiKey(dead.actor, { id: dead.id })
    await walk(setting, keyForms(id, dead.id))
    expect(await db().apiKey.count({ where: { id: dead.id } })).toBe(0)
  }, 120_000)

  it('of members', async () => {
    const setting = await setup()
    const { club, admin } = setting
    const carl = await givePassword(await makeMember(club.id, ['COACH']), 'Carl Coach')
    await givePassword(await makeMember(club.id, ['COACH']), 'Rita Rower')
    await makeKey(carl, { name: 'of Carl' })
    await makeServiceAccount(club.id, ['COACH'], 'Heir')
    await invitePia(admin)
    await walk(setting, MEMBER_FORMS)
  }, 90_000)

  it('of service accounts', async () => {
    await walk(await setup(), ACCOUNT_FORMS)
  }, 60_000)

  it('of a club’s settings and of people’s own', async () => {
    const setting = await setup()
    const { admin } = setting
    await makeKey(admin, { name: 'lives long' })
    await linkTo(admin.userId, { issuer: 'https://id.example.test', claims: { sub: 'ada' } })
    await db().loginSession.create({
      data: { userId: admin.userId, expiresAt: new Date(Date.now() + 3_600_000) },
    })
    await walk(setting, OWN_FORMS)
  }, 90_000)
})

async function invitePia({ clubId, userId }: Member): Promise<void> {
  const pia = await makeMember(clubId, ['ATHLETE'])
  await db().user.update({ where: { id: pia.userId }, data: { name: 'Pia Pending', emailVerified: null } })
  const expiresAt = new Date(Date.now() + 3_600_000)
  await db().invitation.create({ data: { clubId, userId: pia.userId, invitedById: userId, expiresAt } })
}
