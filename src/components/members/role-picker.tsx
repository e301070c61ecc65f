'use client'

import { ROLES, type Role } from '@/contracts/permissions'
import { ROLE_NAMES } from '../role-names'
import { Checkbox } from '../ui/checkbox'
import { FieldError } from '../ui/field'
import type { Refused } from '../outcome'

const ROLE_TEXTS: Record<Role, string> = {
  CLUB_ADMIN: 'Manages members and every key of the club, and reads the audit log.',
  COACH: 'Plans training sessions, sees all members, has own keys.',
  ATHLETE: 'Sees published sessions, has own keys.',
}

type Props = {
  chosen: readonly Role[]
  offered?: readonly Role[]
  texts?: Record<Role, string>
  hint?: string
  error: string | undefined
}

export function RolePicker({ chosen, offered = ROLES, texts = ROLE_TEXTS, hint, error }: Props) {
  const described = [hint ? 'roles-hint' : null, error ? 'roles-error' : null].filter(Boolean).join(' ')
  return (
    <fieldset className="grid gap-1.5" aria-describedby={described || undefined}>
      <legend className="mb-1.5 text-sm font-medium">Roles</legend>
      <FieldError id="roles-error" error={error} />
      <div className="grid rounded-lg border border-line p-2">
        {offered.map((role) => (
          <Checkbox
            key={role}
            name="roles"
            value={role}
            defaultChecked={chosen.includes(role)}
            label={ROLE_NAMES[role]}
            hint={texts[role]}
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
