'use client'

import { useState } from 'react'
import type { InvitedMember } from '@/contracts/member'
import { apart } from '@/contracts/unseen'
import { useSubmit } from '../session/use-submit'
import { Dialog } from '../ui/dialog'
import { DialogForm } from '../ui/dialog-form'
import type { ListedMember, MemberActions } from './actions'
import { Invited } from './invited'
import type { LinkCommand } from './member-menu'

type Props = {
  member: ListedMember
  command: LinkCommand
  mails: boolean
  actions: Pick<MemberActions, 'inviteAgain' | 'invitationLink' | 'passwordLink'>
  onMade: () => void
  onClose: () => void
}

/** Asks before an older link ends; then says what became of the new one. */
export function MemberLinkDialog({ member, command, mails, actions, onMade, onClose }: Props) {
  const [invited, setInvited] = useState<InvitedMember | null>(null)
  const done = (data: InvitedMember) => {
    setInvited(data)
    onMade()
  }
  const { title, description, confirm, pendingText } = wordsOf(command, member, mails)
  const submission = useSubmit((_, attempt) => sendBy(actions, command)({ id: member.id }, attempt), done)
  if (invited)
    return (
      <Invited invited={invited} about={command === 'password-link' ? 'password' : 'club'} {...{ onClose }} />
    )
  return (
    <Dialog onClose={onClose} title={title} description={description}>
      <DialogForm {...submission} submit={confirm} pendingText={pendingText} />
    </Dialog>
  )
}

const sendBy = (actions: Props['actions'], command: LinkCommand) =>
  ({
    'invite-again': actions.inviteAgain,
    'invitation-link': actions.invitationLink,
    'password-link': actions.passwordLink,
  })[command]

function wordsOf(command: LinkCommand, { user: { name, email } }: ListedMember, mails: boolean) {
  const making = { confirm: 'Make link', pendingText: 'Making…' }
  const sending = { confirm: 'Send', pendingText: 'Sending…' }
  switch (command) {
    case 'invite-again':
      return {
        title: `Send ${apart(name)} the invitation again?`,
        description: `It goes to ${email}. Links that they were sent before no longer work.`,
        ...sending,
        confirm: 'Send again',
      }
    case 'invitation-link':
      return {
        title: `Make a new invitation link for ${apart(name)}?`,
        description: 'You get the link and send it to them yourself. Older links no longer work.',
        ...making,
      }
    case 'password-link':
      return mails
        ? {
            title: `Send ${apart(name)} a password link?`,
            description: `It goes to ${email} and sets a new password. Their sign-ins end when they use it.`,
            ...sending,
          }
        : {
            title: `Make a password link for ${apart(name)}?`,
            description:
              'You get the link and send it to them yourself. It sets a new password; their sign-ins end when they use it. This goes on record.',
            ...making,
          }
  }
}
