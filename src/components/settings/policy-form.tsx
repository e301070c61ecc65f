'use client'

import { MAX_KEY_DAYS, MAX_KEYS_PER_MEMBER } from '@/contracts/bounds'
import type { ClubPolicy, Policy } from '@/contracts/club-policy'
import { textOf } from '../form-text'
import { errorOf, type Outcome, type Refused } from '../outcome'
import { RateField, readRate } from '../rate-field'
import { useSubmit } from '../session/use-submit'
import { Checkbox } from '../ui/checkbox'
import { SelectField, TextField } from '../ui/field'
import { PageForm } from '../ui/page-form'
import { MakersField, NO_MAKER, readMaking, type GrantingRole } from './makers-field'

type Props = {
  policy: Policy
  roles: readonly GrantingRole[]
  /** How often it was saved: what is sent may have to be asked about first. */
  saves: number
  submit: (settings: Policy, attempt: string) => Promise<Outcome<ClubPolicy>>
  onDone: (settings: Policy, found: ClubPolicy) => void
}

export function PolicyForm({ policy, roles, saves, submit, onDone }: Props) {
  const submission = useSubmit(
    async (form, attempt) => {
      const settings = readSettings(form, roles)
      if (settings.keyMakers?.length === 0) return NO_MAKER
      const outcome = await submit(settings, attempt)
      return outcome.ok ? { ok: true, data: { settings, found: outcome.data } } : outcome
    },
    ({ settings, found }) => onDone(settings, found),
  )
  const { refused } = submission
  return (
    <PageForm
      {...submission}
      done={saves}
      fields={[...NUMBERS, 'keyMakers', ...RATES.map(({ name }) => name)]}
      version={JSON.stringify(policy)}
      submit="Save policy"
      pendingText="Saving…"
      className="rounded-xl border border-line bg-raised p-4 sm:p-6"
    >
      <h2 className="font-semibold">Policy for keys</h2>
      <Numbers policy={policy} refused={refused} />
      <MakersField roles={roles} policy={policy} refused={refused} />
      {RATES.map((field) => (
        <RateField key={field.name} {...field} value={policy[field.name]} refused={refused} />
      ))}
      <div className="-mx-2">
        <Checkbox
          name="mustEnd"
          defaultChecked={!policy.allowNonExpiringKeys}
          label="Every key must expire"
          hint="Otherwise a key may be made that works until somebody revokes it."
        />
      </div>
      <SelectField
        label="When a key leaks"
        name="onLeak"
        defaultValue={policy.onLeak}
        hint="When GitHub or another scanner finds its token where others can read it. Admins are told either way."
      >
        <option value="revoke">Revoke it at once, and the keys it made</option>
        <option value="disable">Disable it, until somebody decides</option>
      </SelectField>
    </PageForm>
  )
}

function Numbers({ policy, refused }: { policy: Policy; refused: Refused | null }) {
  const number = (name: (typeof NUMBERS)[number], max: number, min = 1) => ({
    name,
    type: 'number',
    inputMode: 'numeric' as const,
    min,
    max,
    required: true,
    defaultValue: String(policy[name]),
    error: inWords(errorOf(refused, name)),
  })
  return (
    <div className="grid gap-5 sm:grid-cols-2">
      <TextField
        label="Default expiry, in days"
        hint="For keys that are made without a date."
        {...number('defaultKeyDays', MAX_KEY_DAYS)}
      />
      <TextField
        label="Shortest expiry, in days"
        hint="0: there is no shortest one."
        {...number('minKeyDays', MAX_KEY_DAYS, 0)}
      />
      <TextField
        label="Longest expiry, in days"
        hint="Nobody can ask for more."
        {...number('maxKeyDays', MAX_KEY_DAYS)}
      />
      <TextField
        label="Live keys for each owner"
        hint="A person or a service account."
        {...number('maxLiveKeysPerMember', MAX_KEYS_PER_MEMBER)}
      />
    </div>
  )
}

const NUMBERS = ['defaultKeyDays', 'minKeyDays', 'maxKeyDays', 'maxLiveKeysPerMember'] as const
const RATES = [
  {
    name: 'keyRateLimit',
    label: 'Rate limit of each key',
    hint: 'For keys without a limit of their own, existing ones too. Empty: the server’s default.',
  },
  {
    name: 'rateLimit',
    label: 'Rate limit of all keys together',
    hint: 'What the club may use at most. Empty: the server’s default.',
  },
] as const

/** The API's names of fields, as this page calls them. */
const inWords = (message: string | undefined) =>
  message
    ?.replace('maxKeyDays', 'the longest expiry')
    .replace('minKeyDays', 'the shortest expiry')
    .replace('defaultKeyDays', 'the default expiry')

const readSettings = (form: FormData, roles: readonly GrantingRole[]): Policy => ({
  ...readMaking(form, roles),
  minKeyDays: Number(textOf(form, 'minKeyDays')),
  defaultKeyDays: Number(textOf(form, 'defaultKeyDays')),
  maxKeyDays: Number(textOf(form, 'maxKeyDays')),
  maxLiveKeysPerMember: Number(textOf(form, 'maxLiveKeysPerMember')),
  allowNonExpiringKeys: !form.has('mustEnd'),
  keyRateLimit: readRate(form, 'keyRateLimit'),
  rateLimit: readRate(form, 'rateLimit'),
  onLeak: textOf(form, 'onLeak') === 'disable' ? 'disable' : 'revoke',
})
