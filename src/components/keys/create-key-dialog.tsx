'use client'

import { useState } from 'react'
import type { CreatedApiKey } from '@/contracts/api-key'
import { apart } from '@/contracts/unseen'
import { Dialog } from '../ui/dialog'
import type { KeyActions, KeyOwner, ExpiryPolicy } from './actions'
import { CreateKeyForm } from './create-key-form'
import { NewKey } from './new-key'

/** What making a key takes. The first owner is the person who makes it. */
export type KeyMaking = {
  owners: readonly KeyOwner[]
  policy: ExpiryPolicy
  origin: string
  create: KeyActions['create']
}

/** `chosen`: the owner to begin with. */
type Props = KeyMaking & { chosen?: string; onCreated: () => void; onClose: () => void }

/** The form, then the token: it lives in this dialog's state and nowhere else, and goes with it. */
export function CreateKeyDialog({ owners, policy, origin, create, chosen, onCreated, onClose }: Props) {
  const [created, setCreated] = useState<CreatedApiKey | null>(null)
  if (created) {
    return (
      <Dialog
        wide
        onClose={onClose}
        title={`“${apart(created.name)}” is ready`}
        description="Try it, and take it along to where it will be used."
      >
        <NewKey apiKey={created} origin={origin} onDone={onClose} />
      </Dialog>
    )
  }
  return (
    <Dialog wide onClose={onClose} title="Create key" description="Give it what its job needs, and no more.">
      <CreateKeyForm
        owners={owners}
        chosen={chosen}
        policy={policy}
        create={create}
        onCreated={(key) => {
          setCreated(key)
          onCreated()
        }}
      />
    </Dialog>
  )
}
