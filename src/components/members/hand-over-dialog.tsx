'use client'

import Link from 'next/link'
import { useState } from 'react'
import type { HandedOver } from '@/contracts/hand-over'
import { apart } from '@/contracts/unseen'
import { Dialog } from '../ui/dialog'
import { HandOverForm, type HandOverProps } from './hand-over-form'
import { NewTokens } from './new-tokens'

type Props = Omit<HandOverProps, 'onDone'> & {
  accountsPath: string
  onHandedOver: () => void
  onClose: () => void
}

/**
 * Which keys go to whom, then their tokens: they live in this dialog's state and nowhere else, and go with
 * it.
 */
export function HandOverDialog(props: Props) {
  const { member, onClose, onHandedOver } = props
  const [handed, setHanded] = useState<HandedOver | null>(null)
  if (handed) {
    return (
      <Dialog
        wide
        onClose={onClose}
        title={handed.keys.length === 1 ? 'The new key' : `The ${handed.keys.length} new keys`}
        description={`This is the only time you see them. Put each where the old one was; then ${apart(member.user.name)} can go.`}
      >
        <NewTokens keys={handed.keys} onDone={onClose} />
      </Dialog>
    )
  }
  const done = (data: HandedOver) => {
    setHanded(data)
    onHandedOver()
  }
  return (
    <Dialog
      wide
      onClose={onClose}
      title={`Hand over keys of ${apart(member.user.name)}`}
      description="Each gets a new key on a service account, which can do the same for as long. You are shown the new keys."
    >
      {props.heirs.length === 0 ? (
        <NoHeir path={props.accountsPath} />
      ) : (
        <HandOverForm {...props} onDone={done} />
      )}
    </Dialog>
  )
}

function NoHeir({ path }: { path: string }) {
  return (
    <p className="text-sm">
      The club has no active service account.{' '}
      <Link
        href={path}
        prefetch={false}
        className="rounded font-medium text-accent underline underline-offset-4"
      >
        Create one
      </Link>{' '}
      with the roles that these keys need, then come back.
    </p>
  )
}
