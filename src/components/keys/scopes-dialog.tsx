'use client'

import type { ApiKey } from '@/contracts/api-key'
import type { Scope } from '@/contracts/permissions'
import { apart } from '@/contracts/unseen'
import { errorOf } from '../outcome'
import { useSubmit } from '../session/use-submit'
import { Dialog } from '../ui/dialog'
import { DialogForm } from '../ui/dialog-form'
import { useWords } from '../words'
import type { KeyActions, KeyOwner } from './actions'
import { NO_SCOPE } from './create-key-form'
import { ScopePicker } from './scope-picker'

type Props = {
  apiKey: ApiKey
  owners: readonly KeyOwner[]
  update: KeyActions['update']
  onClose: () => void
  onDone: (text: string) => void
}

/** Offers more scopes only to a person who could make such a key; fewer to everybody who may change it. */
export function ScopesDialog({ apiKey, owners, update, onClose, onDone }: Props) {
  const submission = useSubmit(
    async (form, attempt) => {
      const scopes = form.getAll('scopes') as Scope[]
      return scopes.length === 0 ? NO_SCOPE : update({ id: apiKey.id, scopes }, attempt)
    },
    ({ name }) => onDone(`The scopes of “${apart(name)}” are changed.`),
  )
  const owner = owners.find(({ id }) => id === apiKey.owner.id)
  const offered = owner?.scopes ?? []
  const known = useWords().scopes.map(({ scope }) => scope)
  return (
    <Dialog
      wide
      onClose={onClose}
      title={`Scopes of “${apart(apiKey.name)}”`}
      description="The token stays the same. It takes effect on the next call."
    >
      <DialogForm {...submission} fields={['scopes']} submit="Change scopes" pendingText="Changing…">
        <ScopePicker
          scopes={known.filter((scope) => apiKey.scopes.includes(scope) || offered.includes(scope))}
          owner={owner?.name ?? apiKey.owner.name}
          withheld={owner?.withheld ?? {}}
          chosen={apiKey.scopes}
          error={errorOf(submission.refused, 'scopes')}
        />
      </DialogForm>
    </Dialog>
  )
}
