'use client'

import { useState } from 'react'
import type { InvitedMember } from '@/contracts/member'
import { useSubmit } from '../session/use-submit'
import { Button, SubmitButton } from '../ui/button'
import { Dialog, DialogActions } from '../ui/dialog'
import { Notice } from '../ui/notice'
import type { ListedMember, MemberActions } from './actions'
import { Invited } from './invited'

type Props = { member: ListedMember; inviteAgain: MemberActions['inviteAgain']; onClose: () => void }

/** Also for somebody who forgot their password before they ever signed in. */
export function InviteAgainDialog({ member, inviteAgain, onClose }: Props) {
  const [invited, setInvited] = useState<InvitedMember | null>(null)
  const { pending, refused, onSubmit } = useSubmit(() => inviteAgain({ id: member.id }), setInvited)
  if (invited) return <Invited invited={invited} onClose={onClose} />
  return (
    <Dialog
      onClose={onClose}
      title={`Send ${member.user.name} the invitation again?`}
      description={`It goes to ${member.user.email}. Links that they were sent before no longer work. To withdraw an invitation, remove the member.`}
    >
      <form method="post" onSubmit={onSubmit} className="grid gap-4">
        {refused && <Notice tone="bad">{refused.message}</Notice>}
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <SubmitButton pending={pending} pendingText="Sending…">
            Send again
          </SubmitButton>
        </DialogActions>
      </form>
    </Dialog>
  )
}
