'use client'

import { useState } from 'react'
import type { HandedOver } from '@/contracts/hand-over'
import type { AffectedKey } from '@/contracts/offboarding'
import { apart } from '@/contracts/unseen'
import { textOf } from '../form-text'
import { errorOf, type Refused } from '../outcome'
import { useSubmit } from '../session/use-submit'
import { Checkbox } from '../ui/checkbox'
import { DialogForm } from '../ui/dialog-form'
import { SelectField } from '../ui/field'
import type { Heir, ListedMember, MemberActions } from './actions'
import { isUsed } from './affected-keys'

export type HandOverProps = {
  member: ListedMember
  keys: readonly AffectedKey[]
  heirs: readonly Heir[]
  handOver: MemberActions['handOver']
  onDone: (data: HandedOver) => void
}

const GRACES = [
  [0, 'At once'],
  [3_600, 'After an hour'],
  [86_400, 'After a day'],
  [604_800, 'After 7 days'],
] as const

export function HandOverForm({ member, keys, heirs, handOver, onDone }: HandOverProps) {
  const [serviceAccountId, setHeir] = useState(heirs[0]?.id ?? '')
  const { refused, ...submission } = useSubmit(async (form, attempt) => {
    const keyIds = form.getAll('keyIds') as string[]
    if (keyIds.length === 0) return NO_KEY
    const graceSeconds = Number(textOf(form, 'graceSeconds'))
    return handOver({ id: member.id, keyIds, serviceAccountId, graceSeconds }, attempt)
  }, onDone)
  return (
    <DialogForm
      {...submission}
      refused={refused && { ...refused, message: sayAll(refused) }}
      fields={['serviceAccountId']}
      submit="Hand over"
      pendingText="Handing over…"
    >
      <SelectField
        label="To"
        value={serviceAccountId}
        onChange={(event) => setHeir(event.target.value)}
        error={errorOf(refused, 'serviceAccountId')}
      >
        {heirs.map(({ id, name }) => (
          <option key={id} value={id}>
            {apart(name)}
          </option>
        ))}
      </SelectField>
      <Keys key={serviceAccountId} keys={keys} heir={heirs.find(({ id }) => id === serviceAccountId)} />
      <GraceField
        hint={`Suspending or removing ${apart(member.user.name)} stops them at once, whatever you choose.`}
      />
    </DialogForm>
  )
}

function GraceField({ hint }: { hint: string }) {
  return (
    <SelectField label="Old keys end" name="graceSeconds" defaultValue={86_400} hint={hint}>
      {GRACES.map(([seconds, text]) => (
        <option key={seconds} value={seconds}>
          {text}
        </option>
      ))}
    </SelectField>
  )
}

/** Those in use are chosen to begin with, where the account can take them. */
function Keys({ keys, heir }: { keys: readonly AffectedKey[]; heir: Heir | undefined }) {
  return (
    <fieldset className="grid gap-1.5">
      <legend className="mb-1.5 text-sm font-medium">Keys</legend>
      <div className="grid max-h-64 overflow-y-auto rounded-lg border border-line p-2">
        {keys.map((key) => {
          const objection = objectionTo(key, heir)
          const scopes = key.scopesLost.join(', ')
          return (
            <Checkbox
              key={key.id}
              name="keyIds"
              value={key.id}
              defaultChecked={isUsed(key) && objection === null}
              disabled={objection !== null}
              label={apart(key.name)}
              hint={objection ?? (isUsed(key) ? scopes : `${scopes}; not used in the last 30 days`)}
            />
          )
        })}
      </div>
    </fieldset>
  )
}

/**
 * Why this account cannot take it. What a removal would take from a key is what the key can do now, and what
 * the new key gets.
 */
function objectionTo(
  { replacedById, status, scopesLost }: AffectedKey,
  heir: Heir | undefined,
): string | null {
  if (replacedById) return 'Has a new key already.'
  if (status === 'disabled') return 'Is disabled.'
  if (scopesLost.length === 0) return 'Can do nothing any more: its owner has lost the roles for it.'
  const beyond = scopesLost.filter((scope) => !heir?.scopes.includes(scope))
  return beyond.length > 0 ? `Needs ${beyond.join(', ')}, which this account or you cannot use.` : null
}

const sayAll = ({ message, errors }: Refused) => [message, ...errors.map((error) => error.message)].join(' ')

const NO_KEY: Refused = {
  ok: false,
  code: 'validation_failed',
  message: 'Choose at least one key.',
  errors: [],
}
