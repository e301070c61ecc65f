'use client'

import { useState } from 'react'
import type { ApiKey, CreatedApiKey } from '@/contracts/api-key'
import { apart } from '@/contracts/unseen'
import { textOf } from '../form-text'
import { errorOf } from '../outcome'
import { useSubmit } from '../session/use-submit'
import { Dialog } from '../ui/dialog'
import { DialogForm } from '../ui/dialog-form'
import { SelectField } from '../ui/field'
import type { KeyActions, ExpiryPolicy } from './actions'
import { ExpiryField, readRenewal } from './expiry-field'
import { NewKey } from './new-key'

const HOUR = 3600
const DAY = 24 * HOUR
const GRACES: readonly [seconds: number, name: string][] = [
  [0, 'At once'],
  [HOUR, 'In an hour'],
  [DAY, 'In a day'],
  [3 * DAY, 'In 3 days'],
  [7 * DAY, 'In 7 days'],
]

type Props = {
  apiKey: ApiKey
  policy: ExpiryPolicy
  origin: string
  rotate: KeyActions['rotate']
  onRotated: () => void
  onClose: () => void
}

/**
 * How to replace a key, then the new token: it lives in this dialog's state and nowhere else, and goes with
 * it.
 */
export function RotateKeyDialog({ apiKey, policy, origin, rotate, onRotated, onClose }: Props) {
  const [rotated, setRotated] = useState<{ key: CreatedApiKey; grace: number } | null>(null)
  if (rotated) {
    return (
      <Dialog
        wide
        onClose={onClose}
        title={`“${apart(rotated.key.name)}” has a new key`}
        description={<Next grace={rotated.grace} />}
      >
        <NewKey apiKey={rotated.key} origin={origin} onDone={onClose} />
      </Dialog>
    )
  }
  return (
    <Dialog
      wide
      onClose={onClose}
      title={`Rotate “${apart(apiKey.name)}”`}
      description="You get a new key with the same rights. The old one goes on for a while, so that nothing breaks while you replace it."
    >
      <RotateKeyForm
        {...{ apiKey, policy, rotate }}
        onRotated={(key, grace) => {
          setRotated({ key, grace })
          onRotated()
        }}
      />
    </Dialog>
  )
}

type FormProps = Pick<Props, 'apiKey' | 'policy' | 'rotate'> & {
  onRotated: (key: CreatedApiKey, grace: number) => void
}

function RotateKeyForm({ apiKey, policy, rotate, onRotated }: FormProps) {
  const [grace, setGrace] = useState(DAY)
  const submission = useSubmit(
    (form, attempt) => {
      const expiresAt = readRenewal(form)
      const given = { id: apiKey.id, graceSeconds: Number(textOf(form, 'grace')) }
      return rotate({ ...given, ...(expiresAt !== undefined && { expiresAt }) }, attempt)
    },
    (key) => onRotated(key, grace),
  )
  return (
    <DialogForm
      {...submission}
      fields={['graceSeconds', 'expiresAt']}
      submit="Rotate key"
      pendingText="Rotating…"
    >
      <div className="grid gap-3 sm:grid-cols-2">
        <SelectField
          label="The old key stops"
          name="grace"
          value={grace}
          onChange={(event) => setGrace(Number(event.target.value))}
          hint={
            grace === 0
              ? 'Whatever still uses it is refused from then on. Right if it leaked.'
              : graceHint(apiKey)
          }
          error={errorOf(submission.refused, 'graceSeconds')}
          autoFocus
        >
          {GRACES.map(([seconds, name]) => (
            <option key={seconds} value={seconds}>
              {name}
            </option>
          ))}
        </SelectField>
      </div>
      <ExpiryField
        label="The new key expires"
        policy={policy}
        usual={usualLife(apiKey)}
        error={errorOf(submission.refused, 'expiresAt')}
      />
    </DialogForm>
  )
}

const graceHint = ({ expiresAt }: ApiKey) =>
  expiresAt === null
    ? 'Until then both work. You can end it earlier.'
    : 'Until then both work; the old one never longer than it would have.'

/** As the server counts it: from when the old key was made to its end. */
function usualLife({ createdAt, expiresAt }: ApiKey): string {
  if (expiresAt === null) return 'Never, like the old key'
  const days = Math.round((Date.parse(expiresAt) - Date.parse(createdAt)) / (DAY * 1000))
  return days < 1
    ? 'As soon after it is made as the old key'
    : `In ${days === 1 ? 'a day' : `${days} days`}, like the old key`
}

function Next({ grace }: { grace: number }) {
  return (
    <>
      Put it wherever the old one is used:{' '}
      {grace === 0 ? 'that one has stopped working.' : 'that one still works for now.'}
    </>
  )
}
