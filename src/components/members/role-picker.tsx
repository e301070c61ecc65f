'use client'

import type { Role } from '@/contracts/permissions'
import { Checkbox } from '../ui/checkbox'
import { FieldMessage } from '../ui/field'
import type { Refused } from '../outcome'
import { useWords } from '../words'

type Props = {
  /** Without it, the role that may least. */
  chosen?: readonly Role[]
  offered?: readonly Role[]
  /** Whether an account gets them, which acts by keys alone. */
  forAccount?: boolean
  hint?: string
  error: string | undefined
}

export function RolePicker({ chosen, offered, forAccount = false, hint, error }: Props) {
  const words = useWords().roles
  const usual = chosen ?? words.slice(-1).map(({ role }) => role)
  const described = [hint ? 'roles-hint' : null, error ? 'roles-error' : null].filter(Boolean).join(' ')
  return (
    <fieldset className="grid gap-1.5" aria-describedby={described || undefined}>
      <legend className="mb-1.5 text-sm font-medium">Roles</legend>
      <FieldMessage id="roles-error" error={error} />
      <div className="grid rounded-lg border border-line p-2">
        {words
          .filter(({ role }) => offered?.includes(role) ?? true)
          .map(({ role, name, text, accountText }) => (
            <Checkbox
              key={role}
              name="roles"
              value={role}
              defaultChecked={usual.includes(role)}
              label={name}
              hint={forAccount ? accountText : text}
            />
          ))}
      </div>
      {hint && (
        <p id="roles-hint" className="text-sm text-quiet">
          {hint}
        </p>
      )}
    </fieldset>
  )
}

export const readRoles = (form: FormData) => form.getAll('roles') as Role[]

export const NO_ROLE: Refused = {
  ok: false,
  code: 'validation_failed',
  message: 'The input is not valid.',
  errors: [{ path: 'roles', message: 'Choose at least one role.' }],
}
