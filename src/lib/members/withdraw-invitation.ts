import type { RemovedMember } from '@/contracts/member'
import type { Actor } from '../actor'
import { conflict } from '../errors'
import { showMember } from './member-view'
import { endMembership, type Ended } from './remove'

/**
 * Takes an invitation back: the link that came with it is dead at once, and the person is no member any more.
 * @throws Refusal `reauthentication_required`, `not_found`, `conflict` (they have been there already: they
 *   can only be removed)
 */
export async function withdrawInvitation(actor: Actor, { id }: { id: string }): Promise<RemovedMember> {
  const show = ({ row, keysLeft }: Ended) => ({ ...showMember(row, actor), keysLeft })
  return endMembership(
    actor,
    { id, kind: 'user' },
    {
      action: 'member.withdraw-invitation',
      show,
      mayEnd: ({ status, invitation }) => {
        if (status !== 'REMOVED' && !invitation)
          throw conflict('They have accepted the invitation. To take them out, remove the member.')
      },
    },
  )
}
