'use client'

import { useEffect, useState } from 'react'
import type { RevokedApiKeys } from '@/contracts/api-key-revocation'
import { MAX_REVOKED_AT_ONCE } from '@/contracts/bounds'
import { textOf } from '../form-text'
import { errorOf, type Outcome, type Refused } from '../outcome'
import { useSession } from '../session/context'
import { useSubmit } from '../session/use-submit'
import { Checkbox } from '../ui/checkbox'
import { AlertCancel, AlertDialog, DialogActions } from '../ui/dialog'
import { DialogForm } from '../ui/dialog-form'
import { TextField } from '../ui/field'
import { Notice } from '../ui/notice'
import type { KeyActions } from './actions'
import type { KeyFilters } from './filters'
import { countInWords, RevokeInSteps } from './revoke-in-steps'

/** Some by their ids, or all that match. */
export type Many = { ids: string[] } | { filter: KeyFilters }

type Props = Pick<KeyActions, 'revokeMany' | 'revocable'> & {
  many: Many
  onClose: () => void
  onDone: (text: string) => void
}

/**
 * Counts first, and revokes exactly as many as it said: if the number has changed meanwhile, it says so and
 * counts again.
 */
export function RevokeKeysDialog({ many, revokeMany, revocable, onClose, onDone }: Props) {
  const { counted, count } = useCount(() => revokeMany({ ...many, preview: true }))
  const found = counted?.ok ? counted.data : null
  const submission = useSubmit(
    async (form, attempt) => {
      const reason = textOf(form, 'reason').trim()
      const descendants = !found?.alsoRevoked || form.has('descendants')
      const wanted = { ...many, descendants, expectedCount: found?.count ?? 0 }
      const outcome = await revokeMany({ ...wanted, ...(reason && { reason }) }, attempt)
      if (!outcome.ok && outcome.code === 'conflict') await count()
      return outcome
    },
    ({ count: ended, complete }) => {
      const said = ended === 1 ? 'One key is revoked.' : `${ended} keys are revoked.`
      onDone(complete === false ? `${said} The many keys they made are being revoked.` : said)
    },
  )
  return (
    <AlertDialog onClose={onClose} title={titleFor(found)} description={descriptionFor(found)}>
      {found && 'filter' in many && isTooMany(found) ? (
        <RevokeInSteps filter={many.filter} count={found.count} {...{ revokeMany, revocable, onDone }} />
      ) : canRevoke(found) ? (
        <DialogForm
          {...submission}
          fields={['reason']}
          look="danger"
          submit={found.count === 1 ? 'Revoke key' : `Revoke ${found.count} keys`}
          pendingText="Revoking…"
          cancel="Keep them"
        >
          <Choices alsoRevoked={found.alsoRevoked} refused={submission.refused} />
        </DialogForm>
      ) : (
        <DialogActions said={counted && !counted.ok && <Notice tone="bad">{counted.message}</Notice>}>
          <AlertCancel>Close</AlertCancel>
        </DialogActions>
      )}
    </AlertDialog>
  )
}

function Choices({ alsoRevoked, refused }: { alsoRevoked: number; refused: Refused | null }) {
  return (
    <>
      {alsoRevoked > 0 && (
        <Checkbox
          name="descendants"
          defaultChecked
          label={
            alsoRevoked === 1 ? 'Also the key that they made' : `Also the ${alsoRevoked} keys that they made`
          }
          hint="A thief of one of these keys could have made others with it."
        />
      )}
      <TextField
        label="Reason"
        name="reason"
        hint="Optional. Kept with each key and in the audit log."
        maxLength={200}
        autoComplete="off"
        placeholder="Project ended, unused for months…"
        error={errorOf(refused, 'reason')}
      />
    </>
  )
}

type Counted = Outcome<RevokedApiKeys>

/** Counts when the dialog opens, and again when asked to. */
function useCount(ask: () => Promise<Counted>): { counted: Counted | null; count: () => Promise<void> } {
  const { act } = useSession()
  const [counted, setCounted] = useState<Counted | null>(null)
  const [count] = useState(() => async () => setCounted(await act(ask)))
  useEffect(() => void count(), [count])
  return { counted, count }
}

const isTooMany = ({ count }: RevokedApiKeys) => count > MAX_REVOKED_AT_ONCE

const canRevoke = (found: RevokedApiKeys | null): found is RevokedApiKeys =>
  found !== null && found.count > 0 && !isTooMany(found)

function titleFor(found: RevokedApiKeys | null): string {
  if (!found) return 'Revoke keys?'
  if (found.count === 0) return 'Nothing to revoke'
  return found.count === 1 ? 'Revoke one key?' : `Revoke ${countInWords(found.count)} keys?`
}

function descriptionFor(found: RevokedApiKeys | null): string {
  if (!found) return 'Counting…'
  if (found.count === 0) return 'The keys that match are revoked already.'
  const ended = 'Whatever still uses them stops working at once: every call is answered 401.'
  if (isTooMany(found))
    return `${ended} They are revoked step by step; you can stop in between. What is revoked cannot be taken back.`
  return `${ended} All of them are revoked, or none. This cannot be undone.`
}
