'use client'

import type { MemberImpact } from '@/contracts/offboarding'
import type { Heir, Leaving, ListedMember, MemberActions } from './actions'
import { HandOverDialog } from './hand-over-dialog'
import { InviteAgainDialog } from './invite-again-dialog'
import { LeavingDialog } from './leaving-dialog'
import type { MemberCommand } from './member-menu'
import { RolesDialog } from './roles-dialog'

/** What is being asked about a member. */
export type Asked = { member: ListedMember } & (
  | { command: 'roles' }
  | { command: 'invite-again' }
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
  onChanged,
  onClose,
  onDone,
}: Props) {
  const { member } = asked
  if (asked.command === 'invite-again')
    return <InviteAgainDialog {...{ member, onClose }} inviteAgain={actions.inviteAgain} />
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
  const { handOver } = actions
  return (
    <HandOverDialog
      {...{ member, heirs, accountsPath, handOver, onClose }}
      keys={asked.impact.keys}
      onHandedOver={onChanged}
    />
  )
}
