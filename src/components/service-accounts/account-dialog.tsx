'use client'

import type { Role } from '@/contracts/permissions'
import { apart } from '@/contracts/unseen'
import { textOf } from '../form-text'
import { NO_ROLE, readRoles, RolePicker } from '../members/role-picker'
import { errorOf } from '../outcome'
import { useSubmit } from '../session/use-submit'
import { Dialog } from '../ui/dialog'
import { DialogForm } from '../ui/dialog-form'
import { TextField } from '../ui/field'
import type { ServiceAccountActions, ListedAccount } from './actions'

type Props = {
  /** Absent: a new one. */
  account?: ListedAccount
  own: readonly Role[]
  actions: ServiceAccountActions
  onClose: () => void
  onDone: (text: string) => void
}

export function AccountDialog(props: Props) {
  const { account, onClose } = props
  return (
    <Dialog
      onClose={onClose}
      title={account ? `Name and roles of ${apart(account.user.name)}` : 'Create service account'}
      description={
        account
          ? 'A change of roles narrows or widens its keys at once.'
          : 'Nobody signs in with it. It acts by its keys alone.'
      }
    >
      <AccountForm {...props} />
    </Dialog>
  )
}

function AccountForm({ account, own, actions, onDone }: Omit<Props, 'onClose'>) {
  const submission = useSubmit(
    async (form, attempt) => {
      const [name, roles] = [textOf(form, 'name').trim(), readRoles(form)]
      if (roles.length === 0) return NO_ROLE
      return account
        ? actions.update({ id: account.id, name, roles }, attempt)
        : actions.create({ name, roles }, attempt)
    },
    ({ user }) =>
      onDone(
        account
          ? `${apart(user.name)} is changed.`
          : `${apart(user.name)} is ready. Create a key for it from its menu.`,
      ),
  )
  const { refused } = submission
  return (
    <DialogForm
      {...submission}
      fields={['name', 'roles']}
      submit={account ? 'Save' : 'Create service account'}
      pendingText={account ? 'Saving…' : 'Creating…'}
    >
      <TextField
        label="Name"
        name="name"
        hint="What it is for."
        placeholder="Scoreboard"
        defaultValue={account?.user.name}
        maxLength={100}
        required
        autoFocus
        autoComplete="off"
        error={errorOf(refused, 'name')}
      />
      <RolePicker {...rolesFor(account, own)} error={errorOf(refused, 'roles')} />
    </DialogForm>
  )
}

/** What the viewer holds, and what somebody else gave it: that can be taken away, too. */
const rolesFor = (account: ListedAccount | undefined, own: readonly Role[]) => ({
  chosen: account?.roles ?? [],
  offered: [...own, ...(account?.roles ?? [])],
  forAccount: true,
  hint: 'Its keys can do no more than these allow. You can give only roles that you hold yourself.',
})
