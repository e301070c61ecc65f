'use client'

import type { ApiKey } from '@/contracts/api-key'
import { apart } from '@/contracts/unseen'
import { textOf } from '../form-text'
import { errorOf } from '../outcome'
import { useSubmit } from '../session/use-submit'
import { Checkbox } from '../ui/checkbox'
import { AlertDialog } from '../ui/dialog'
import { DialogForm } from '../ui/dialog-form'
import { TextField } from '../ui/field'
import { Name } from '../ui/name'
import { When } from '../when'
import type { KeyActions } from './actions'

type Props = {
  apiKey: ApiKey
  /** How many live keys descend from it; Infinity: too many to count. */
  made: number
  revoke: KeyActions['revoke']
  onClose: () => void
  onDone: (text: string) => void
}

export function RevokeKeyDialog({ apiKey, made, revoke, onClose, onDone }: Props) {
  const submission = useSubmit(
    (form, attempt) => {
      const reason = textOf(form, 'reason').trim()
      const descendants = made === 0 || form.has('descendants')
      return revoke({ id: apiKey.id, descendants, ...(reason && { reason }) }, attempt)
    },
    ({ alsoRevokedCount, complete }) => onDone(revoked(apiKey.name, complete ? alsoRevokedCount : Infinity)),
  )
  return (
    <AlertDialog
      onClose={onClose}
      title={`Revoke “${apart(apiKey.name)}”?`}
      description={<Consequence apiKey={apiKey} />}
    >
      <DialogForm
        {...submission}
        fields={['reason']}
        look="danger"
        submit="Revoke key"
        pendingText="Revoking…"
        cancel="Keep it"
      >
        <TextField
          label="Reason"
          name="reason"
          hint="Optional. Kept with the key and in the audit log."
          maxLength={200}
          autoComplete="off"
          placeholder="Laptop lost, project ended…"
          error={errorOf(submission.refused, 'reason')}
        />
        {made > 0 && <Descendants made={made} />}
      </DialogForm>
    </AlertDialog>
  )
}

function Descendants({ made }: { made: number }) {
  return (
    <div className="-mx-2">
      <Checkbox
        name="descendants"
        defaultChecked
        label={
          made === 1
            ? 'Also revoke the key it made'
            : `Also revoke ${Number.isFinite(made) ? `the ${made} keys` : 'all the keys'} it made`
        }
        hint="A thief of this key could have made others with it. If it leaked, leave this on."
      />
    </div>
  )
}

function revoked(name: string, others: number): string {
  if (others === Infinity) return `“${apart(name)}” is revoked. The many keys it made are being revoked.`
  if (others === 0) return `“${apart(name)}” is revoked.`
  return `“${apart(name)}” and ${others === 1 ? 'a key' : `${others} keys`} it made are revoked.`
}

function Consequence({ apiKey: { lastUsedAt, owner } }: { apiKey: ApiKey }) {
  return (
    <>
      Whatever still uses this key of <Name>{owner.name}</Name> stops working at once: every call is answered
      401. It{' '}
      {lastUsedAt ? (
        <>
          was last used <When at={lastUsedAt} />
        </>
      ) : (
        'was never used'
      )}
      . This cannot be undone.
    </>
  )
}
