'use client'

import { useState } from 'react'
import type { CreatedApiKey } from '@/contracts/api-key'
import { Dialog } from '../ui/dialog'
import type { KeyActions, Policy, Viewer } from './actions'
import { CreateKeyForm } from './create-key-form'
import { NewKey } from './new-key'

type Props = { viewer: Viewer; policy: Policy; origin: string; create: KeyActions['create']; onCreated: () => void; onClose: () => void }

/** The form, then the token: it lives in this dialog's state and nowhere else, and goes with it. */
export function CreateKeyDialog({ viewer, policy, origin, create, onCreated, onClose }: Props) {
  const [created, setCreated] = useState<CreatedApiKey | null>(null)
  if (created) {
    return (
      <Dialog
        wide
        onClose={onClose}
        dismissible={false}
        title={`“${created.name}” is ready`}
        description="This is the only time you see the whole key. Save it where you keep secrets, such as a password manager."
      >
        <NewKey apiKey={created} origin={origin} onDone={onClose} />
      </Dialog>
    )
  }
  return (
    <Dialog wide onClose={onClose} title="Create key" description="Give it what its job needs, and no more.">
      <CreateKeyForm
        scopes={viewer.scopes}
        policy={policy}
        create={create}
        onClose={onClose}
        onCreated={(key) => {
          setCreated(key)
          onCreated()
        }}
      />
    </Dialog>
  )
}
