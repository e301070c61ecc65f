'use client'

import type { ApiKey } from '@/contracts/api-key'
import { apart } from '@/contracts/unseen'
import { ConfirmDialog } from '../confirm-dialog'
import type { KeyActions } from './actions'

type Props = {
  apiKey: ApiKey
  remove: KeyActions['remove']
  onClose: () => void
  onDone: (text: string) => void
}

export function DeleteKeyDialog({ apiKey: { id, name }, remove, onClose, onDone }: Props) {
  return (
    <ConfirmDialog
      title={`Delete “${apart(name)}”?`}
      description="It already answers no calls. Deleting takes it and its usage off this page for good; the audit log keeps what happened."
      typed={name}
      confirm="Delete key"
      pendingText="Deleting…"
      send={async (attempt) => {
        const outcome = await remove({ id }, attempt)
        // Gone already: somebody else was quicker, or the answer to this was lost.
        return !outcome.ok && outcome.code === 'not_found' ? { ok: true, data: undefined } : outcome
      }}
      onClose={onClose}
      onDone={() => onDone(`“${apart(name)}” is deleted.`)}
    />
  )
}
