import type { Block, Letter, OwnLink } from '@/lib/letters/letter'
import type { MailKind } from '@/lib/mail/kinds'
import { LONG_NAME } from './people'

const link = (path: string) => `https://keys.example.test${path}` as OwnLink
const text = (said: string): Block => ({ is: 'text', text: said })
const action = (label: string, path: string): Block => ({ is: 'action', label, href: link(path) })
const aside = (said: string, path?: string): Block => ({
  is: 'aside',
  text: said,
  ...(path !== undefined && { href: link(path) }),
})

type Said = Pick<Letter, 'title' | 'body'> & { reason?: string; endable?: string }

const letter = ({
  title,
  body,
  reason = 'You get this because you are an admin of Demo Athletics.',
  endable,
}: Said): Letter => ({
  ...{ subject: `Demo Athletics: ${title}`, title, body, reason },
  ...(endable !== undefined && {
    endings: {
      unsubscribe: link('/unsubscribe#abc'),
      settings: link('/account#notifications'),
      kind: endable,
    },
  }),
})

const keys = (about: string, ...names: string[]): Block => ({
  is: 'list',
  items: names.map((name) => ({ name: `“${name}” (sk_club_3fGh…)`, about })),
  more: names.length > 2 ? 12 : 0,
})
const OF_ACCOUNT = 'You get this because this address has an account on keys.example.test.'
const TOKEN = 'k'.repeat(43)

/** What each kind of mail says, as the app writes it. */
export const MAILS: Record<MailKind, Letter> = {
  'password-link': letter({
    title: 'Choose a new password',
    body: [
      text('Somebody asked for a new password for your account on keys.example.test.'),
      text('This link sets it, once, within 24 hours. Older links no longer work.'),
      action('Choose a password', `/set-password#${TOKEN}`),
      aside('If that was not you, you need not do anything: your password stays as it is.'),
    ],
    reason: OF_ACCOUNT,
  }),
  leaked: letter({
    title: 'A key has leaked',
    body: [
      text('Somebody reported that the key “ci-bot” (sk_club_3fGh…) of Demo Athletics is known to others.'),
      text('It is revoked, and the keys that were made by it with it: none of them works.'),
      action('Look at the key', '/clubs/demo/keys/0190d9a0-0000-7000-8000-000000000032'),
      aside(
        'Mails about leaked keys cannot be stopped: they are how you hear that somebody else has your key.',
      ),
    ],
  }),
  'honey-used': letter({
    title: 'A honeykey was used',
    body: [
      text('Somebody called with “In the old wiki” of Demo Athletics, which lies where nobody should look.'),
      text('It opened nothing. The audit log says from which address, and with what.'),
      action('Look at the honeykey', '/clubs/demo/keys/0190d9a0-0000-7000-8000-000000000033'),
      aside('Mails about honeykeys cannot be stopped: they are the alarm.'),
    ],
  }),
  invitation: letter({
    title: 'You have been added to Demo Athletics',
    body: [
      text('You have been added to Demo Athletics on keys.example.test.'),
      text('Sign in with this address to get there:'),
      action('Sign in', '/sign-in'),
      aside('Forgot your password?', '/forgot-password'),
      aside('If you did not expect this, you need not do anything.'),
    ],
    reason: 'You get this because somebody who runs Demo Athletics gave this address.',
  }),
  'account-changed': letter({
    title: 'Another way into your account',
    body: [
      text('accounts.google.com was linked to your account: a sign-in there gets in here.'),
      action('Look at your account', '/account'),
      aside('If you cannot sign in any more, ask for a new password:', '/forgot-password'),
    ],
    reason: OF_ACCOUNT,
  }),
  'new-admin': letter({
    title: `${LONG_NAME} is an admin now`,
    body: [
      text(`Ada Admin made ${LONG_NAME} an admin of Demo Athletics.`),
      text('Admins invite and remove people, and see and end every key of the club.'),
      action('Look at the members', '/clubs/demo/members'),
    ],
    endable: 'new admins',
  }),
  'webhook-disabled': letter({
    title: 'A webhook was turned off',
    body: [
      text('hooks.scoreboard.example did not take the events of Demo Athletics for too long.'),
      action('Look at the webhook', '/clubs/demo/webhooks/0190d9a0-0000-7000-8000-000000000034'),
    ],
    endable: 'webhooks that were turned off',
  }),
  expiring: letter({
    title: '15 keys end soon',
    body: [
      keys('of Carl Coach, ends 2027-01-20 23:59', 'ci-bot', LONG_NAME, 'Results page'),
      text('Rotate a key that is still needed, or let it live longer. One that nobody needs may end.'),
      action('Look at the keys', '/clubs/demo/keys?sort=expiresAt'),
      aside('Times are those of Demo Athletics: Europe/Berlin.'),
    ],
    endable: 'keys that end soon',
  }),
  expired: letter({
    title: 'The key “ci-bot” has ended',
    body: [
      keys('of Carl Coach, ended 2027-01-13 23:59', 'ci-bot'),
      text('Calls with it are refused. Make another key if something still needs one.'),
      action('Look at the keys', '/clubs/demo/keys?sort=expiresAt'),
    ],
    endable: 'keys that have ended',
  }),
  unused: letter({
    title: '2 keys were not used for 90 days',
    body: [
      keys('of Carl Coach, never used', 'Old website', 'Old mobile app'),
      text('Revoke a key that nobody needs: it cannot leak any more then.'),
      action('Look at the keys', '/clubs/demo/keys?sort=expiresAt'),
    ],
    endable: 'keys that nobody uses',
  }),
}

const MAIL = 'mail, '

/** Mails are documents of their own, each at an address of its own. */
export const MAIL_NAMES: readonly string[] = Object.keys(MAILS).map((kind) => `${MAIL}${kind}`)

/** Where the gallery serves what is called so; null: it is no mail. */
export const mailPath = (name: string): string | null =>
  MAIL_NAMES.includes(name) ? `/mails/${name.slice(MAIL.length)}` : null
