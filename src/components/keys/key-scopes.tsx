import type { ApiKey } from '@/contracts/api-key'
import type { Scope } from '@/contracts/permissions'
import { Badge } from '../ui/badge'
import { When } from '../when'
import { useWords } from '../words'

export type ScopeUse = { scope: Scope; lastUsedAt: string }

type Props = {
  apiKey: Pick<ApiKey, 'scopes' | 'unusedScopes'>
  /** When each was last needed; null: not for this person to know. */
  uses: readonly ScopeUse[] | null
}

/** What the key may do, and which of it calls have needed. */
export function KeyScopes({ apiKey: { scopes, unusedScopes }, uses }: Props) {
  const words = useWords()
  return (
    <ul className="divide-y divide-line text-sm">
      {scopes.map((scope) => (
        <li
          key={scope}
          className="grid grid-cols-[1fr_auto] items-baseline gap-x-4 py-2.5 first:pt-0 sm:grid-cols-[12rem_1fr_auto]"
        >
          <code className="min-w-0 font-mono text-xs break-words">{scope}</code>
          <span className="min-w-0 text-quiet max-sm:order-last max-sm:col-span-2">
            {words.scopes.find((known) => known.scope === scope)?.text}
          </span>
          <span className="text-right text-quiet">
            <Need
              unused={unusedScopes.includes(scope)}
              at={uses && (uses.find((use) => use.scope === scope)?.lastUsedAt ?? '')}
            />
          </span>
        </li>
      ))}
    </ul>
  )
}

/** @param at when it was last needed; empty: never; null: not to be known */
function Need({ unused, at }: { unused: boolean; at: string | null }) {
  if (unused) return <Badge tone="warn">Unused for 90 days</Badge>
  if (at === null) return null
  return at === '' ? (
    'Not used yet'
  ) : (
    <>
      Used <When at={at} />
    </>
  )
}
