'use client'

import { useState } from 'react'
import type { CreatedApiKey } from '@/contracts/api-key'
import type { Role } from '@/contracts/permissions'
import { apart } from '@/contracts/unseen'
import { Dialog } from '../ui/dialog'
import type { KeyActions, KeyOwner, ExpiryPolicy } from './actions'
import { CreateHoneykeyForm } from './create-honeykey-form'
import { CreateKeyForm } from './create-key-form'
import { NewKey } from './new-key'

/** What making a key takes. The first owner is the person who makes it. */
export type KeyMaking = {
  /** Whom the policy leaves it to, where that is not this person. */
  makers: readonly Role[] | null
  owners: readonly KeyOwner[]
  policy: ExpiryPolicy
  origin: string
  create: KeyActions['create']
  /** null: not for this person. */
  createHoney: KeyActions['createHoney'] | null
}

/** `chosen`: the owner to begin with. */
type Props = KeyMaking & { chosen?: string; onCreated: () => void; onClose: () => void }

/** The form, then the token: it lives in this dialog's state and nowhere else, and goes with it. */
export function CreateKeyDialog(props: Props) {
  const { owners, policy, origin, create, createHoney, chosen, onCreated, onClose } = props
  const [created, setCreated] = useState<CreatedApiKey | null>(null)
  const [isTrap, setTrap] = useState(false)
  const take = (key: CreatedApiKey) => {
    setCreated(key)
    onCreated()
  }
  if (created) {
    return (
      <Dialog
        wide
        onClose={onClose}
        title={`“${apart(created.name)}” is ready`}
        description={created.honey ? LEAVE_IT : 'Try it, and take it along to where it will be used.'}
      >
        <NewKey apiKey={created} origin={origin} onDone={onClose} />
      </Dialog>
    )
  }
  if (isTrap && createHoney) {
    return (
      <Dialog onClose={onClose} title="Create honeykey" description={WHAT_IT_IS}>
        <CreateHoneykeyForm owners={owners} create={createHoney} onCreated={take} />
      </Dialog>
    )
  }
  return (
    <Dialog wide onClose={onClose} title="Create key" description="Give it what its job needs, and no more.">
      {createHoney && (
        <p className="text-sm text-quiet">
          For a trap,{' '}
          <button type="button" className="rounded font-medium text-accent" onClick={() => setTrap(true)}>
            make a honeykey
          </button>
          .
        </p>
      )}
      <CreateKeyForm owners={owners} chosen={chosen} policy={policy} create={create} onCreated={take} />
    </Dialog>
  )
}

const WHAT_IT_IS =
  'It can do nothing, and its use raises the alarm. Leave its token where only a thief looks: an old page, a repository’s history.'
const LEAVE_IT = 'Leave it where only a thief looks. Do not try it: that raises the alarm.'
