'use client'

import { useRef, useState } from 'react'
import type { InvitedMember } from '@/contracts/member'
import { textOf } from '../form-text'
import { errorOf, messageOf } from '../outcome'
import { useSubmit } from '../session/use-submit'
import { Button, SubmitButton } from '../ui/button'
import { CopyButton } from '../ui/copy-button'
import { Dialog, DialogActions } from '../ui/dialog'
import { TextField } from '../ui/field'
import { Notice } from '../ui/notice'
import type { MemberActions } from './actions'
import { NO_ROLE, readRoles, RolePicker } from './role-picker'

type Props = { invite: MemberActions['invite']; onInvited: () => void; onClose: () => void }

/** The form, then, where no mail goes out, the link to hand over: this once. */
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
      <InviteForm invite={invite} onDone={done} onClose={onClose} />
    </Dialog>
  )
}

function InviteForm({
  invite,
  onDone,
  onClose,
}: {
  invite: Props['invite']
  onDone: (data: InvitedMember) => void
  onClose: () => void
}) {
  const { pending, refused, onSubmit } = useSubmit(async (form) => {
    const [email, name, roles] = [textOf(form, 'email'), textOf(form, 'name').trim(), readRoles(form)]
    return roles.length === 0 ? NO_ROLE : invite({ email, roles, ...(name && { name }) })
  }, onDone)
  const message = messageOf(refused, ['email', 'name', 'roles'])
  return (
    <form method="post" onSubmit={onSubmit} className="grid gap-4">
      {message && <Notice tone="bad">{message}</Notice>}
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
      <RolePicker chosen={['ATHLETE']} error={errorOf(refused, 'roles')} />
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <SubmitButton pending={pending} pendingText="Inviting…">
          Invite
        </SubmitButton>
      </DialogActions>
    </form>
  )
}

function Invited({
  invited: { user, mailed, setPasswordLink },
  onClose,
}: {
  invited: InvitedMember
  onClose: () => void
}) {
  const link = useRef<HTMLElement>(null)
  return (
    <Dialog
      onClose={onClose}
      dismissible={setPasswordLink === null}
      title={`${user.name} is invited`}
      description={setPasswordLink ? 'Send them this link yourself. It is shown only now.' : told(mailed)}
    >
      {setPasswordLink && (
        <div className="grid gap-3">
          <code
            ref={link}
            tabIndex={0}
            aria-label="The link"
            className="rounded-lg border border-accent/40 bg-accent-well px-3 py-2.5 font-mono text-xs break-all select-all"
          >
            {setPasswordLink}
          </code>
          <CopyButton text={setPasswordLink} label="Copy link" look="primary" source={link} />
          <Notice tone="plain">
            It lets them choose a password once, within 24 hours. Who can sign in here already needs no link
            and simply signs in.
          </Notice>
        </div>
      )}
      <DialogActions>
        <Button onClick={onClose}>Done</Button>
      </DialogActions>
    </Dialog>
  )
}

const told = (mailed: boolean) =>
  mailed
    ? 'A mail tells them how to get in.'
    : 'The mail could not be sent. Tell them to sign in, or invite them again later.'
