'use client'

import type { Scope } from '@/contracts/permissions'
import { useWords } from '../words'
import { verbOf } from './scope-rows'

type Props = {
  /** What can be picked, and what is. */
  scopes: readonly Scope[]
  picked: readonly Scope[]
  owner: string
  pick: (scopes: readonly Scope[]) => void
}

/** What most keys need, in one click. */
export function ScopePresets({ scopes, picked, owner, pick }: Props) {
  const words = useWords().scopes
  const groups = [...new Set(words.map(({ group }) => group))].map((group) => ({
    title: `${group} only`,
    some: words.filter((one) => one.group === group && scopes.includes(one.scope)).map(({ scope }) => scope),
  }))
  const presets = [
    { title: 'Read only', some: scopes.filter((scope) => verbOf(scope) === 'read') },
    { title: owner === 'You' ? 'Everything I may' : 'Everything it may', some: scopes },
    ...groups.filter(({ some }) => some.length > 1),
  ]
  return (
    <div className="flex flex-wrap gap-2" role="group" aria-label="Presets">
      {presets.map(
        ({ title, some }) =>
          some.length > 0 && (
            <button
              key={title}
              type="button"
              aria-pressed={isSame(some, picked)}
              onClick={() => pick(some)}
              className="min-h-11 rounded-full border border-line bg-raised px-3 text-sm hover:border-edge hover:bg-well aria-pressed:border-accent aria-pressed:bg-accent-well aria-pressed:text-accent sm:min-h-8"
            >
              {title}
            </button>
          ),
      )}
    </div>
  )
}

const isSame = (some: readonly Scope[], others: readonly Scope[]): boolean =>
  some.length === others.length && some.every((scope) => others.includes(scope))
