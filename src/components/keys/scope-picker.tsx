'use client'

import { useEffect, useRef } from 'react'
import type { Scope } from '@/contracts/permissions'
import { Checkbox } from '../ui/checkbox'
import { FieldMessage } from '../ui/field'
import { useWords } from '../words'

type Props = { scopes: readonly Scope[]; chosen?: readonly Scope[]; error: string | undefined }

/**
 * Only what the person's own roles grant: nobody hands on more than they have. Chosen is at first what the
 * app names first: the most common need, and the least harm.
 */
export function ScopePicker({ scopes, chosen, error }: Props) {
  const words = useWords().scopes
  const first = useRef<HTMLFieldSetElement>(null)
  useEffect(() => {
    if (error) first.current?.querySelector('input')?.focus()
  }, [error])
  const usual = chosen ?? words.slice(0, 1).map(({ scope }) => scope)
  const groups = [...new Set(words.map(({ group }) => group))].map((title) => ({
    title,
    scopes: words.filter(({ scope, group }) => group === title && scopes.includes(scope)),
  }))
  return (
    <fieldset
      ref={first}
      className="grid scroll-mt-16 gap-1.5"
      aria-describedby={error ? 'scopes-error' : undefined}
    >
      <legend className="mb-1.5 text-sm font-medium">Scopes</legend>
      <FieldMessage id="scopes-error" error={error} />
      <div className="gap-x-4 rounded-lg border border-line p-2 sm:columns-2">
        {groups.map(
          ({ title, scopes: offered }) =>
            offered.length > 0 && (
              <div key={title} role="group" aria-label={title} className="grid break-inside-avoid pb-1.5">
                <span aria-hidden className="px-2 pt-1.5 text-xs font-medium text-quiet">
                  {title}
                </span>
                {offered.map(({ scope, text }) => (
                  <Checkbox
                    key={scope}
                    name="scopes"
                    value={scope}
                    defaultChecked={usual.includes(scope)}
                    label={<code className="font-mono text-[0.8125rem]">{scope}</code>}
                    hint={text}
                  />
                ))}
              </div>
            ),
        )}
      </div>
    </fieldset>
  )
}
