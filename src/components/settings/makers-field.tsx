'use client'

import { useState } from 'react'
import type { Role, Scope } from '@/contracts/permissions'
import { errorOf, type Refused } from '../outcome'
import { Checkbox } from '../ui/checkbox'
import { FieldMessage } from '../ui/field'
import type { Policy } from '@/contracts/club-policy'
import { apart } from '@/contracts/unseen'

/** A role, and the scopes that it grants. */
export type GrantingRole = { role: Role; name: string; scopes: readonly Scope[] }
type Making = Pick<Policy, 'keyMakers' | 'keyScopes'>
type Props = { roles: readonly GrantingRole[]; policy: Making; refused: Refused | null }

/** Which roles may make keys, and what each may put into one. */
export function MakersField({ roles, policy, refused }: Props) {
  const error = errorOf(refused, 'keyMakers')
  return (
    <fieldset className="grid gap-1.5" aria-describedby={error ? 'makers-error' : undefined}>
      <legend className="mb-1.5 text-sm font-medium">Who may make keys</legend>
      <FieldMessage id="makers-error" error={error} />
      <ul className="rounded-lg border border-line">
        {roles.map((one) => (
          <li key={one.role} className="border-line p-2 not-first:border-t">
            <Checkbox
              name="keyMakers"
              value={one.role}
              defaultChecked={policy.keyMakers === null || policy.keyMakers.includes(one.role)}
              label={one.name}
            />
            <ScopesOfRole role={one} chosen={policy.keyScopes?.[one.role] ?? one.scopes} />
          </li>
        ))}
      </ul>
      <p className="text-sm text-quiet">
        Keys that exist stay as they are. Admins can always change this, even where they may make no keys.
      </p>
    </fieldset>
  )
}

/** Folded away: most roles may put in whatever they grant. */
function ScopesOfRole({
  role: { role, name, scopes },
  chosen,
}: {
  role: GrantingRole
  chosen: readonly Scope[]
}) {
  const [count, setCount] = useState(chosen.length)
  return (
    <details className="pl-9.5">
      <summary className="w-fit cursor-pointer rounded py-1 text-sm font-medium text-accent">
        May give a key{' '}
        {count === scopes.length
          ? 'all of the role’s scopes'
          : `${count} of the role’s ${scopes.length} scopes`}
      </summary>
      <div role="group" aria-label={`Scopes that ${apart(name)} may put into keys`} className="sm:columns-2">
        {scopes.map((scope) => (
          <Checkbox
            key={scope}
            name={fieldOf(role)}
            value={scope}
            defaultChecked={chosen.includes(scope)}
            onChange={({ target }) => setCount((before) => before + (target.checked ? 1 : -1))}
            label={<code className="font-mono text-[0.8125rem] break-words">{scope}</code>}
          />
        ))}
      </div>
    </details>
  )
}

const fieldOf = (role: Role) => `keyScopes.${role}`

/** What is not taken from anybody stays unsaid, so that it holds for roles and scopes to come, too. */
export function readMaking(form: FormData, roles: readonly GrantingRole[]): Making {
  const makers = form.getAll('keyMakers').map(String)
  const bound = roles.flatMap(({ role, scopes }) => {
    const chosen = form.getAll(fieldOf(role)).map(String)
    return scopes.every((scope) => chosen.includes(scope)) ? [] : [[role, chosen] as const]
  })
  return {
    keyMakers: roles.every(({ role }) => makers.includes(role)) ? null : makers,
    keyScopes: bound.length > 0 ? Object.fromEntries(bound) : null,
  }
}

/** Said by the form itself, in the server's way. */
export const NO_MAKER: Refused = {
  ok: false,
  code: 'validation_failed',
  message: 'The input is not valid.',
  errors: [{ path: 'keyMakers', message: 'Choose at least one role.' }],
}
