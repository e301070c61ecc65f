'use client'

import { useState } from 'react'
import type { ApiKey, CreatedApiKey } from '@/contracts/api-key'
import { textOf } from '../form-text'
import { errorOf, messageOf } from '../outcome'
import { useSubmit } from '../session/use-submit'
import { Button, SubmitButton } from '../ui/button'
import { Dialog, DialogActions } from '../ui/dialog'
import { SelectField } from '../ui/field'
import { Notice } from '../ui/notice'
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
        dismissible={false}
        title={`“${rotated.key.name}” has a new key`}
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
      title={`Rotate “${apiKey.name}”`}
      description="You get a new key with the same rights. The old one goes on for a while, so that nothing breaks while you replace it."
    >
      <RotateKeyForm
        {...{ apiKey, policy, rotate, onClose }}
        onRotated={(key, grace) => {
          setRotated({ key, grace })
          onRotated()
        }}
      />
    </Dialog>
  )
}

type FormProps = Pick<Props, 'apiKey' | 'policy' | 'rotate' | 'onClose'> & {
  onRotated: (key: CreatedApiKey, grace: number) => void
}

function RotateKeyForm({ apiKey, policy, rotate, onRotated, onClose }: FormProps) {
  const [grace, setGrace] = useState(DAY)
  const { pending, refused, onSubmit } = useSubmit(
    (form) => {
      const expiresAt = readRenewal(form)
      return rotate({
        id: apiKey.id,
        graceSeconds: Number(textOf(form, 'grace')),
        ...(expiresAt !== undefined && { expiresAt }),
      })
    },
    (key) => onRotated(key, grace),
  )
  const message = messageOf(refused, ['graceSeconds', 'expiresAt'])
  return (
    <form method="post" onSubmit={onSubmit} className="grid gap-4">
      {message && <Notice tone="bad">{message}</Notice>}
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
          error={errorOf(refused, 'graceSeconds')}
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
        error={errorOf(refused, 'expiresAt')}
      />
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <SubmitButton pending={pending} pendingText="Rotating…">
          Rotate key
        </SubmitButton>
      </DialogActions>
    </form>
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
