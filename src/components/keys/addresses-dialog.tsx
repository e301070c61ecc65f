'use client'

import type { ApiKey } from '@/contracts/api-key'
import { apart } from '@/contracts/unseen'
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
      submit={(form, attempt) => update({ id, allowedCidrs: readAddresses(form) }, attempt)}
      onSaved={(key) =>
        onDone(
          key.allowedCidrs
            ? `“${apart(name)}” works from these addresses only.`
            : `“${apart(name)}” works from anywhere.`,
        )
      }
      onClose={onClose}
      path="allowedCidrs"
      field={(refused) => <AddressesField value={allowedCidrs} refused={refused} autoFocus />}
    />
  )
}
