'use client'

import { useState } from 'react'
import type { CreatedApiKey } from '@/contracts/api-key'
import { textOf } from '../form-text'
import { errorOf } from '../outcome'
import { useSubmit } from '../session/use-submit'
import { DialogForm } from '../ui/dialog-form'
import { TextField } from '../ui/field'
import type { KeyActions, KeyOwner } from './actions'
import { MostKeys } from './most-keys'
import { OwnerField } from './owner-field'

type Props = {
  owners: readonly KeyOwner[]
  create: KeyActions['createHoney']
  onCreated: (key: CreatedApiKey) => void
}

/** A honeykey has nothing to choose but where it will lie, and with whom it ends. */
export function CreateHoneykeyForm({ owners, create, onCreated }: Props) {
  const [ownerId, setOwnerId] = useState(owners[0]?.id ?? '')
  const submission = useSubmit(
    async (form, attempt) => create({ name: textOf(form, 'name'), ownerId }, attempt),
    onCreated,
  )
  const { refused } = submission
  return (
    <DialogForm {...submission} fields={FIELDS} submit="Create honeykey" pendingText="Creating…">
      <TextField
        label="Name"
        name="name"
        hint="Where you will leave it: the alarm names it."
        placeholder="In the old wiki"
        maxLength={64}
        required
        autoFocus
        autoComplete="off"
        error={errorOf(refused, 'name')}
      />
      <OwnerField {...{ owners, ownerId }} choose={setOwnerId} error={errorOf(refused, 'ownerId')} />
      <MostKeys owner={owners.find(({ id }) => id === ownerId)} isYou={ownerId === owners[0]?.id} />
    </DialogForm>
  )
}

const FIELDS = ['name', 'ownerId']
