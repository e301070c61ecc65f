'use client'

import Link from 'next/link'
import type { ClubPolicy } from '@/contracts/club-policy'
import type { Outcome } from '../outcome'
import { useSubmit } from '../session/use-submit'
import { Dialog } from '../ui/dialog'
import { DialogForm } from '../ui/dialog-form'
import { Name } from '../ui/name'
import { Day } from '../when'
import { counted, Crowded } from './outside-notice'

type Outside = ClubPolicy['outside']
type Props = {
  outside: Outside
  keys: string
  save: (attempt: string) => Promise<Outcome<unknown>>
  onClose: () => void
  onDone: () => void
}

/** Names what a change would leave outside, before it is made. */
export function PolicyDialog({ outside, keys, save, onClose, onDone }: Props) {
  const submission = useSubmit((_, attempt) => save(attempt), onDone)
  const { count } = outside.keys
  return (
    <Dialog
      wide
      onClose={onClose}
      title={
        count > 0
          ? `${counted(count)} could not be made under this policy`
          : 'Some have more keys than this allows'
      }
      description="They stay as they are: the policy applies to new keys. Revoke or rotate those that should follow it."
    >
      <DialogForm {...submission} submit="Save the policy" pendingText="Saving…">
        {count > 0 && <First outside={outside} keys={keys} />}
        {outside.owners.length > 0 && (
          <div className="text-sm">
            <Crowded owners={outside.owners} keys={keys} />
          </div>
        )}
      </DialogForm>
    </Dialog>
  )
}

function First({ outside: { keys: found }, keys }: { outside: Outside; keys: string }) {
  const more = found.count - found.first.length
  return (
    <ul
      aria-label="Keys outside the policy"
      className="max-h-72 overflow-y-auto rounded-lg border border-line text-sm"
      tabIndex={0}
    >
      {found.first.map(({ id, name, owner, expiresAt }) => (
        <li
          key={id}
          className="flex flex-wrap items-baseline justify-between gap-x-4 border-line px-3 py-2.5 not-first:border-t"
        >
          <span className="min-w-0 break-words">
            <Link
              href={`${keys}/${id}`}
              prefetch={false}
              className="rounded font-medium underline-offset-4 hover:underline"
            >
              <Name>{name}</Name>
            </Link>{' '}
            <span className="text-quiet">
              of <Name>{owner.name}</Name>
            </span>
          </span>
          <span className="text-quiet">{expiresAt ? <Day at={expiresAt} /> : 'Never ends'}</span>
        </li>
      ))}
      {more > 0 && (
        <li className="border-t border-line px-3 py-2.5 text-quiet">and {more.toLocaleString('en')} more</li>
      )}
    </ul>
  )
}
