'use client'

import type { ApiKey } from '@/contracts/api-key'
import { apart } from '@/contracts/unseen'
import { dayOf, ownZone } from '../moment'
import { errorOf } from '../outcome'
import type { ExpiryPolicy, KeyActions } from './actions'
import { ExpiryField, readExpiry } from './expiry-field'
import { SettingDialog } from './setting-dialog'

const DAY_MS = 86_400_000

type Props = {
  apiKey: ApiKey
  policy: ExpiryPolicy
  update: KeyActions['update']
  onClose: () => void
  onDone: (text: string) => void
}

/** Everybody who may revoke the key may end it earlier; the server says who may end it later. */
export function EndDialog({ apiKey: { id, name, expiresAt }, policy, update, onClose, onDone }: Props) {
  return (
    <SettingDialog
      title="Expiry"
      name={name}
      submit={(form, attempt) => update({ id, expiresAt: readExpiry(form) }, attempt)}
      onSaved={(key) =>
        onDone(
          key.expiresAt
            ? `“${apart(name)}” now works until ${dayOf(key.expiresAt, ownZone())}.`
            : `“${apart(name)}” now works until somebody revokes it.`,
        )
      }
      onClose={onClose}
      path="expiresAt"
      field={(refused) => (
        <ExpiryField
          policy={boundsOf(policy, expiresAt)}
          now={expiresAt}
          autoFocus
          error={errorOf(refused, 'expiresAt')}
        />
      )}
    />
  )
}

/**
 * A shortest life counts for keys that are made, and one that was made for longer may be brought forward by
 * little.
 */
function boundsOf(policy: ExpiryPolicy, expiresAt: string | null): ExpiryPolicy {
  const left = expiresAt ? Math.ceil((Date.parse(expiresAt) - Date.now()) / DAY_MS) : 0
  return { ...policy, minKeyDays: 0, maxKeyDays: Math.max(policy.maxKeyDays, left) }
}
