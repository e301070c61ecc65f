'use client'

import { errorOf, messageOf } from '../outcome'
import { useSubmit } from '../session/use-submit'
import { Button, SubmitButton } from '../ui/button'
import { Dialog, DialogActions } from '../ui/dialog'
import { Notice } from '../ui/notice'
import type { ListedMember, MemberActions } from './actions'
import { NO_ROLE, readRoles, RolePicker } from './role-picker'

type Props = { member: ListedMember; update: MemberActions['update']; onClose: () => void; onDone: (text: string) => void }

export function RolesDialog({ member, update, onClose, onDone }: Props) {
  const { pending, refused, onSubmit } = useSubmit(
    async (form) => {
      const roles = readRoles(form)
      return roles.length === 0 ? NO_ROLE : update({ id: member.id, roles })
    },
    () => onDone(`The roles of ${member.user.name} are changed.`),
  )
  const message = messageOf(refused, ['roles'])
  return (
    <Dialog
      onClose={onClose}
      title={`Roles of ${member.user.name}`}
      description="A key can do no more than its owner’s roles allow: taking a role away narrows every key at once."
    >
      <form method="post" onSubmit={onSubmit} className="grid gap-4">
        {message && <Notice tone="bad">{message}</Notice>}
        <RolePicker chosen={member.roles} error={errorOf(refused, 'roles')} />
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <SubmitButton pending={pending} pendingText="Saving…">
            Save roles
          </SubmitButton>
        </DialogActions>
      </form>
    </Dialog>
  )
}
