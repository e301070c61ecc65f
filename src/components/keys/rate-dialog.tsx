'use client'

import type { ApiKey } from '@/contracts/api-key'
import { apart } from '@/contracts/unseen'
import { RateField, rateText, readRate } from '../rate-field'
import type { KeyActions } from './actions'
import { KEY_RATE } from './key-rate'
import { SettingDialog } from './setting-dialog'

type Props = {
  apiKey: ApiKey
  update: KeyActions['update']
  onClose: () => void
  onDone: (text: string) => void
}

export function RateDialog({ apiKey: { id, name, rateLimit }, update, onClose, onDone }: Props) {
  return (
    <SettingDialog
      title="Rate limit"
      name={name}
      submit={(form, attempt) => update({ id, rateLimit: readRate(form, KEY_RATE.name) }, attempt)}
      onSaved={(key) =>
        onDone(
          `“${apart(name)}”: ${key.rateLimit ? rateText(key.rateLimit) : 'as many calls as the club’s default'}.`,
        )
      }
      onClose={onClose}
      path={KEY_RATE.name}
      field={(refused) => <RateField {...KEY_RATE} value={rateLimit} refused={refused} autoFocus />}
    />
  )
}
