'use client'

import type { MemberImpact } from '@/contracts/offboarding'
import type { Heir, Leaving, ListedMember, MemberActions } from './actions'
import { HandOverDialog } from './hand-over-dialog'
import { LeavingDialog } from './leaving-dialog'
import { MemberLinkDialog } from './member-link-dialog'
import type { LinkCommand, MemberCommand } from './member-menu'
import { RolesDialog } from './roles-dialog'
import { WithdrawDialog } from './withdraw-dialog'

/** What is being asked about a member. */
export type Asked = { member: ListedMember } & (
  | { command: 'roles' | 'withdraw' | LinkCommand }
  | { command: 'leave'; leaving: Leaving; impact: MemberImpact }
  | { command: 'hand-over'; impact: MemberImpact }
)

type Props = {
  asked: Asked
  ask: (next: Asked) => void
  run: (command: MemberCommand, member: ListedMember) => void
  actions: MemberActions
  heirs: readonly Heir[]
  accountsPath: string
  mails: boolean
  onChanged: () => void
  onClose: () => void
  onDone: (text: string) => void
}

export function MemberDialog({
  asked,
  ask,
  run,
  actions,
  heirs,
  accountsPath,
  mails,
  onChanged,
  onClose,
  onDone,
}: Props) {
  const { member } = asked
  if (asked.command === 'withdraw')
    return <WithdrawDialog {...{ member, onClose, onDone }} withdraw={actions.withdraw} />
  if (asked.command === 'roles') {
    const narrows = (leaving: Leaving, impact: MemberImpact) =>
      ask({ command: 'leave', member, leaving, impact })
    return (
      <RolesDialog
        {...{ member, actions, onClose, onDone }}
        onNarrows={(roles, impact) => narrows({ act: 'roles', roles }, impact)}
      />
    )
  }
  if (asked.command === 'leave') {
    const { leaving, impact } = asked
    return (
      <LeavingDialog
        {...{ leaving, member, impact, actions, onClose, onDone }}
        onHandOver={() => run('hand-over', member)}
      />
    )
  }
  if (asked.command !== 'hand-over')
    return (
      <MemberLinkDialog {...{ member, mails, actions, onClose }} command={asked.command} onMade={onChanged} />
    )
  const { handOver } = actions
  return (
    <HandOverDialog
      {...{ member, heirs, accountsPath, handOver, onClose }}
      keys={asked.impact.keys}
      onHandedOver={onChanged}
    />
  )
}
