import type { Page } from 'playwright-core'
import { PASSWORD } from './browser'

export type Form = {
  /** Which file of `src/components` it stands in. */
  file: string
  /** Below the club, or from the root. */
  path: string
  open?: (page: Page) => Promise<unknown>
  /** A field, and what the server refuses in it. */
  bad?: [label: string, value: string]
  fill?: (page: Page) => Promise<unknown>
  /** What its button says. */
  submit: string
  /** What there is to see when the answer was found. */
  done: RegExp
  /** Which of the page's forms, where it is not the last one. */
  nth?: number
  /** It asks the server something before it sends the act: that answer is lost. */
  looksFirst?: true
  /** What it takes to be answered again. */
  again?: (page: Page) => Promise<unknown>
  /** The same act again does the same again, and is on record again. */
  twice?: true
}

const click = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click()
const exactly = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).first().click()
const choose = async (page: Page, of: string, item: string) => {
  await exactly(page, `Actions for ${of}`)
  await page.getByRole('menuitem', { name: item }).click()
}
const fill = (label: string, value: string) => (page: Page) =>
  formOf(page).getByLabel(label, { exact: true }).fill(value)
/** The last one is a dialog's, where there is one. */
export const formOf = (page: Page, nth = -1) => page.locator('form[method=post]').nth(nth)

export const keyForms = (id: string, dead: string): Form[] => [
  {
    file: 'keys/create-key-form',
    path: 'keys',
    open: (page) => click(page, 'Create key'),
    bad: ['Name', 'x'.repeat(65)],
    fill: fill('Name', 'made once'),
    submit: 'Create key',
    done: /“made once” is ready/,
  },
  {
    file: 'keys/rename-key-dialog',
    path: `keys/${id}`,
    open: (page) => click(page, 'Edit name'),
    bad: ['Name', 'x'.repeat(65)],
    fill: fill('Name', 'renamed once'),
    submit: 'Rename',
    done: /Renamed to “renamed once”/,
  },
  {
    file: 'keys/scopes-dialog',
    path: `keys/${id}`,
    open: (page) => click(page, 'Edit scopes'),
    fill: (page) => page.getByRole('checkbox', { name: 'practices:write' }).uncheck(),
    submit: 'Change scopes',
    done: /The scopes of “renamed once” are changed/,
  },
  {
    file: 'keys/end-dialog',
    path: `keys/${id}`,
    open: async (page) => {
      await click(page, 'Edit expiry')
      await page.getByRole('radio', { name: 'On a date' }).check()
    },
    bad: ['Last day', '2001-01-01'],
    fill: fill('Last day', new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10)),
    submit: 'Save',
    done: /“renamed once” now works until/,
  },
  {
    file: 'keys/addresses-dialog',
    path: `keys/${id}`,
    open: (page) => click(page, 'Edit IP allowlist'),
    bad: ['IP allowlist', 'nowhere'],
    fill: fill('IP allowlist', '203.0.113.0/24'),
    submit: 'Save',
    done: /works from these addresses only/,
  },
  {
    file: 'keys/rate-dialog',
    path: `keys/${id}`,
    open: (page) => click(page, 'Edit rate limit'),
    bad: ['Calls at most', '0'],
    fill: fill('Calls at most', '7'),
    submit: 'Save',
    done: /“renamed once”: 7 calls/,
  },
  {
    file: 'keys/metadata-dialog',
    path: `keys/${id}`,
    open: (page) => click(page, 'Edit metadata'),
    bad: ['Metadata', 'nothing of JSON'],
    fill: fill('Metadata', '{ "team": "A" }'),
    submit: 'Save',
    done: /The metadata of “renamed once” is saved/,
  },
  {
    file: 'keys/rotate-key-dialog',
    path: `keys/${id}`,
    open: async (page) => {
      await exactly(page, 'Rotate')
      await page.getByRole('radio', { name: 'On a date' }).check()
    },
    bad: ['Last day', '2001-01-01'],
    fill: fill('Last day', new Date(Date.now() + 4 * 86_400_000).toISOString().slice(0, 10)),
    submit: 'Rotate key',
    done: /“renamed once” has a new key/,
  },
  {
    file: 'keys/revoke-key-dialog',
    path: `keys/${id}`,
    open: (page) => exactly(page, 'Revoke'),
    bad: ['Reason', 'x'.repeat(201)],
    fill: fill('Reason', 'lost'),
    submit: 'Revoke key',
    done: /“renamed once” (is|and .* are) revoked/,
  },
  {
    file: 'keys/delete-key-dialog',
    path: `keys/${dead}`,
    open: (page) => choose(page, 'dead key', 'Delete…'),
    bad: ['Type “dead key” to confirm', 'another'],
    fill: fill('Type “dead key” to confirm', 'dead key'),
    submit: 'Delete key',
    done: /“dead key” is deleted/,
  },
]

