'use client'

import { useState } from 'react'
import type { ApiKey } from '@/contracts/api-key'
import { apart } from '@/contracts/unseen'
import { useSession } from '../session/context'
import { Button } from '../ui/button'
import { Notice } from '../ui/notice'
import { useToast } from '../ui/toast'
import type { KeyActions } from './actions'

type Props = { apiKey: ApiKey; update: KeyActions['update']; onDone: (text: string) => void }

/** What a key does not need it should not have: one click takes it away. */
export function UnusedScopesNotice({ apiKey: { id, name, scopes, unusedScopes }, update, onDone }: Props) {
  const { act } = useSession()
  const toast = useToast()
  const [pending, setPending] = useState(false)
  if (unusedScopes.length === 0) return null
  const needed = scopes.filter((scope) => !unusedScopes.includes(scope))
  // A key has at least one scope: one that needs none is not needed itself.
  if (needed.length === 0)
    return (
      <Notice tone="warn">
        No call has needed any of its scopes for 90 days. If nothing needs this key, revoke it.
      </Notice>
    )
  const shrink = async () => {
    setPending(true)
    const outcome = await act((attempt) => update({ id, scopes: needed }, attempt))
    setPending(false)
    if (outcome.ok) onDone(`“${apart(name)}” keeps the scopes that it uses.`)
    else toast(outcome.message, { refused: true })
  }
  return (
    <Notice tone="warn">
      <div className="flex flex-col gap-3 sm:flex-row sm:items-center sm:justify-between">
        <p className="text-pretty">
          No call has needed {list(unusedScopes)} for 90 days. Without{' '}
          {unusedScopes.length === 1 ? 'it' : 'them'}, whoever steals the key can do less.
        </p>
        <Button onClick={() => !pending && void shrink()} aria-disabled={pending} className="shrink-0">
          {unusedScopes.length === 1 ? 'Remove unused scope' : `Remove ${unusedScopes.length} unused scopes`}
        </Button>
      </div>
    </Notice>
  )
}

const list = (scopes: readonly string[]) => new Intl.ListFormat('en').format(scopes)
