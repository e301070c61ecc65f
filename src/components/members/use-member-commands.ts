'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { apart } from '@/contracts/unseen'
import { useSession } from '../session/context'
import { useToast } from '../ui/toast'
import type { ListedMember, MemberActions } from './actions'
import type { Asked } from './member-dialog'
import type { MemberCommand } from './member-menu'

/** Those that need nothing but an answer. */
const isAsked = (command: MemberCommand) =>
  command === 'roles' ||
  command === 'withdraw' ||
  command === 'invite-again' ||
  command === 'invitation-link' ||
  command === 'password-link'

/** What the members page asks for, and what its menus do: before somebody leaves, it looks at their keys. */
export function useMemberCommands() {
  const [open, setOpen] = useState<Asked | 'invite' | null>(null)
  const { act } = useSession()
  const toast = useToast()
  const router = useRouter()
  const close = () => setOpen(null)
  const refresh = () => router.refresh()
  const done = (text: string) => {
    close()
    toast(text)
    refresh()
  }
  const refuse = (message: string) => {
    toast(message, { refused: true })
    refresh()
  }
  const run = async (actions: MemberActions, command: MemberCommand, member: ListedMember) => {
    if (isAsked(command)) return setOpen({ command, member })
    if (command === 'reinstate') {
      const outcome = await act((attempt) => actions.update({ id: member.id, status: 'ACTIVE' }, attempt))
      return outcome.ok ? done(`${apart(member.user.name)} is back.`) : refuse(outcome.message)
    }
    const leaving = { act: command === 'suspend' ? command : 'remove' } as const
    const impact = await act(() => actions.impact({ id: member.id, ...leaving }))
    if (!impact.ok) return refuse(impact.message)
    setOpen(
      command === 'hand-over'
        ? { command, member, impact: impact.data }
        : { command: 'leave', member, leaving, impact: impact.data },
    )
  }
  return { open, setOpen, close, refresh, done, run }
}
