'use client'

import { ConfirmDialog } from '../confirm-dialog'
import type { ListedMember, MemberActions } from './actions'

type Props = {
  command: 'suspend' | 'remove'
  member: ListedMember
  actions: MemberActions
  onClose: () => void
  onDone: (text: string) => void
}

/** Suspends or removes: says first what stops. */
export function LeavingDialog({ command, member: { id, user, keys }, actions, onClose, onDone }: Props) {
  const suspends = command === 'suspend'
  const theirKeys = keys === 0 ? 'No key is affected.' : keys === 1 ? 'One key' : `${keys ?? 'All'} keys`
  const suspended = keys === 0 ? theirKeys : `${theirKeys} of theirs will answer 401 until then.`
  const removed = keys === 0 ? theirKeys : `${theirKeys} of theirs will be revoked for good, even if they come back.`
  return (
    <ConfirmDialog
      title={`${suspends ? 'Suspend' : 'Remove'} ${user.name}?`}
      description={
        suspends
          ? `They are shut out of the club at once, until somebody reinstates them. ${suspended}`
          : `They leave the club at once. ${removed}`
      }
      confirm={suspends ? 'Suspend member' : 'Remove member'}
      pendingText={suspends ? 'Suspending…' : 'Removing…'}
      send={() => (suspends ? actions.update({ id, status: 'SUSPENDED' }) : actions.remove({ id }))}
      onClose={onClose}
      onDone={() => onDone(`${user.name} is ${suspends ? 'suspended' : 'removed'}.`)}
    />
  )
}
