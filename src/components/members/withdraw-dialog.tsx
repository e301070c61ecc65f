'use client'

import { apart } from '@/contracts/unseen'
import { ConfirmDialog } from '../confirm-dialog'
import type { ListedMember, MemberActions } from './actions'

type Props = {
  member: ListedMember
  withdraw: MemberActions['withdraw']
  onClose: () => void
  onDone: (text: string) => void
}

export function WithdrawDialog({ member, withdraw, onClose, onDone }: Props) {
  const { name } = member.user
  return (
    <ConfirmDialog
      title={`Withdraw the invitation of ${apart(name)}?`}
      description="The link that they were sent stops working at once, and they leave the list. You can invite them again later."
      confirm="Withdraw invitation"
      pendingText="Withdrawing…"
      send={(attempt) => withdraw({ id: member.id }, attempt)}
      onClose={onClose}
      onDone={() => onDone(`The invitation of ${apart(name)} is withdrawn.`)}
    />
  )
}
