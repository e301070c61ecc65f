'use client'

import { Badge } from '../ui/badge'
import { Name } from '../ui/name'
import { When } from '../when'
import type { ListedMember } from './actions'

/** Whether they are in, and of an invitation what became of it so far. */
export function MemberStatus({ member: { status, invitation } }: { member: ListedMember }) {
  if (status === 'SUSPENDED') return <Badge tone="warn">Suspended</Badge>
  if (!invitation) return <Badge tone="good">Active</Badge>
  const { sentAt, expiresAt, by } = invitation
  const isOver = Date.parse(expiresAt) <= Date.now()
  return (
    <div className="grid justify-items-start gap-1" suppressHydrationWarning>
      <Badge tone={isOver ? 'warn' : 'plain'}>{isOver ? 'Invitation expired' : 'Invited'}</Badge>
      <span className="text-xs text-quiet">
        <When at={sentAt} />
        {by && (
          <>
            {' '}
            by <Name>{by.name}</Name>
          </>
        )}
        ; the link {isOver ? 'ended' : 'ends'} <When at={expiresAt} />
      </span>
    </div>
  )
}
