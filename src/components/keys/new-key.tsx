'use client'

import { useEffect, useRef, useState } from 'react'
import type { CreatedApiKey } from '@/contracts/api-key'
import { Button } from '../ui/button'
import { Checkbox } from '../ui/checkbox'
import { CopyButton } from '../ui/copy-button'
import { DialogActions } from '../ui/dialog'

type Props = { apiKey: CreatedApiKey; origin: string; onDone: () => void }

/** The token, this once. It stays until the person says that it is saved. */
export function NewKey({ apiKey, origin, onDone }: Props) {
  const [saved, setSaved] = useState(false)
  const token = useRef<HTMLElement>(null)
  const curl = `curl ${origin}/api/v1/whoami \\\n  -H "Authorization: Bearer ${apiKey.key}"`
  useWarningBeforeLeaving(!saved)
  return (
    <div className="grid gap-4">
      <div className="grid gap-2 sm:flex sm:items-center">
        <code
          ref={token}
          data-token
          tabIndex={0}
          aria-label="The key"
          onFocus={(event) => getSelection()?.selectAllChildren(event.currentTarget)}
          className="min-w-0 flex-1 rounded-lg border border-accent/40 bg-accent-well px-3 py-2.5 font-mono text-sm break-all select-all"
        >
          {apiKey.key}
        </code>
        <CopyButton text={apiKey.key} label="Copy key" look="primary" source={token} />
      </div>
      <Example command={curl} />
      <Checkbox label="I have saved this key" checked={saved} onChange={(event) => setSaved(event.target.checked)} />
      <DialogActions>
        <Button look="primary" disabled={!saved} onClick={onDone}>
          Done
        </Button>
      </DialogActions>
    </div>
  )
}

function Example({ command }: { command: string }) {
  const source = useRef<HTMLElement>(null)
  return (
    <div className="grid gap-2">
      <h3 className="text-sm font-medium">Try it</h3>
      <div className="grid gap-2 rounded-lg border border-line bg-well p-3">
        <pre tabIndex={0} aria-label="Example request" className="overflow-x-auto rounded font-mono text-xs leading-relaxed">
          <code ref={source}>{command}</code>
        </pre>
        <div className="flex flex-wrap items-center gap-3">
          <CopyButton text={command} label="Copy command" source={source} />
        </div>
      </div>
    </div>
  )
}

function useWarningBeforeLeaving(active: boolean) {
  useEffect(() => {
    if (!active) return
    const warn = (event: BeforeUnloadEvent) => event.preventDefault()
    addEventListener('beforeunload', warn)
    return () => removeEventListener('beforeunload', warn)
  }, [active])
}
