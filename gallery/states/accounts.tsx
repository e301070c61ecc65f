import type { ListedAccount, ServiceAccountActions } from '@/components/service-accounts/actions'
import { AccountDialog } from '@/components/service-accounts/account-dialog'
import { AccountsPanel } from '@/components/service-accounts/accounts-panel'
import { EndingDialog } from '@/components/service-accounts/ending-dialog'
import { answered, refused, waiting } from '../answers'
import { MAKING } from '../data/keys'
import { anAccount, LONG_NAME } from '../data/people'
import { idOf } from '../data/time'
import { PAGE } from '../data/page'
import { body, part, press, read, type } from '../state'

const nothing = () => undefined
const { keys: _, ...made } = anAccount()
const ACTIONS: ServiceAccountActions = {
  create: answered(made),
  update: answered(made),
  remove: answered(made),
}
const ACCOUNTS = [
  anAccount(),
  anAccount({ id: idOf(32), user: { id: idOf(42), name: LONG_NAME, kind: 'service' }, keys: 0 }),
  anAccount({
    id: idOf(33),
    user: { id: idOf(43), name: 'Archive', kind: 'service' },
    status: 'SUSPENDED',
    roles: ['CLUB_ADMIN', 'COACH', 'ATHLETE'],
    keys: 1204,
  }),
]

const panel =
  (accounts: ListedAccount[], later = false) =>
  () => (
    <AccountsPanel
      accounts={accounts}
      own={['CLUB_ADMIN', 'COACH']}
      actions={ACTIONS}
      making={MAKING}
      keysPath="/keys"
      paging={{
        ...PAGE,
        things: 'service accounts',
        shown: accounts.length,
        total: accounts.length,
        previous: later ? '/first' : null,
      }}
    />
  )

const form =
  (account?: ListedAccount, given: Partial<ServiceAccountActions> = {}) =>
  () => (
    <AccountDialog
      {...(account && { account })}
      own={['CLUB_ADMIN', 'COACH']}
      actions={{ ...ACTIONS, ...given }}
      onClose={nothing}
      onDone={nothing}
    />
  )

const ending = (command: 'suspend' | 'remove', keys: number) => () => (
  <EndingDialog
    command={command}
    account={anAccount({ keys })}
    actions={ACTIONS}
    onClose={nothing}
    onDone={nothing}
  />
)

export const ACCOUNT_STATES = [
  body('service accounts', panel(ACCOUNTS)),
  body('service accounts, one', panel(ACCOUNTS.slice(0, 1))),
  body('service accounts, none', panel([])),
  body('service accounts, no more', panel([], true)),
  body('service accounts, a menu', panel(ACCOUNTS), press('Actions for Archive'), read('Reinstate')),
  part('create service account', form()),
  part(
    'create service account, no role',
    form(),
    type('Name', 'Archive'),
    press('Create service account'),
    read('at least one role'),
  ),
  part(
    'create service account, refused',
    form(undefined, { create: refused('The input is not valid.', { name: 'is taken' }) }),
    type('Name', 'Archive'),
    press('Coach'),
    press('Create service account'),
    read('taken'),
  ),
  part('service account, changed', form(anAccount()), read('Name and roles')),
  part('service account, waiting', form(anAccount(), { update: waiting }), press('Save')),
  part('service account, suspended', ending('suspend', 1)),
  part('service account, removed', ending('remove', 12)),
  part('service account, removed without keys', ending('remove', 0)),
]