export const MEMBER_FORMS: Form[] = [
  {
    file: 'members/invite-dialog',
    path: 'members',
    open: (page) => click(page, 'Invite member'),
    bad: ['Email', 'nobody'],
    fill: fill('Email', 'once@example.test'),
    submit: 'Invite',
    // Its link is shown once, and nobody knows by whom it was seen.
    done: /what it showed only once cannot be shown again/,
  },
  {
    file: 'members/member-link-dialog',
    path: 'members',
    open: (page) => choose(page, 'Pia Pending', 'New invitation link…'),
    submit: 'Make link',
    done: /what it showed only once cannot be shown again/,
  },
  {
    file: 'members/withdraw-dialog',
    path: 'members',
    open: (page) => choose(page, 'Pia Pending', 'Withdraw invitation…'),
    submit: 'Withdraw invitation',
    done: /The invitation of Pia Pending is withdrawn/,
  },
  {
    file: 'members/roles-dialog',
    path: 'members',
    open: (page) => choose(page, 'Rita Rower', 'Change roles…'),
    fill: (page) => page.getByRole('checkbox', { name: 'Athlete' }).check(),
    submit: 'Save roles',
    looksFirst: true,
    done: /The roles of Rita Rower are changed/,
  },
  {
    file: 'members/leaving-dialog',
    path: 'members',
    open: (page) => choose(page, 'Rita Rower', 'Suspend…'),
    submit: 'Suspend member',
    done: /Rita Rower is suspended/,
  },
  {
    file: 'members/hand-over-form',
    path: 'members',
    open: (page) => choose(page, 'Carl Coach', 'Hand keys over…'),
    submit: 'Hand over',
    fill: (page) => page.getByRole('checkbox', { name: 'of Carl' }).check(),
    done: /The new key/,
  },
]

export const ACCOUNT_FORMS: Form[] = [
  {
    file: 'service-accounts/account-dialog',
    path: 'service-accounts',
    open: (page) => click(page, 'Create service account'),
    bad: ['Name', 'x'.repeat(101)],
    fill: async (page) => {
      await fill('Name', 'Scoreboard')(page)
      await page.getByRole('checkbox', { name: 'Coach' }).check()
    },
    submit: 'Create service account',
    done: /Scoreboard is ready/,
  },
  {
    file: 'service-accounts/ending-dialog',
    path: 'service-accounts',
    open: (page) => choose(page, 'Scoreboard', 'Remove…'),
    submit: 'Remove account',
    done: /Scoreboard is removed/,
  },
]

const NEXT = 'a wholly new set of words'

export const OWN_FORMS: Form[] = [
  {
    file: 'settings/club-form',
    path: 'settings',
    nth: 0,
    bad: ['Name', 'x'.repeat(101)],
    fill: (page) => page.getByLabel('Name', { exact: true }).fill('Renamed Once'),
    submit: 'Save club',
    done: /The club is saved/,
  },
  {
    file: 'settings/policy-form',
    path: 'settings',
    bad: ['Live keys for each owner', '0'],
    fill: fill('Live keys for each owner', '7'),
    submit: 'Save policy',
    looksFirst: true,
    done: /The policy is saved/,
  },
  {
    file: 'settings/policy-dialog',
    path: 'settings',
    open: async (page) => {
      await page.getByLabel('Default expiry, in days').fill('1')
      await page.getByLabel('Longest expiry, in days').fill('1')
      await click(page, 'Save policy')
      await page.getByRole('dialog').waitFor()
    },
    submit: 'Save the policy',
    done: /The policy is saved/,
  },
  {
    file: 'account/sign-ins-section',
    path: '/account',
    open: (page) => click(page, 'End all others'),
    submit: 'End all others',
    done: /All other sign-ins have ended/,
    twice: true,
  },
  {
    file: 'account/identities',
    path: '/account',
    open: (page) => click(page, /^Unlink/),
    submit: 'Unlink',
    done: /is unlinked/,
  },
  {
    file: 'clubs/create-club',
    path: '/create-club',
    bad: ['Address', 'no such address'],
    fill: async (page) => {
      await page.getByLabel('Name', { exact: true }).fill('Made Once')
      await page.getByLabel('Address', { exact: true }).fill(`made-once-${Date.now()}`)
    },
    submit: 'Create club',
    done: /Made Once/,
  },
  {
    file: 'account/password-section',
    path: '/account',
    nth: 0,
    bad: ['Current password', 'not this'],
    fill: async (page) => {
      await page.getByLabel('Current password').fill(PASSWORD)
      await page.getByLabel('New password').fill(NEXT)
    },
    submit: 'Change password',
    // The sign-in that asked has ended with the old password.
    again: async (page) => {
      await page.getByLabel(/^Password for/).fill(NEXT)
      await page.getByRole('button', { name: 'Continue' }).click()
    },
    done: /Your password is changed/,
    twice: true,
  },
]

/** Whose forms are tried elsewhere, and why not here. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  'account/link-dialog': 'leads to a provider: single-sign-on.test.ts',
  'session/password-dialog': 'is how a sign-in is renewed in place: lost-answers.test.ts',
  'webhooks/webhook-dialog': 'with a receiver: webhooks.test.ts',
  'webhooks/rotate-secret-dialog': 'with a receiver: webhooks.test.ts',
  'webhooks/replay-dialog': 'with a receiver: webhooks.test.ts',
  'webhooks/use-webhook-commands': 'with a receiver: webhooks.test.ts',
  'keys/create-honeykey-form': 'is made in the place of a key: new-key.test.ts',
  'keys/enable-leaked-dialog': 'after a report: key-page.test.ts',
  'keys/grace-notice': 'ends what a rotation began: key-page.test.ts',
  'keys/revoke-keys-dialog': 'counts first: revoke-several.test.ts',
  'keys/revoke-in-steps': 'one act a step: revoke-several.test.ts',
  'auth/sign-in-form': 'before anybody is signed in: account.test.ts',
  'auth/forgot-password': 'before anybody is signed in: forgotten-password.test.ts',
  'auth/password-form': 'before anybody is signed in: people.test.ts',
}
