'use client'

import type { ApiKey } from '@/contracts/api-key'
import { ConfirmDialog } from '../confirm-dialog'
import type { KeyActions } from './actions'

type Props = {
  apiKey: ApiKey
  update: KeyActions['update']
  onClose: () => void
  onDone: (text: string) => void
}

/** A leaked key comes back only by somebody who has read that it is one. */
export function EnableLeakedDialog({ apiKey: { id, name }, update, onClose, onDone }: Props) {
  return (
    <ConfirmDialog
      title={`Enable “${name}” although it leaked?`}
      description="Its token was found where others can read it. Once it is enabled, whoever saw it can use the key again. A new key is the better way."
      typed={name}
      confirm="Enable leaked key"
      pendingText="Enabling…"
      send={(attempt) => update({ id, disabled: false, despiteLeak: true }, attempt)}
      onClose={onClose}
      onDone={() => onDone(`“${name}” is enabled, although it leaked.`)}
    />
  )
}
