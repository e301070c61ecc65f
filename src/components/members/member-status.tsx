'use client'

import { Badge } from '../ui/badge'
import { Name } from '../ui/name'
import { When } from '../when'
import type { ListedMember } from './actions'

/** What is to be said of its mail, before the rest. */
const MAIL = {
  waiting: 'The mail is on its way. ',
  failed: 'Their mail server refused it: check the address, or make a link to hand over. ',
  sent: '',
}

/** Whether they are in, and of an invitation what became of it so far. */
export function MemberStatus({ member: { status, invitation } }: { member: ListedMember }) {
  if (status === 'SUSPENDED') return <Badge tone="warn">Suspended</Badge>
  if (!invitation) return <Badge tone="good">Active</Badge>
  const { sentAt, expiresAt, mail, by } = invitation
  const isOver = Date.parse(expiresAt) <= Date.now()
  return (
    <div className="grid justify-items-start gap-1" suppressHydrationWarning>
      <Badge tone={isOver || mail === 'failed' ? 'warn' : 'plain'}>
        {mail === 'failed' ? 'Mail not delivered' : isOver ? 'Invitation expired' : 'Invited'}
      </Badge>
      <span className="text-xs text-quiet">
        {mail !== null && MAIL[mail]}
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
