'use client'

import { useState } from 'react'
import type { InvitedMember } from '@/contracts/member'
import { textOf } from '../form-text'
import { errorOf } from '../outcome'
import { useSubmit } from '../session/use-submit'
import { Dialog } from '../ui/dialog'
import { DialogForm } from '../ui/dialog-form'
import { TextField } from '../ui/field'
import type { MemberActions } from './actions'
import { Invited } from './invited'
import { NO_ROLE, readRoles, RolePicker } from './role-picker'

type Props = { invite: MemberActions['invite']; onInvited: () => void; onClose: () => void }

/** The form; then, if no mail went out, the link to hand over, shown once. */
export function InviteDialog({ invite, onInvited, onClose }: Props) {
  const [invited, setInvited] = useState<InvitedMember | null>(null)
  if (invited) return <Invited invited={invited} onClose={onClose} />
  const done = (data: InvitedMember) => {
    setInvited(data)
    onInvited()
  }
  return (
    <Dialog
      onClose={onClose}
      title="Invite member"
      description="They join at once, and get in as soon as they can sign in."
    >
      <InviteForm invite={invite} onDone={done} />
    </Dialog>
  )
}

type FormProps = { invite: Props['invite']; onDone: (data: InvitedMember) => void }

function InviteForm({ invite, onDone }: FormProps) {
  const submission = useSubmit(async (form, attempt) => {
    const [email, name, roles] = [textOf(form, 'email'), textOf(form, 'name').trim(), readRoles(form)]
    return roles.length === 0 ? NO_ROLE : invite({ email, roles, ...(name && { name }) }, attempt)
  }, onDone)
  const { refused } = submission
  return (
    <DialogForm {...submission} fields={['email', 'name', 'roles']} submit="Invite" pendingText="Inviting…">
      <TextField
        label="Email"
        name="email"
        type="email"
        maxLength={254}
        required
        autoFocus
        autoComplete="off"
        error={errorOf(refused, 'email')}
      />
      <TextField
        label="Name"
        name="name"
        hint="Optional. What the club calls them."
        maxLength={100}
        autoComplete="off"
        error={errorOf(refused, 'name')}
      />
      <RolePicker error={errorOf(refused, 'roles')} />
    </DialogForm>
  )
}
