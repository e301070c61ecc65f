'use client'

import { useEffect, useRef } from 'react'
import type { Scope } from '@/contracts/permissions'
import { Checkbox } from '../ui/checkbox'
import { FieldError } from '../ui/field'
import { SCOPE_GROUPS, SCOPE_TEXTS } from './scope-texts'

/** The most common need, and the least harm. */
const PRESELECTED: readonly Scope[] = ['practices:read']

type Props = { scopes: readonly Scope[]; chosen?: readonly Scope[]; error: string | undefined }

/** Only what the person's own roles grant: nobody hands on more than they have. */
export function ScopePicker({ scopes, chosen = PRESELECTED, error }: Props) {
  const first = useRef<HTMLFieldSetElement>(null)
  useEffect(() => {
    if (error) first.current?.querySelector('input')?.focus()
  }, [error])
  const groups = SCOPE_GROUPS.map((group) => ({
    ...group,
    scopes: group.scopes.filter((scope) => scopes.includes(scope)),
  }))
  return (
    <fieldset
      ref={first}
      className="grid scroll-mt-16 gap-1.5"
      aria-describedby={error ? 'scopes-error' : undefined}
    >
      <legend className="mb-1.5 text-sm font-medium">Scopes</legend>
      <FieldError id="scopes-error" error={error} />
      <div className="gap-x-4 rounded-lg border border-line p-2 sm:columns-2">
        {groups.map(
          ({ title, scopes: offered }) =>
            offered.length > 0 && (
              <div key={title} role="group" aria-label={title} className="grid break-inside-avoid pb-1.5">
                <span aria-hidden className="px-2 pt-1.5 text-xs font-medium text-quiet">
                  {title}
                </span>
                {offered.map((scope) => (
                  <Checkbox
                    key={scope}
                    name="scopes"
                    value={scope}
                    defaultChecked={chosen.includes(scope)}
                    label={<code className="font-mono text-[0.8125rem]">{scope}</code>}
                    hint={SCOPE_TEXTS[scope]}
                  />
                ))}
              </div>
            ),
        )}
      </div>
    </fieldset>
  )
}
