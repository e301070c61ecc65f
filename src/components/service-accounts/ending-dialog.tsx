'use client'

import { apart } from '@/contracts/unseen'
import { ConfirmDialog } from '../confirm-dialog'
import type { ServiceAccountActions, ListedAccount } from './actions'

type Props = {
  command: 'suspend' | 'remove'
  account: ListedAccount
  actions: ServiceAccountActions
  onClose: () => void
  onDone: (text: string) => void
}

/** Suspends or removes: says first how many keys stop. */
export function EndingDialog({ command, account: { id, user, keys }, actions, onClose, onDone }: Props) {
  const suspends = command === 'suspend'
  const its = keys === 1 ? 'Its one live key' : `Its ${keys} live keys`
  const suspended =
    keys === 0 ? 'It has no live key.' : `${its} will answer 401 until somebody reinstates it.`
  const removed = keys === 0 ? 'It has no live key.' : `${its} will be revoked at once.`
  return (
    <ConfirmDialog
      title={`${suspends ? 'Suspend' : 'Remove'} ${apart(user.name)}?`}
      description={suspends ? suspended : `${removed} It stays on record and cannot be brought back.`}
      confirm={suspends ? 'Suspend account' : 'Remove account'}
      pendingText={suspends ? 'Suspending…' : 'Removing…'}
      send={(attempt) =>
        suspends ? actions.update({ id, status: 'SUSPENDED' }, attempt) : actions.remove({ id }, attempt)
      }
      onClose={onClose}
      onDone={() => onDone(`${apart(user.name)} is ${suspends ? 'suspended' : 'removed'}.`)}
    />
  )
}
