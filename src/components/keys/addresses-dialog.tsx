'use client'

import type { ApiKey } from '@/contracts/api-key'
import type { KeyActions } from './actions'
import { AddressesField, readAddresses } from './addresses-field'
import { SettingDialog } from './setting-dialog'

type Props = {
  apiKey: ApiKey
  update: KeyActions['update']
  onClose: () => void
  onDone: (text: string) => void
}

export function AddressesDialog({ apiKey: { id, name, allowedCidrs }, update, onClose, onDone }: Props) {
  return (
    <SettingDialog
      title="IP allowlist"
      name={name}
      submit={(form) => update({ id, allowedCidrs: readAddresses(form) })}
      onSaved={(key) =>
        onDone(
          key.allowedCidrs ? `“${name}” works from these addresses only.` : `“${name}” works from anywhere.`,
        )
      }
      onClose={onClose}
      path="allowedCidrs"
      field={(refused) => <AddressesField value={allowedCidrs} refused={refused} autoFocus />}
    />
  )
}
