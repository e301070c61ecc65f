import { AccountPanel } from '@/components/account/account-panel'
import type { AccountActions } from '@/components/account/actions'
import { LinkDialog } from '@/components/account/link-dialog'
import { answered, refused, waiting } from '../answers'
import { ADA, LONG_NAME } from '../data/people'
import { ago } from '../data/time'
import { part, press, read, type } from '../state'

const nothing = () => undefined
const ACTIONS: AccountActions = {
  replacePassword: answered(undefined),
  beginLinking: waiting,
  unlink: answered(undefined),
  endSignIn: answered(undefined),
  endOtherSignIns: answered(undefined),
  endSignIns: answered(undefined),
  setNotification: answered(undefined),
}
const CHROME =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36'
const HERE = { id: '1', signedInAt: ago(0.2), address: '203.0.113.7', userAgent: CHROME, isThis: true }
const ELSEWHERE = { id: '2', signedInAt: ago(900), address: null, userAgent: null, isThis: false }
const GOOGLE = { id: '1', name: 'Google', linkedAt: ago(500) }

const MAILS = [
  {
    slug: 'demo',
    name: 'Demo Athletics',
    kinds: [
      { kind: 'reminder', about: 'keys that end soon or that nobody uses', wanted: true },
      { kind: 'new-admin', about: 'new admins', wanted: false },
    ],
  },
  { slug: 'long', name: LONG_NAME, kinds: [{ kind: 'new-admin', about: 'new admins', wanted: true }] },
]

type Given = Partial<Parameters<typeof AccountPanel>[0]>

// The heading is the page's.
const panel =
  (given: Given = {}) =>
  () => (
    <AccountPanel
      person={{ ...ADA, hasPassword: true }}
      identities={[]}
      providers={[]}
      linking={null}
      signIns={[HERE, ELSEWHERE]}
      mails={[]}
      actions={ACTIONS}
      back={{ href: '/clubs/demo', name: 'Demo Athletics' }}
      {...given}
    />
  )

const linked = { identities: [GOOGLE], providers: [{ id: 'gitlab', name: LONG_NAME }] }

const link = (begin: AccountActions['beginLinking']) => () => (
  <LinkDialog email={ADA.email} provider={{ id: 'google', name: 'Google' }} begin={begin} onClose={nothing} />
)

export const ACCOUNT = [
  part('account', panel()),
  part('account, mails', panel({ mails: MAILS })),
  part('account, one sign-in', panel({ signIns: [HERE], back: null })),
  part('account, with others', panel(linked)),
  part('account, without a password', panel({ ...linked, person: { ...ADA, hasPassword: false } })),
  ...['done', 'taken', 'expired'].map((linking) =>
    part(`account, linking ${linking}`, panel({ ...linked, linking })),
  ),
  part('account, unlink', panel(linked), press('Unlink Google'), read('Unlink Google?')),
  part('account, end all others', panel(), press('End all others'), read('End all other sign-ins?')),
  part('account, sign out everywhere', panel(), press('Sign out everywhere'), read('everywhere?')),
  part(
    'account, password refused',
    panel({
      actions: {
        ...ACTIONS,
        replacePassword: refused('The input is not valid.', {
          current: 'is not your password',
          next: 'must be harder to guess',
        }),
      },
    }),
    type('Current password', 'x'),
    type('New password', 'y'),
    press('Change password'),
    read('harder to guess'),
  ),
  part('link', link(waiting)),
  part(
    'link, refused',
    link(refused('The input is not valid.', { password: 'is not your password' })),
    type(`Password for ${ADA.email}`, 'x'),
    press('Continue'),
    read('not your password'),
  ),
]
