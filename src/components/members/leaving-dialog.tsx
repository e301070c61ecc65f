'use client'

import type { Words } from '@/contracts/definition'
import type { MemberImpact } from '@/contracts/offboarding'
import { apart } from '@/contracts/unseen'
import { ConfirmDialog } from '../confirm-dialog'
import { roleNames } from '../role-names'
import { Button } from '../ui/button'
import { useWords } from '../words'
import type { Leaving, ListedMember, MemberActions } from './actions'
import { AffectedKeys } from './affected-keys'
import { WebhooksLeft } from './webhooks-left'

type Props = {
  leaving: Leaving
  member: ListedMember
  impact: MemberImpact
  actions: MemberActions
  onHandOver: () => void
  onClose: () => void
  onDone: (text: string) => void
}

/** Suspends, removes or takes roles away: says first what stops, and offers to hand it over. */
export function LeavingDialog({
  leaving,
  member,
  impact: { count, keys, webhooks },
  actions,
  onHandOver,
  onClose,
  onDone,
}: Props) {
  const words = useWords().roles
  const { title, description, confirm, pendingText, done } = wording(words, leaving, member, count)
  return (
    <ConfirmDialog
      {...{ title, description, confirm, pendingText, onClose }}
      send={(attempt) => send(actions, member.id, leaving, attempt)}
      onDone={() => onDone(done)}
    >
      {count > 0 && (
        <>
          <AffectedKeys {...{ count, keys }} narrows={leaving.act === 'roles'} />
          <div className="grid justify-items-start gap-2 text-sm">
            <p className="text-quiet">Whatever must go on can get a new key from a service account first.</p>
            <Button onClick={onHandOver}>Hand keys over…</Button>
          </div>
        </>
      )}
      <WebhooksLeft webhooks={webhooks} />
    </ConfirmDialog>
  )
}

const send = (actions: MemberActions, id: string, leaving: Leaving, attempt: string) => {
  if (leaving.act === 'remove') return actions.remove({ id }, attempt)
  return actions.update(
    leaving.act === 'suspend' ? { id, status: 'SUSPENDED' } : { id, roles: leaving.roles },
    attempt,
  )
}

function wording(words: Words['roles'], leaving: Leaving, { user: { name } }: ListedMember, count: number) {
  const keys = count === 1 ? 'One key' : `${count} keys`
  const none = 'No key is affected.'
  switch (leaving.act) {
    case 'suspend':
      return {
        title: `Suspend ${apart(name)}?`,
        description: `They are shut out of the club at once, until somebody reinstates them. ${count === 0 ? none : `${keys} of theirs will answer 401 until then.`}`,
        confirm: 'Suspend member',
        pendingText: 'Suspending…',
        done: `${apart(name)} is suspended.`,
      }
    case 'remove':
      return {
        title: `Remove ${apart(name)}?`,
        description: `They leave the club at once. ${count === 0 ? none : `${keys} of theirs will be revoked for good, even if they come back.`}`,
        confirm: 'Remove member',
        pendingText: 'Removing…',
        done: `${apart(name)} is removed.`,
      }
    case 'roles':
      return {
        title: `Narrow the keys of ${apart(name)}?`,
        description: `As ${roleNames(words, leaving.roles).toLowerCase()} they lose rights, and so ${count === 1 ? 'does one key' : `do ${count} keys`} of theirs, at once.`,
        confirm: 'Change roles',
        pendingText: 'Changing…',
        done: `The roles of ${apart(name)} are changed.`,
      }
  }
}
