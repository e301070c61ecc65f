'use client'

import { useState } from 'react'
import type { CreatedApiKey } from '@/contracts/api-key'
import type { Scope } from '@/contracts/permissions'
import { textOf } from '../form-text'
import { errorOf, type Refused } from '../outcome'
import { RateField, readRate, refusesRate } from '../rate-field'
import { useSubmit } from '../session/use-submit'
import { DialogForm } from '../ui/dialog-form'
import { TextField } from '../ui/field'
import type { KeyActions, KeyOwner, ExpiryPolicy } from './actions'
import { OptionalAddresses, readAddresses } from './addresses-field'
import { ExpiryField, readExpiry } from './expiry-field'
import { KEY_RATE } from './key-rate'
import { MostKeys } from './most-keys'
import { OwnerField } from './owner-field'
import { ScopePicker } from './scope-picker'

type Props = {
  owners: readonly KeyOwner[]
  chosen?: string | undefined
  policy: ExpiryPolicy
  create: KeyActions['create']
  onCreated: (key: CreatedApiKey) => void
}

export function CreateKeyForm({ owners, chosen = owners[0]?.id ?? '', policy, create, onCreated }: Props) {
  const [ownerId, setOwnerId] = useState(chosen)
  const submission = useSubmit(async (form, attempt) => {
    const scopes = form.getAll('scopes') as Scope[]
    if (scopes.length === 0) return NO_SCOPE
    const bounds = {
      expiresAt: readExpiry(form),
      allowedCidrs: readAddresses(form),
      rateLimit: readRate(form, KEY_RATE.name),
    }
    return create({ name: textOf(form, 'name'), scopes, ownerId, ...bounds }, attempt)
  }, onCreated)
  const owner = owners.find(({ id }) => id === ownerId)
  const { refused } = submission
  return (
    <DialogForm {...submission} fields={FIELDS} submit="Create key" pendingText="Creating…">
      <TextField
        label="Name"
        name="name"
        hint="Where it will be used: one key for each app or script."
        placeholder="Scoreboard on the club website"
        maxLength={64}
        required
        autoFocus
        autoComplete="off"
        error={errorOf(refused, 'name')}
      />
      <OwnerField {...{ owners, ownerId }} choose={setOwnerId} error={errorOf(refused, 'ownerId')} />
      <MostKeys owner={owner} isYou={ownerId === owners[0]?.id} />
      <ScopePicker
        scopes={owner?.scopes ?? []}
        owner={owner?.name ?? ''}
        withheld={owner?.withheld ?? {}}
        error={errorOf(refused, 'scopes')}
      />
      <ExpiryField policy={policy} error={errorOf(refused, 'expiresAt')} />
      <OptionalAddresses refused={refused} />
      <OptionalRate refused={refused} />
    </DialogForm>
  )
}

const FIELDS = ['name', 'scopes', 'expiresAt', 'ownerId', 'allowedCidrs', KEY_RATE.name]

/** Folded away: most keys need no limit of their own. */
function OptionalRate({ refused }: { refused: Refused | null }) {
  return (
    <details open={refusesRate(refused, KEY_RATE.name) || undefined}>
      <summary className="w-fit cursor-pointer rounded py-1 text-sm font-medium text-accent">
        Set a rate limit
      </summary>
      <div className="pt-3">
        <RateField {...KEY_RATE} refused={refused} />
      </div>
    </details>
  )
}

/** Said by the form itself, in the server's way. */
export const NO_SCOPE: Refused = {
  ok: false,
  code: 'validation_failed',
  message: 'The input is not valid.',
  errors: [{ path: 'scopes', message: 'Choose at least one scope.' }],
}
